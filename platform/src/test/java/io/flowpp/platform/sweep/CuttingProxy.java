package io.flowpp.platform.sweep;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a PostgreSQL and cuts connections right after a COMMIT reached the server: it is
 * done, and the client is never told.
 */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final AtomicInteger cuts = new AtomicInteger();

  private CuttingProxy(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  static CuttingProxy before(int port) throws IOException {
    CuttingProxy proxy =
        new CuttingProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
    daemon(proxy::accept);
    return proxy;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How many of the next commits go unanswered. */
  void cut(int commits) {
    cuts.set(commits);
  }

  int left() {
    return cuts.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        daemon(() -> toServer(client, server));
        daemon(() -> toClient(server, client));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void toServer(Socket client, Socket server) {
    try (client;
        server) {
      InputStream in = client.getInputStream();
      OutputStream out = server.getOutputStream();
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        boolean cut =
            new String(buffer, 0, read, ISO_8859_1).contains("COMMIT")
                && cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        if (cut) {
          client.shutdownOutput(); // before the server can answer
        }
        out.write(buffer, 0, read);
        out.flush();
        if (cut) {
          server.shutdownOutput();
          server.getInputStream().transferTo(OutputStream.nullOutputStream()); // it has done it
          return;
        }
      }
    } catch (IOException gone) {
      // either side ended
    }
  }

  private static void toClient(Socket server, Socket client) {
    try {
      InputStream in = server.getInputStream();
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        client.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException gone) {
      // either side ended
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
