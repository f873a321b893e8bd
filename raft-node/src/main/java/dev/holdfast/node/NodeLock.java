package dev.holdfast.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A node's claim on its directory: a lock, which the system releases when the process dies, and
 * {@code node.pid}, which tells others whom to ask to stop.
 */
final class NodeLock implements AutoCloseable {
  private final FileChannel channel;
  private final Path pidFile;

  private NodeLock(FileChannel channel, Path pidFile) {
    this.channel = channel;
    this.pidFile = pidFile;
  }

  /**
   * @throws IOException when the directory cannot be used, or another process has it: the message
   *     says which and what to do
   */
  static NodeLock take(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path pidFile = directory.resolve("node.pid");
    FileChannel channel =
        FileChannel.open(
            directory.resolve("node.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!locked(channel)) {
      channel.close();
      throw new IOException(
          "a node is already running in "
              + directory
              + pidIn(pidFile)
              + "; stop it first, or use another data directory");
    }
    Files.writeString(pidFile, ProcessHandle.current().pid() + "\n");
    return new NodeLock(channel, pidFile);
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static String pidIn(Path pidFile) throws IOException {
    try {
      return " (process " + Files.readString(pidFile).trim() + ")";
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(pidFile);
    channel.close();
  }
}
