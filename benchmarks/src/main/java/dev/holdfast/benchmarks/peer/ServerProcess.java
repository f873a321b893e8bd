package dev.holdfast.benchmarks.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A process that this program starts and stops. Its output goes to a file. */
final class ServerProcess implements AutoCloseable {
  private static final int STOP_SECONDS_MAX = 10;
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  private final Process process;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static ServerProcess start(List<String> command, Path log) {
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      ServerProcess server = new ServerProcess(process, log);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-" + command.get(0)));
      process.getOutputStream().close();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.get(0) + ": is it installed?", e);
    }
  }

  /** Free now; another program may take them before the server does. */
  static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int port = 0; port < count; port++) {
        ServerSocket socket = new ServerSocket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        sockets.add(socket);
      }
      List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Blocks until the condition holds; fails when the process ends or the time is up. */
  void await(String what, Duration timeMax, BooleanSupplier condition) {
    long end = System.nanoTime() + timeMax.toNanos();
    while (!condition.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            what + ": the process ended with " + process.exitValue() + ", see " + log);
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException(what + ": not within " + timeMax + ", see " + log);
      }
      LockSupport.parkNanos(POLL_INTERVAL.toNanos());
    }
  }

  /** Blocks until the process has ended well. */
  void awaitSuccess(String what, Duration timeMax) {
    try {
      if (!process.waitFor(timeMax.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(what + " failed, see " + log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(what + " was interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
