package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.workload.Tally;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that increments a counter through boto3, with botocore's own retries, until told. */
final class BotoCounter implements AutoCloseable {
  private static final Path SCRIPT = Path.of("src/test/clients/boto3_counter.py").toAbsolutePath();
  private static final List<String> PYTHONS = List.of("python3", "/usr/bin/python3");
  private static final int SECONDS_MAX = 60;
  private static final Pattern REPORT =
      Pattern.compile("acknowledged=(\\d+) indeterminate=(\\d+) retried=(\\d+)");

  private final Process process;
  private final Path output;

  private BotoCounter(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** The first Python that has boto3; empty when there is none. */
  static Optional<String> python() throws InterruptedException {
    for (String python : PYTHONS) {
      if (hasBoto3(python)) {
        return Optional.of(python);
      }
    }
    return Optional.empty();
  }

  private static boolean hasBoto3(String python) throws InterruptedException {
    try {
      return new ProcessBuilder(python, "-c", "import boto3")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }

  static BotoCounter start(String python, String table, String key, List<URI> nodes)
      throws IOException {
    Path output = Files.createTempFile("holdfast-boto3-", ".log");
    List<String> command = new ArrayList<>(List.of(python, SCRIPT.toString(), table, key));
    nodes.forEach(node -> command.add(node.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new BotoCounter(process, output);
  }

  /** Ends it and returns what it was told of its increments. */
  Tally end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new AssertionError("boto3 did not end:\n" + text());
    }
    Matcher report = REPORT.matcher(text());
    if (!report.find()) {
      throw new AssertionError("boto3 did not report:\n" + text());
    }
    System.out.println("boto3: " + report.group());
    return new Tally(Long.parseLong(report.group(1)), 0, Long.parseLong(report.group(2)));
  }

  private String text() throws IOException {
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(output);
  }
}
