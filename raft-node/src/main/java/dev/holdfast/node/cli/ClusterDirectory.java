package dev.holdfast.node.cli;

import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.node.config.ConfigException;
import dev.holdfast.node.config.ConfigFile;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a cluster started by {@code up}: {@code cluster.properties}, which marks it as
 * ours, and one directory for each node with its state, {@code node.pid}, {@code node.lock} and
 * {@code node.log}.
 */
final class ClusterDirectory {
  private static final String CONFIG_FILE = "cluster.properties";
  private static final String LOCK_FILE = "node.lock";
  private static final String PID_FILE = "node.pid";
  private static final String LOG_FILE = "node.log";

  private final Path root;

  ClusterDirectory(Path root) {
    this.root = root;
  }

  Path root() {
    return root;
  }

  Path configFile() {
    return root.resolve(CONFIG_FILE);
  }

  Path logFile(NodeId node) {
    return root.resolve(node.name()).resolve(LOG_FILE);
  }

  boolean isOurs() {
    return Files.isRegularFile(configFile());
  }

  /** The cluster's configuration; fails when there is no cluster here. */
  ClusterConfig config() throws CommandFailure, ConfigException, IOException {
    if (!isOurs()) {
      throw new CommandFailure(
          "there is no cluster in "
              + root
              + "; start one with './holdfast up --data "
              + root
              + "', or name another directory with --data");
    }
    return ConfigFile.read(configFile());
  }

  /** Makes the directory exist, and checks that it is ours or empty and can be written. */
  void prepare() throws CommandFailure, IOException {
    try {
      Files.createDirectories(root);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(root + " is not a directory; name another one with --data");
    } catch (AccessDeniedException e) {
      throw new CommandFailure(
          "cannot create " + root + ": permission denied; name another directory with --data");
    } catch (FileSystemException e) {
      throw new CommandFailure(
          "cannot create "
              + root
              + ": "
              + (e.getReason() == null ? "no such place" : e.getReason())
              + "; name another directory with --data");
    }
    if (!Files.isWritable(root)) {
      throw new CommandFailure(
          root + " cannot be written; change its permissions or name another one with --data");
    }
    if (!isOurs() && !isEmpty()) {
      throw new CommandFailure(
          root + " is not empty and holds no Holdfast cluster; name another directory with --data");
    }
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> children = Files.list(root)) {
      return children.findAny().isEmpty();
    }
  }

  /** Deletes the cluster's own files; anything else in the directory stays. */
  void clear(ClusterConfig config) throws IOException {
    for (ClusterMap.Node node : config.nodes()) {
      deleteTree(root.resolve(node.id().name()));
    }
    Files.deleteIfExists(configFile());
  }

  private static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** The process of a node that is running here. */
  Optional<ProcessHandle> process(NodeId node) throws IOException {
    Path directory = root.resolve(node.name());
    if (!isLocked(directory.resolve(LOCK_FILE))) {
      return Optional.empty(); // a pid file left by a crash may name a stranger
    }
    try {
      long pid = Long.parseLong(Files.readString(directory.resolve(PID_FILE)).trim());
      return ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty(); // it is just starting or just stopping
    }
  }

  private static boolean isLocked(Path lockFile) throws IOException {
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
