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

  /** About two seconds: one slow beat is no slow machine. */
  private static final int BEAT_COUNT = 21;

  private final double cores;
  private final FileChannel file;
  private final Thread thread;
  private final long begunNanos = System.nanoTime();
  private final long[] stalls = new long[BEAT_COUNT];
  private int next;
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
    while (!stopped) {
      long asleep = System.nanoTime();
      LockSupport.parkNanos(PERIOD_NANOS);
      long awake = System.nanoTime();
      long late = Math.max(0, awake - asleep - PERIOD_NANOS);
      try {
        file.write(ByteBuffer.allocate(Long.BYTES).putLong(0, awake), 0);
        file.force(false);
      } catch (IOException e) {
        if (!stopped) {
          log.warn("cannot feel the disk any more: {}", e.toString());
        }
        return;
      }
      add(Math.max(late, System.nanoTime() - awake));
    }
  }

  private synchronized void add(long stallNanos) {
    stalls[next] = stallNanos;
    next = (next + 1) % BEAT_COUNT;
  }

  /** How the machine does now; any thread. */
  public NodeReport.Vitals vitals() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    double load = system.getCpuLoad();
    return new NodeReport.Vitals(
        TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begunNanos),
        cores,
        load >= 0 ? Math.min(1, load) : 0, // negative when it is not known
        TimeUnit.NANOSECONDS.toMicros(median()));
  }

  private synchronized long median() {
    long[] sorted = stalls.clone();
    Arrays.sort(sorted);
    return sorted[BEAT_COUNT / 2];
  }

  @Override
  public void close() throws IOException {
    stopped = true;
    LockSupport.unpark(thread);
    file.close();
  }
}
