package dev.holdfast.jepsen.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A program that says "ready" when it listens, and sends back what it gets. */
public final class EchoServer {
  private static final int BACKLOG = 16;

  private EchoServer() {}

  public static void main(String[] arguments) throws IOException {
    InetAddress address = InetAddress.getByName(arguments[0]);
    try (ServerSocket server = new ServerSocket(Integer.parseInt(arguments[1]), BACKLOG, address)) {
      System.out.println("ready");
      while (true) {
        try (Socket caller = server.accept()) {
          caller.getInputStream().transferTo(caller.getOutputStream());
        }
      }
    }
  }
}
