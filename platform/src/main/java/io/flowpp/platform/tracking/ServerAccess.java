package io.flowpp.platform.tracking;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How a tracking server is talked to: as whom, and trusting whom. */
record ServerAccess(Credentials credentials, Tls tls) {

  static ServerAccess from(Map<String, String> environment) {
    return new ServerAccess(Credentials.from(environment), Tls.from(environment));
  }

  static ServerAccess of(Credentials credentials) {
    return new ServerAccess(credentials, Tls.system());
  }

  /** What the user should know of a way to this server that others could listen on. */
  List<String> warnings(URI server) {
    List<String> warnings = new ArrayList<>();
    boolean https = "https".equalsIgnoreCase(server.getScheme());
    if (https && tls.isInsecure()) {
      warnings.add(
          "warning: "
              + Tls.INSECURE
              + " is set: anybody between here and "
              + server.getHost()
              + " can read the login and change what is sent; name the authority's certificate in "
              + Tls.AUTHORITIES
              + " instead");
    }
    if (!https && credentials.header().isPresent() && !isThisMachine(server.getHost())) {
      warnings.add(
          "warning: the login goes to "
              + server.getHost()
              + " unencrypted; use an https address where the server has one");
    }
    return warnings;
  }

  private static boolean isThisMachine(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // the attempt to reach it will tell
    }
  }
}
