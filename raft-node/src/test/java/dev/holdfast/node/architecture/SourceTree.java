package dev.holdfast.node.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The Java sources of all modules, read from the working directory upwards. */
final class SourceTree {
  private final Path root;

  private SourceTree(Path root) {
    this.root = root;
  }

  static SourceTree find() {
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null && !Files.isDirectory(directory.resolve("raft-node/src"))) {
      directory = directory.getParent();
    }
    if (directory == null) {
      throw new IllegalStateException("run inside the source tree");
    }
    return new SourceTree(directory);
  }

  /** Every hand-written Java file, main and test, ordered by path. */
  List<JavaFile> javaFiles() {
    try (Stream<Path> modules = Files.list(root)) {
      return modules
          .map(module -> module.resolve("src"))
          .filter(Files::isDirectory)
          .flatMap(SourceTree::walk)
          .filter(path -> path.toString().endsWith(".java"))
          .sorted()
          .map(this::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The contents of the test resources below directories of these names, ordered by path. */
  List<String> resources(String... directories) {
    Set<String> wanted = Set.of(directories);
    try (Stream<Path> modules = Files.list(root)) {
      return modules
          .map(module -> module.resolve("src/test/resources"))
          .filter(Files::isDirectory)
          .flatMap(SourceTree::walk)
          .filter(Files::isRegularFile)
          .filter(path -> wanted.contains(path.getName(path.getNameCount() - 2).toString()))
          .sorted()
          .map(path -> String.join("\n", read(path).lines()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> walk(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JavaFile read(Path path) {
    try {
      return new JavaFile(root.relativize(path), Files.readAllLines(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * One source file.
   *
   * @param path relative to the root of the repository
   * @param lines without their ends
   */
  record JavaFile(Path path, List<String> lines) {
    boolean isMain() {
      return path.toString().contains("src/main/java");
    }

    String typeName() {
      return path.getFileName().toString().replace(".java", "");
    }

    String at(int lineIndex) {
      return path + ":" + (lineIndex + 1);
    }
  }
}
