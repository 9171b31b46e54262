package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a server, on TCP's level, and does to its clients what networks do. */
public final class FaultyProxy implements AutoCloseable {
  /** What happens to connections from now on; those that are open are cut. */
  public enum Fault {
    NONE,
    /** Nobody listens. */
    REFUSE,
    /** Accepted, read, never answered. */
    SILENCE,
    /** Answered with 500 to whatever is asked. */
    ERROR,
    /** Two seconds pass before each piece of an answer. */
    LATENCY,
    /** The answer ends after some bytes. */
    CUT
  }

  private static final byte[] ERROR_ANSWER =
      "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops"
          .getBytes(US_ASCII);
  private static final int LATENCY_MILLIS = 2000;
  private static final int BUFFER = 1 << 16;
  private static final int CUT_AFTER = 20;

  private final URI target;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger met = new AtomicInteger();
  private volatile Fault fault = Fault.NONE;
  private volatile boolean closed;
  private ServerSocket listener;

  private FaultyProxy(URI target, ServerSocket listener) {
    this.target = target;
    this.listener = listener;
    this.port = listener.getLocalPort();
  }

  public static FaultyProxy before(URI target) throws IOException {
    FaultyProxy proxy = new FaultyProxy(target, listen(0));
    proxy.accept(proxy.listener);
    return proxy;
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Cuts what is open. */
  public synchronized void set(Fault next) throws IOException {
    fault = next;
    met.set(0);
    if (next == Fault.REFUSE) {
      listener.close();
    } else if (listener.isClosed()) {
      listener = listen(port);
      accept(listener);
    }
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** Connections that met the present fault; a refused one is not seen. */
  public int met() {
    return met.get();
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private void accept(ServerSocket from) {
    start(
        () -> {
          while (!closed && !from.isClosed()) {
            try {
              Socket client = from.accept();
              open.add(client);
              met.incrementAndGet();
              start(() -> serve(client));
            } catch (IOException e) {
              if (!from.isClosed()) {
                throw new UncheckedIOException(e);
              }
            }
          }
        });
  }

  private void serve(Socket client) {
    Fault now = fault;
    try (client) {
      if (now == Fault.SILENCE) {
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
      } else if (now == Fault.ERROR) {
        if (client.getInputStream().read(new byte[BUFFER]) > 0) {
          client.getOutputStream().write(ERROR_ANSWER);
          client.shutdownOutput();
          client.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
      } else {
        forward(client, now);
      }
    } catch (IOException cut) {
      // by us, or by one of the two: it is what we are for
    } finally {
      open.remove(client);
    }
  }

  private void forward(Socket client, Fault now) throws IOException {
    try (Socket server = new Socket(target.getHost(), target.getPort())) {
      open.add(server);
      start(
          () -> {
            try (client;
                server) {
              client.getInputStream().transferTo(server.getOutputStream());
            } catch (IOException cut) {
              // see above
            }
          });
      answer(server.getInputStream(), client.getOutputStream(), now);
      open.remove(server);
    }
  }

  private static void answer(InputStream from, OutputStream to, Fault now) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      if (now == Fault.CUT) {
        to.write(buffer, 0, Math.min(n, CUT_AFTER));
        return;
      }
      if (now == Fault.LATENCY) {
        sleep();
      }
      to.write(buffer, 0, n);
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(LATENCY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "faulty-proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
