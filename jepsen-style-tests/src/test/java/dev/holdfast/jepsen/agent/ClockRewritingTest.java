package dev.holdfast.jepsen.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Classes that are rewritten go by the steered clocks, and by no other. */
class ClockRewritingTest {
  private static final AtomicLong ORDERS = new AtomicLong();
  private static final long HOUR_MILLIS = 3_600_000;

  /** Is loaded anew, rewritten. */
  public static final class Reader {
    private Reader() {}

    public static LongSupplier wallByCall() {
      return () -> System.currentTimeMillis();
    }

    public static LongSupplier wallByReference() {
      return System::currentTimeMillis;
    }

    public static LongSupplier monotonic() {
      return System::nanoTime;
    }
  }

  /** Defines the class itself. */
  private static final class Loader extends ClassLoader {
    private final byte[] bytes;

    Loader(byte[] bytes) {
      super(ClockRewritingTest.class.getClassLoader());
      this.bytes = bytes.clone();
    }

    Class<?> load() {
      return defineClass(Reader.class.getName(), bytes, 0, bytes.length);
    }
  }

  private static void order(double rate, long wallOffsetMillis) {
    NodeClock.take(ORDERS.incrementAndGet() + " " + rate + " " + wallOffsetMillis);
  }

  @AfterEach
  void setRight() {
    order(1, 0);
  }

  private static byte[] bytes() throws IOException {
    String file = Reader.class.getName().replace('.', '/') + ".class";
    try (InputStream in = Reader.class.getClassLoader().getResourceAsStream(file)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  private static LongSupplier rewritten(String reading) throws Exception {
    byte @Nullable [] rewritten =
        new ClockRewriting().transform(null, "dev/holdfast/node/Any", null, null, bytes());
    Class<?> reader = new Loader(Objects.requireNonNull(rewritten)).load();
    return (LongSupplier) reader.getMethod(reading).invoke(null);
  }

  /** By how much a clock is ahead of the system's; other orders may have left something. */
  private static long aheadMillis(LongSupplier clock) {
    return clock.getAsLong() - System.currentTimeMillis();
  }

  @Test
  void aJumpOfTheWallClockIsSeenByCallsAndByReferences() throws Exception {
    for (String reading : new String[] {"wallByCall", "wallByReference"}) {
      LongSupplier clock = rewritten(reading);
      order(1, 0);
      long before = aheadMillis(clock);

      order(1, HOUR_MILLIS);
      assertThat(aheadMillis(clock) - before).isBetween(HOUR_MILLIS - 1_000, HOUR_MILLIS + 1_000);
      order(1, -HOUR_MILLIS);
      assertThat(aheadMillis(clock) - before).isBetween(-HOUR_MILLIS - 1_000, -HOUR_MILLIS + 1_000);
    }
  }

  @Test
  void theMonotonicClockHasARateAndNeverGoesBack() throws Exception {
    LongSupplier clock = rewritten("monotonic");
    long last = clock.getAsLong();
    for (double rate : new double[] {3, 0.5, 1}) {
      order(rate, -HOUR_MILLIS);
      long beforeBegin = System.nanoTime();
      long begin = clock.getAsLong();
      long afterBegin = System.nanoTime();
      assertThat(begin).isGreaterThanOrEqualTo(last);

      long beforeEnd;
      long end;
      do {
        beforeEnd = System.nanoTime();
        end = clock.getAsLong();
      } while (beforeEnd - afterBegin < 5_000_000);
      long afterEnd = System.nanoTime();
      assertThat(end - begin)
          .isBetween(
              (long) (rate * (beforeEnd - afterBegin)) - 2,
              (long) (rate * (afterEnd - beforeBegin)) + 2);
      last = end;
    }
  }

  @Test
  void anOldOrderIsNotFollowed() throws Exception {
    LongSupplier clock = rewritten("wallByCall");
    order(1, HOUR_MILLIS);
    NodeClock.take((ORDERS.get() - 1) + " 1 0");

    assertThat(aheadMillis(clock)).isGreaterThan(HOUR_MILLIS / 2);
  }

  @Test
  void otherClassesAreLeftAlone() throws IOException {
    ClockRewriting rewriting = new ClockRewriting();

    assertThat(rewriting.transform(null, "java/lang/Any", null, null, bytes())).isNull();
    assertThat(rewriting.transform(null, "dev/holdfast/jepsen/Any", null, null, bytes())).isNull();
    assertThat(rewriting.transform(null, "org/apache/ratis/thirdparty/Any", null, null, bytes()))
        .isNull();
  }
}
