package dev.holdfast.jepsen.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One operating system process, its output in a file; ends with this one at the latest. */
public final class ServerProcess implements AutoCloseable {
  private static final int STOP_SECONDS_MAX = 20;
  private static final long BYTES_PER_KIB = 1024;

  private final Process process;
  private final Path log;
  private final Thread atExit;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.atExit = new Thread(process::destroyForcibly, "kill-" + process.pid());
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Starts Java with these arguments; output is appended to the log. */
  public static ServerProcess java(List<String> arguments, Path log) {
    return java(List.of(), arguments, Map.of(), log);
  }

  /**
   * The same.
   *
   * @param into what precedes the command; it becomes the process that it starts
   * @param environment what it has beside this process's own
   */
  public static ServerProcess java(
      List<String> into, List<String> arguments, Map<String, String> environment, Path log) {
    List<String> command = new ArrayList<>(into);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      return new ServerProcess(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGTERM; returns when the process is gone. */
  public void stop() {
    process.destroy();
    if (!awaitEnd()) {
      kill();
      throw new AssertionError("did not stop in " + STOP_SECONDS_MAX + " s:\n" + logTail());
    }
  }

  /** SIGSTOP: nothing of it runs, its connections stay open. */
  public void pause() {
    signal("STOP");
  }

  /** SIGCONT. */
  public void resume() {
    signal("CONT");
  }

  /**
   * No file may grow beyond this from now on: writing fails as on a full disk. Undone by a restart.
   *
   * @return false when this machine cannot do it
   */
  public boolean limitFileSize(long bytesMax) {
    String pid = Long.toString(process.pid());
    try {
      Process limit =
          new ProcessBuilder("prlimit", "--pid", pid, "--fsize=" + bytesMax + ":" + bytesMax)
              .redirectErrorStream(true)
              .start();
      return limit.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether the operating system has stopped it. */
  public boolean isPaused() {
    try {
      Process ps =
          new ProcessBuilder("ps", "-o", "state=", "-p", Long.toString(process.pid())).start();
      String state = new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return ps.waitFor() == 0 && state.startsWith("T");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether the operating system says that this is in its command line. */
  public boolean isStartedWith(String text) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).contains(text);
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it has a connection, or is about to have one. */
  public boolean hasSocket() {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return descriptors.anyMatch(ServerProcess::isSocket);
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  /** A line of {@code /proc/PID/status} in bytes, {@code VmHWM} for instance; empty without it. */
  public OptionalLong memoryBytes(String name) {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith(name + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * BYTES_PER_KIB)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** Waits until the process has ended by itself, and returns its exit code. */
  public int awaitExit(Duration limit) {
    Await.until("the end of process " + process.pid(), limit, () -> !process.isAlive());
    return process.exitValue();
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("cannot signal process " + process.pid());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean awaitEnd() {
    try {
      boolean ended = process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS);
      if (ended) {
        Runtime.getRuntime().removeShutdownHook(atExit);
      }
      return ended;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IllegalStateException shuttingDown) {
      return true; // the hooks are running: nothing to take back
    }
  }

  /** Whether any of what the process wrote, now or before a restart, contains this. */
  public boolean hasLogged(String text) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.anyMatch(line -> line.contains(text));
    } catch (IOException e) {
      return false;
    }
  }

  /** Why a process ended, by what it wrote: its last fault, or else its last line. */
  String lastWords() {
    try {
      List<String> lines =
          Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
      List<String> faults = lines.stream().filter(line -> line.contains("FAULT")).toList();
      List<String> last = faults.isEmpty() ? lines : faults;
      return last.isEmpty() ? "it wrote nothing" : last.get(last.size() - 1);
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }

  /** How many lines of its log, and of its predecessors', have this text in them. */
  public long countLogged(String text) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(text)).count();
    } catch (IOException e) {
      return 0;
    }
  }

  /** The last lines that the process wrote. */
  public String logTail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }
}
