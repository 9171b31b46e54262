package io.flowpp.platform.tracking;

import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/** The workspace's own server, started when there is something to connect to. */
final class ManagedDestination implements Destination {
  private final ManagedServer server;
  private final String identity;

  ManagedDestination(ManagedServer server) throws IOException {
    this.server = server;
    this.identity = "managed:" + server.storeId();
  }

  @Override
  public String identity() {
    return identity;
  }

  @Override
  public Optional<URI> uri() {
    return server.running().map(ServerRecord::uri);
  }

  @Override
  public URI connect() throws IOException, Absent {
    try {
      return Objects.requireNonNull(server.start().uri());
    } catch (UserFault e) {
      throw new Absent(e.line(), e);
    }
  }
}
