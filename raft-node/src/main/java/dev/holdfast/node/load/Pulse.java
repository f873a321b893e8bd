package dev.holdfast.node.load;

import com.sun.management.OperatingSystemMXBean;
import dev.holdfast.protocol.rpc.NodeReport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feels how fast the machine is, several times in a second: how late a thread wakes up that asked
 * to be woken, and how long a small write takes to be on disk. Whatever holds these up holds up the
 * partitions that the node leads.
 */
public final class Pulse implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Pulse.class);
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A disk need not be woken with every beat. */
  private static final int BEATS_PER_FLUSH = 5;

  /** About two seconds: one slow beat is no slow machine. */
  private static final int BEAT_COUNT = 21;

  private static final int FLUSH_COUNT = 5;

  private final double cores;
  private final FileChannel file;
  private final Thread thread;
  private final long begunNanos = System.nanoTime();
  private final Recent late = new Recent(BEAT_COUNT);
  private final Recent flushes = new Recent(FLUSH_COUNT);
  private volatile long lastBeatNanos = System.nanoTime();
  private volatile boolean stopped;

  /**
   * @param cores that the node may use
   * @param path of a small file for itself, on the disk that the replicas are on
   */
  public Pulse(double cores, Path path) throws IOException {
    this.cores = cores;
    this.file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    this.thread = new Thread(this::beat, "pulse");
    thread.setDaemon(true);
    thread.start();
  }

  private void beat() {
    for (int beat = 0; !stopped; beat++) {
      long asleep = System.nanoTime();
      LockSupport.parkNanos(PERIOD_NANOS);
      long awake = System.nanoTime();
      lastBeatNanos = awake;
      late.add(Math.max(0, awake - asleep - PERIOD_NANOS));
      if (beat % BEATS_PER_FLUSH != 0) {
        continue;
      }
      try {
        file.write(ByteBuffer.allocate(Long.BYTES).putLong(0, awake), 0);
        file.force(false);
      } catch (IOException e) {
        if (!stopped) {
          log.warn("cannot feel the disk any more: {}", e.toString());
        }
        return;
      }
      flushes.add(System.nanoTime() - awake);
    }
  }

  /**
   * How the machine does now; any thread.
   *
   * @param astray whether its clock is not that of the others
   */
  public NodeReport.Vitals vitals(boolean astray) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    double load = system.getCpuLoad();
    return new NodeReport.Vitals(
        TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begunNanos),
        cores,
        load >= 0 ? Math.min(1, load) : 0, // negative when it is not known
        TimeUnit.NANOSECONDS.toMicros(stallNanos()),
        astray);
  }

  /** A flush that does not come back at all shows in the beat that is missing. */
  private long stallNanos() {
    long missing = System.nanoTime() - lastBeatNanos - PERIOD_NANOS;
    return Math.max(missing, Math.max(late.median(), flushes.median()));
  }

  @Override
  public void close() throws IOException {
    stopped = true;
    LockSupport.unpark(thread);
    file.close();
  }

  /** The last so many durations. */
  private static final class Recent {
    private final long[] nanos;
    private int next;

    Recent(int count) {
      nanos = new long[count];
    }

    synchronized void add(long duration) {
      nanos[next] = duration;
      next = (next + 1) % nanos.length;
    }

    synchronized long median() {
      long[] sorted = nanos.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }
  }
}
