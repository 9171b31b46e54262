package io.flowpp.platform.tracking;

import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The workspace's own server, started when there is something to connect to. */
final class ManagedDestination implements Destination {
  private final ManagedServer server;
  private final String identity;
  private volatile ServerAccess access = ServerAccess.of(Credentials.none());

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
      ServerStatus status = server.start();
      URI uri = Objects.requireNonNull(status.uri());
      access = server.access();
      if (status.login()) {
        checkLogin(uri, status);
      }
      return uri;
    } catch (UserFault e) {
      throw new Absent(e.line(), e);
    }
  }

  @Override
  public ServerAccess access() {
    return access;
  }

  /** The administrator may have changed the password on the server, and not in its file. */
  private void checkLogin(URI uri, ServerStatus status) throws IOException {
    try {
      new MlflowRest(uri, access).get("experiments/search", Map.of("max_results", "1"));
    } catch (MlflowRefusal e) {
      if (e.isLogin()) {
        throw new IOException(
            "the managed server refuses the login of its user admin ("
                + e.status()
                + "); write that user's password into "
                + status.passwordFile(),
            e);
      }
      throw e;
    }
  }
}
