package dev.holdfast.jepsen.network;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Which process has a socket, by what Linux tells in {@code /proc}. */
final class SocketOwners {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private static final int TRIES = 5;
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int INODE = 9;
  private static final int HEXADECIMAL = 16;

  private SocketOwners() {}

  /**
   * The first of these processes that has a connection between two ports of this machine; empty
   * when none of them has.
   *
   * @param localPort of the end that is looked for
   * @throws IOException when there is no such connection: its caller has gone already
   */
  static OptionalLong find(int localPort, int remotePort, List<Long> pids) throws IOException {
    String inode = inodeOrRetry(localPort, remotePort);
    for (long pid : pids) {
      if (has(pid, "socket:[" + inode + "]")) {
        return OptionalLong.of(pid);
      }
    }
    return OptionalLong.empty();
  }

  /** The table is read in parts, so a row may be passed over when others come and go. */
  private static String inodeOrRetry(int localPort, int remotePort) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      Optional<String> inode = inode(localPort, remotePort);
      if (inode.isPresent()) {
        return inode.get();
      }
    }
    throw new IOException("nobody has a connection from port " + localPort);
  }

  private static Optional<String> inode(int localPort, int remotePort) throws IOException {
    for (Path table : TABLES) {
      if (!Files.exists(table)) {
        continue;
      }
      for (String line : Files.readAllLines(table)) {
        String[] fields = line.strip().split("\\s+");
        if (fields.length > INODE
            && port(fields[LOCAL]) == localPort
            && port(fields[REMOTE]) == remotePort) {
          return Optional.of(fields[INODE]);
        }
      }
    }
    return Optional.empty();
  }

  /** Of an address in hexadecimal; -1 of the headline. */
  private static int port(String address) {
    int colon = address.lastIndexOf(':');
    return colon < 0 ? -1 : Integer.parseInt(address.substring(colon + 1), HEXADECIMAL);
  }

  private static boolean has(long pid, String socket) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path file : files) {
        if (isSocket(file, socket)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private static boolean isSocket(Path file, String socket) {
    try {
      return Files.readSymbolicLink(file).toString().equals(socket);
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }
}
