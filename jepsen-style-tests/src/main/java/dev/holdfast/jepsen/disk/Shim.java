package dev.holdfast.jepsen.disk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * The library that stands between a process and its files, compiled on this machine. One serves any
 * number of processes.
 *
 * @param library to be loaded before all others
 */
public record Shim(Path library) {
  private static final String SOURCE = "shim.c";
  private static final String LIBRARY = "shim.so";
  private static final String MISSING =
      "no C compiler: faults of storage need cc with the headers of the C library"
          + " (on Debian: apt-get install gcc libc6-dev)";

  /** Whether this machine has what compiling takes. */
  public static boolean isPossible() {
    try {
      Path nowhere = Files.createTempDirectory("holdfast-shim-");
      try {
        compile(nowhere);
        return true;
      } catch (IllegalStateException e) {
        return false;
      } finally {
        for (String file : List.of(SOURCE, LIBRARY)) {
          Files.deleteIfExists(nowhere.resolve(file));
        }
        Files.delete(nowhere);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compiles it.
   *
   * @param into a directory, where source and library stay
   * @throws IllegalStateException when there is no compiler, or it fails; says why
   */
  public static Shim compile(Path into) {
    Path source = into.resolve(SOURCE);
    Path library = into.resolve(LIBRARY).toAbsolutePath();
    try (InputStream text = Shim.class.getResourceAsStream(SOURCE)) {
      if (text == null) {
        throw new IllegalStateException(SOURCE + " is not beside its class");
      }
      Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
      run(
          List.of(
              "cc",
              "-std=gnu11",
              "-O2",
              "-fPIC",
              "-shared",
              "-pthread",
              "-o",
              library.toString(),
              source.toString()));
      return new Shim(library);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(List<String> command) throws IOException {
    Process compiler;
    try {
      compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IllegalStateException(MISSING, e);
    }
    String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (compiler.waitFor() != 0) {
        throw new IllegalStateException(MISSING + "; cc said: " + said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What a process must find in its environment for its files to be looked after. */
  Map<String, String> environment(Path root, Path journals) {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "HOLDFAST_DISK_ROOT", root.toString(),
        "HOLDFAST_DISK_JOURNALS", journals.toString());
  }
}
