package dev.holdfast.jepsen.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Ports on this machine that were free a moment ago. */
public final class Ports {
  private static final int FIRST = 12_000;
  private static final int END = 32_000; // where Linux begins to choose
  private static final int TRIES = 1_000;

  private Ports() {}

  /** All at once, so that they differ; another process may still take one before we do. */
  public static List<Integer> free(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      try {
        for (int i = 0; i < count; i++) {
          sockets.add(open());
        }
        return sockets.stream().map(ServerSocket::getLocalPort).toList();
      } finally {
        for (ServerSocket socket : sockets) {
          socket.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Not one that the system would choose: it gives those to outgoing connections, too, and a node
   * that is started again may find one of them on its port.
   */
  private static ServerSocket open() throws IOException {
    IOException last = new IOException("not tried");
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
      } catch (IOException e) {
        last = e; // taken
      }
    }
    throw last;
  }
}
