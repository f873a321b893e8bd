package dev.holdfast.jepsen.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the scripts of src/test/clients. Where a client is not installed its test says so and is
 * skipped; with {@code -Dclients.required=true}, as .ci/run has it, it fails.
 */
final class ClientScripts {
  static final Path SCRIPTS = Path.of("src/test/clients").toAbsolutePath();
  static final Path NODE_MODULES = Path.of("target/clients").toAbsolutePath();
  private static final int SECONDS_MAX = 120;

  private ClientScripts() {}

  static void require(String client, boolean installed) {
    if (installed) {
      return;
    }
    String message = client + " is not installed; .ci/run installs it";
    assertThat(Boolean.getBoolean("clients.required")).as(message).isFalse();
    System.out.println("SKIPPED: " + message);
    abort(message);
  }

  /** Whether a package of Node.js is installed, and Node.js itself. */
  static boolean hasNodePackage(String name) throws InterruptedException {
    return Files.isDirectory(NODE_MODULES.resolve("node_modules").resolve(name))
        && succeeds("node", "--version");
  }

  static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Fails with what the command printed when it does not end with 0. */
  static void run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("holdfast-client-", ".log");
    try {
      Process process =
          new ProcessBuilder(List.of(command))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      String text = Files.readString(output, StandardCharsets.UTF_8);
      System.out.print(text);
      assertThat(ended).as(text).isTrue();
      assertThat(process.exitValue()).as(text).isZero();
    } finally {
      Files.delete(output);
    }
  }
}
