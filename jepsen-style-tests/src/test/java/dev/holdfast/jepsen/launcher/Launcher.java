package dev.holdfast.jepsen.launcher;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs {@code ./holdfast} of this repository, which is built already. Output is no terminal. */
final class Launcher {
  private static final int SECONDS_MAX = 90;

  private final Path program;
  private final Path workingDirectory;
  private final Map<String, String> environment = new TreeMap<>();

  /**
   * What a command came to.
   *
   * @param output standard output and error, as they came
   */
  record Ended(int exitCode, String output) {}

  /**
   * A command that is still running.
   *
   * @param seen its output so far
   * @param output all of it, once it has ended
   */
  record Running(Process process, StringBuffer seen, CompletableFuture<String> output) {
    /** Waits until it has ended and nobody holds its output open any more. */
    Ended await() {
      try {
        String text = output.get(SECONDS_MAX, TimeUnit.SECONDS);
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
          throw new AssertionError("it did not end: " + text);
        }
        return new Ended(process.exitValue(), text);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      } catch (ExecutionException | TimeoutException e) {
        throw new AssertionError("its output did not end", e);
      }
    }

    /**
     * SIGINT, as Ctrl-C sends it. A build that was put into the background ignores it, and so do
     * its children: then SIGTERM, which means the same.
     */
    void interrupt() throws IOException, InterruptedException {
      String signal = ignoresInterrupts() ? "-TERM" : "-INT";
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    private boolean ignoresInterrupts() throws IOException {
      Path status = Path.of("/proc", Long.toString(process.pid()), "status");
      if (!Files.exists(status)) {
        return false;
      }
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("SigIgn:"))
          .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).trim(), 16) & 2) != 0);
    }
  }

  private Launcher(Path program, Path workingDirectory) {
    this.program = program;
    this.workingDirectory = workingDirectory;
    environment.put("HOLDFAST_SKIP_BUILD", "yes"); // we are within the build
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("HOLDFAST_NODE_JAVA_OPTS", "-Xms64m -Xmx256m");
  }

  static Path repository() {
    Path here = Path.of("").toAbsolutePath();
    while (here != null && !new File(here.toFile(), "holdfast").isFile()) {
      here = here.getParent();
    }
    if (here == null) {
      throw new IllegalStateException("not within the repository");
    }
    return here;
  }

  static Launcher in(Path workingDirectory) {
    return new Launcher(repository().resolve("holdfast"), workingDirectory);
  }

  /** The same through another name of the program. */
  Launcher through(Path link) {
    return new Launcher(link, workingDirectory);
  }

  /** With another environment variable; empty takes it away. */
  Launcher with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Running start(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
    environment.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            builder.environment().remove(name);
          } else {
            builder.environment().put(name, value);
          }
        });
    try {
      Process process = builder.redirectErrorStream(true).start();
      process.getOutputStream().close();
      StringBuffer seen = new StringBuffer();
      return new Running(
          process, seen, CompletableFuture.supplyAsync(() -> outputOf(process, seen)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String outputOf(Process process, StringBuffer seen) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (int next = lines.read(); next >= 0; next = lines.read()) {
        seen.append((char) next);
      }
      return seen.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Ended run(String... arguments) {
    return start(arguments).await();
  }
}
