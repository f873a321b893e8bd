package dev.holdfast.jepsen.agent;

import java.nio.file.Path;
import java.util.Locale;

/**
 * The clocks of one node, steered from outside: its classes and Ratis's read these instead of the
 * system's. A file says how they go; it is read again all the time, and answered with another file
 * that says what the clocks show.
 *
 * <ul>
 *   <li>The monotonic clock has a rate; it never jumps, not even when the rate changes.
 *   <li>The wall clock goes at that rate too, and has an offset besides, which may jump.
 *   <li>Timers of the JVM are not ours: they wait for as long as ever.
 * </ul>
 *
 * <p>Public because classes of the node call it. Thread-safe.
 */
public final class NodeClock {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /**
   * How the clocks go from a moment on.
   *
   * @param number of the order, from the file
   */
  private record Course(
      long number, long realNanos, long shownNanos, double rate, long wallOffsetMillis) {
    long shown(long atRealNanos) {
      return shownNanos + Math.round((atRealNanos - realNanos) * rate);
    }
  }

  private static final long BEGUN = System.nanoTime();
  private static volatile Course course = new Course(0, BEGUN, BEGUN, 1, 0);

  private NodeClock() {}

  /** In place of {@link System#nanoTime}. */
  public static long nanoTime() {
    return course.shown(System.nanoTime());
  }

  /** In place of {@link System#currentTimeMillis}. */
  public static long currentTimeMillis() {
    Course now = course;
    long real = System.nanoTime();
    return System.currentTimeMillis()
        + now.wallOffsetMillis()
        + (now.shown(real) - real) / NANOS_PER_MILLI;
  }

  /** Begins to follow what the file says. */
  static void follow(Path file) {
    OrderFile.follow("clock", file, NodeClock::take, NodeClock::shown);
  }

  /** Three words: the number of the order, the rate, the offset of the wall clock in ms. */
  static void take(String order) {
    String[] words = order.strip().split(" ");
    Course before = course;
    long number = Long.parseLong(words[0]);
    if (number <= before.number()) {
      return;
    }
    long real = System.nanoTime();
    course =
        new Course(
            number,
            real,
            before.shown(real),
            Double.parseDouble(words[1]),
            Long.parseLong(words[2]));
    Grafts.say("holdfast-agent: the clock goes by order " + order.strip());
  }

  /** The number of the order, then monotonic shown and real, wall shown and real. */
  private static String shown() {
    long real = System.nanoTime();
    long wall = System.currentTimeMillis();
    return String.format(
        Locale.ROOT,
        "%d %d %d %d %d",
        course.number(),
        course.shown(real),
        real,
        currentTimeMillis(),
        wall);
  }
}
