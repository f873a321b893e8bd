package dev.holdfast.jepsen.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Orders to this process through a file, which is answered with another one, all the time. */
final class OrderFile {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private OrderFile() {}

  /**
   * Begins to follow it, and does so before the node does anything.
   *
   * @param what it steers, for the log
   * @param take is given what the file says, again and again
   * @param shown what the answer says
   */
  static void follow(String what, Path file, Consumer<String> take, Supplier<String> shown) {
    try {
      takeIfThere(file, take);
    } catch (IOException e) {
      throw Grafts.broken("its " + what, e);
    }
    Thread follower = new Thread(() -> followForEver(what, file, take, shown), "orders-" + what);
    follower.setDaemon(true);
    follower.start();
  }

  private static void followForEver(
      String what, Path file, Consumer<String> take, Supplier<String> shown) {
    Path answer = file.resolveSibling(file.getFileName() + ".shown");
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    while (true) {
      try {
        takeIfThere(file, take);
        Files.writeString(unfinished, shown.get());
        Files.move(unfinished, answer, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException | RuntimeException e) {
        RuntimeException unused = Grafts.broken("its " + what, e);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static void takeIfThere(Path file, Consumer<String> take) throws IOException {
    if (Files.exists(file)) {
      take.accept(Files.readString(file));
    }
  }
}
