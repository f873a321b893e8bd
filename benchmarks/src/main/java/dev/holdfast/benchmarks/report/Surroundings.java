package dev.holdfast.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The machine and the runtime that a report should name. */
public final class Surroundings {
  private Surroundings() {}

  public static List<String> facts() {
    List<String> facts = new ArrayList<>();
    facts.add(
        "machine: "
            + Runtime.getRuntime().availableProcessors()
            + " cores"
            + first("/proc/cpuinfo", "model name").map(model -> " (" + model + ")").orElse("")
            + first("/proc/meminfo", "MemTotal").map(total -> ", memory " + total).orElse("")
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.version"));
    facts.add(
        "runtime: Java "
            + System.getProperty("java.version")
            + " for the load generator; servers and load share the machine");
    return facts;
  }

  private static java.util.Optional<String> first(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst();
    } catch (IOException e) {
      return java.util.Optional.empty(); // not Linux: the report says less
    }
  }
}
