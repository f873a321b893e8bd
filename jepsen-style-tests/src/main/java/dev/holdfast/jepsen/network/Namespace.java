package dev.holdfast.jepsen.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace of Linux, which a process of no use holds: it ends when its input does, so
 * that nothing is left behind by a program that was killed. Needs root.
 */
final class Namespace implements AutoCloseable {
  private static final int COMMAND_SECONDS_MAX = 20;

  private final Process holder;

  private Namespace(Process holder) {
    this.holder = holder;
  }

  /**
   * One with no link to any other.
   *
   * @throws IllegalStateException when this machine lets nobody, or not this user, have one
   */
  static Namespace create() {
    try {
      Process holder =
          new ProcessBuilder("unshare", "--net", "sh", "-c", "echo ready; exec cat >/dev/null")
              .redirectErrorStream(true)
              .start();
      byte[] said = holder.getInputStream().readNBytes("ready".length());
      String word = new String(said, StandardCharsets.US_ASCII);
      if (!word.equals("ready")) {
        holder.destroyForcibly();
        throw new IllegalStateException("no network namespace, which takes root: " + word + "…");
      }
      return new Namespace(holder);
    } catch (IOException e) {
      throw new IllegalStateException("no network namespace, which takes unshare: " + e, e);
    }
  }

  long pid() {
    return holder.pid();
  }

  /** What precedes a command that is to run in it. */
  List<String> into() {
    return List.of("nsenter", "--net=/proc/" + holder.pid() + "/ns/net");
  }

  /** Runs a command in it, and returns what it has said. */
  String run(String... command) {
    List<String> all = new ArrayList<>(into());
    all.addAll(List.of(command));
    return runHere(all);
  }

  /**
   * Runs a command where this program is.
   *
   * @throws IllegalStateException with what the command said, if it failed
   */
  static String runHere(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(String.join(" ", command) + ": does not end");
      }
      String said = // a few words, which fit into a pipe
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.exitValue() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + said);
      }
      return said;
    } catch (IOException e) {
      throw new IllegalStateException(String.join(" ", command) + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + String.join(" ", command), e);
    }
  }

  /** It is gone when the last process in it has ended, and its ends of links with it. */
  @Override
  public void close() {
    try {
      holder.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
