package dev.holdfast.node.consensus;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports to listen on later. Not those that the system would choose: it gives them to outgoing
 * connections, too, and the first nodes of a cluster make such before the last one listens.
 */
final class FreePorts {
  private static final int FIRST = 12_000;
  private static final int END = 32_000; // where Linux begins to choose
  private static final int TRIES = 1_000;

  private FreePorts() {}

  static int next() throws IOException {
    IOException last = new IOException("not tried");
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        last = e; // taken
      }
    }
    throw last;
  }
}
