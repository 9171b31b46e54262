package io.flowpp.platform.workspace;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The machine that we are on. */
public final class Host {
  private Host() {}

  /** As people call it; {@code unknown} where it has no name. */
  public static String name() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      return "unknown";
    }
  }
}
