package io.flowpp.platform.tracking;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** The server that a tracker sends to. */
interface Destination {

  /**
   * What is sent is remembered under this name: the address, or the identity of the managed store,
   * whose port may change.
   */
  String identity();

  /** The address to show, as far as it is known without waiting. */
  Optional<URI> uri();

  /**
   * The address to send to; waits, within bounds, for a server that has to be started first.
   *
   * @throws Absent where there can be no server on this machine
   */
  URI connect() throws IOException, Absent;

  /** How to talk to what {@link #connect} returned last. */
  ServerAccess access();

  /** There is no server, and there will be none while this process lives. */
  final class Absent extends Exception {
    private static final long serialVersionUID = 1L;

    Absent(String why, Throwable cause) {
      super(why, cause);
    }
  }
}
