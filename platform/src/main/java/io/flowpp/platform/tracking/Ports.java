package io.flowpp.platform.tracking;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port of 127.0.0.1 that nobody listens on. */
final class Ports {
  private static final Logger LOG = LoggerFactory.getLogger(Ports.class);
  private static final int TRIES = 200;
  private static final int CONNECT_MILLIS = 500;

  private Ports() {}

  /** The first free one from {@code first} on. */
  static int free(int first) throws IOException {
    for (int port = first; port < first + TRIES; port++) {
      if (isFree(port)) {
        return port;
      }
      LOG.info("port {} is taken", port);
    }
    throw new IOException(
        "no free port from " + first + " to " + (first + TRIES - 1) + " on 127.0.0.1");
  }

  static boolean isFree(int port) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    // Some systems let us bind one address while another program listens on all: so ask first
    // whether somebody answers.
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_MILLIS);
      return false;
    } catch (IOException nobodyAnswers) {
      return canListen(address);
    }
  }

  private static boolean canListen(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // a port that was closed a moment ago will do
      socket.bind(address);
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
