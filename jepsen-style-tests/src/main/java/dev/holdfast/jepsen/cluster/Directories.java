package dev.holdfast.jepsen.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** Whole directories. */
final class Directories {
  private Directories() {}

  /** All of it, but for native libraries. */
  static void copy(Path directory, Path to) {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.toList()) {
        Path copy = to.resolve(directory.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else if (!file.toString().endsWith(".so")) {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What cannot be deleted now is when this process ends. */
  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                if (!file.toFile().delete()) {
                  file.toFile().deleteOnExit();
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
