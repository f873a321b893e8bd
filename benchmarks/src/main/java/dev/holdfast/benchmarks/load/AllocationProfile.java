package dev.holdfast.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a Java process allocates, by class, sampled by its own flight recorder. The JVM weighs each
 * sample with the bytes it stands for, so that sums are unbiased however few the samples are.
 */
public final class AllocationProfile implements AutoCloseable {
  private static final String RECORDING = "holdfast-allocations";
  private static final String EVENT = "jdk.ObjectAllocationSample";
  private static final long COMMAND_SECONDS_MAX = 30;
  private static final String SETTINGS =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <configuration version="2.0">
        <event name="jdk.ObjectAllocationSample">
          <setting name="enabled">true</setting>
          <setting name="throttle">2000/s</setting>
          <setting name="stackTrace">false</setting>
        </event>
      </configuration>
      """;

  /** Bytes of one class. */
  public record ClassBytes(String className, long bytes) {}

  private final long pid;
  private final Path directory;

  private AllocationProfile(long pid, Path directory) {
    this.pid = pid;
    this.directory = directory;
  }

  /** Begins to record; blocks until the process does. */
  public static AllocationProfile start(long pid) {
    try {
      Path directory = Files.createTempDirectory("holdfast-allocations-");
      AllocationProfile profile = new AllocationProfile(pid, directory);
      Path settings = Files.writeString(directory.resolve("settings.jfc"), SETTINGS);
      profile.command("JFR.start", "name=" + RECORDING, "settings=" + settings);
      return profile;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops recording; what was allocated between two moments, the largest share first. */
  public List<ClassBytes> stop(Instant from, Instant to) {
    Path file = directory.resolve("allocations.jfr");
    command("JFR.stop", "name=" + RECORDING, "filename=" + file);
    Map<String, Long> bytes = new HashMap<>();
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        boolean within = !event.getStartTime().isBefore(from) && event.getStartTime().isBefore(to);
        if (event.getEventType().getName().equals(EVENT) && within) {
          RecordedClass allocated = event.getClass("objectClass");
          bytes.merge(readable(allocated.getName()), event.getLong("weight"), Long::sum);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<ClassBytes> classes = new ArrayList<>();
    bytes.forEach((name, sum) -> classes.add(new ClassBytes(name, sum)));
    classes.sort(Comparator.comparingLong(ClassBytes::bytes).reversed());
    return classes;
  }

  /** The JVM's names of arrays and lambdas are not what people read. */
  private static String readable(String name) {
    return switch (name) {
      case "[B" -> "byte[]";
      case "[C" -> "char[]";
      case "[I" -> "int[]";
      case "[J" -> "long[]";
      default -> {
        int lambda = name.indexOf("$$Lambda");
        if (lambda >= 0) {
          yield name.substring(0, lambda) + " (lambda)";
        }
        yield name.startsWith("[L") && name.endsWith(";")
            ? name.substring(2, name.length() - 1) + "[]"
            : name;
      }
    };
  }

  private void command(String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.add(Long.toString(pid));
    command.addAll(List.of(words));
    Path output = directory.resolve(words[0] + ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroy();
        throw new IllegalStateException(words[0] + " failed: " + Files.readString(output));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run jcmd, which comes with a JDK", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
