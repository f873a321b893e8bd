package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.PartitionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all that the replicas of a node have on disk, round after round, and compares it with its
 * checksums: damage to what nobody asks for would otherwise be found when it is needed, perhaps
 * after the other copies are damaged too. A replica with damage is set aside (decision 0032).
 *
 * <p>Looks at the closed files of logs, at the tables of states and at those of checkpoints: they
 * do not change once they are written. What is still written to is read whole at the next start
 * ({@link LogAudit}).
 *
 * <p>One thread of its own, which reads a file and then rests as long as the rate demands.
 */
final class Scrubber implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Scrubber.class);
  private static final Duration FIRST_ROUND_MAX = Duration.ofMinutes(10);

  /** A log that is being cut off looks damaged until it has its new name. */
  private static final int LOOKS_MAX = 10;

  private static final long LOOK_AGAIN_MILLIS = 500;

  private final Collection<Replica> replicas;
  private final ScrubOptions options;
  private final ConsensusListener listener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Thread thread;

  /** One file to be read; returns its size in bytes. */
  private interface Piece {
    long read() throws IOException, InterruptedException;
  }

  /**
   * @param replicas a live view of those that are here
   */
  Scrubber(Collection<Replica> replicas, ScrubOptions options, ConsensusListener listener) {
    this.replicas = replicas;
    this.options = options;
    this.listener = listener;
  }

  synchronized void start() {
    if (!options.interval().isZero()) {
      Thread scrub = new Thread(this::run, "scrub");
      scrub.setDaemon(true);
      scrub.start();
      thread = scrub;
    }
  }

  private void run() {
    try {
      Duration first =
          options.interval().compareTo(FIRST_ROUND_MAX) < 0 ? options.interval() : FIRST_ROUND_MAX;
      boolean stopped = rest(first.toNanos());
      while (!stopped) {
        long begun = System.nanoTime();
        stopped = round() || rest(options.interval().toNanos() - (System.nanoTime() - begun));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it was closed meanwhile. */
  private boolean rest(long nanos) throws InterruptedException {
    return closed.await(Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  private boolean round() throws InterruptedException {
    boolean stopped = false;
    for (Replica replica : replicas) {
      stopped = stopped || scrub(replica);
    }
    if (!stopped) {
      listener.scrubbed();
    }
    return stopped;
  }

  private boolean scrub(Replica replica) throws InterruptedException {
    PartitionId partition = replica.partition();
    Deque<Piece> pieces = new ArrayDeque<>();
    try {
      for (LogSegmentFile segment : closedSegments(replica)) {
        pieces.add(() -> readLog(segment));
      }
      for (String file : replica.machine().withState(state -> state.files()).orElse(List.of())) {
        pieces.add(() -> replica.machine().withState(state -> state.verify(file)).orElse(0L));
      }
      for (Path file : replica.machine().checkpoints().filesOfTheirOwn()) {
        pieces.add(() -> readCheckpoint(replica, file));
      }
      boolean stopped = false;
      while (!pieces.isEmpty() && !stopped && !replica.ending().isDamaged()) {
        long bytes = pieces.remove().read();
        listener.scrubbed(bytes);
        stopped = rest((long) (1e9 * bytes / options.bytesPerSecondMax()));
      }
      return stopped;
    } catch (DamagedReplicaException e) {
      RuntimeException unused =
          replica.faults().fault("partition=" + partition + " was found damaged", e);
      return false;
    } catch (IOException | RuntimeException e) { // a damaged state has been set aside by now
      log.error("partition={} was not read to its end", partition, e);
      return false;
    }
  }

  private static long readCheckpoint(Replica replica, Path file) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    replica.machine().checkpoints().require(file);
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private static List<LogSegmentFile> closedSegments(Replica replica) throws IOException {
    List<LogSegmentFile> closed = new ArrayList<>();
    RaftMember member = replica.member();
    if (member != null) {
      for (Path file : DurableFiles.children(member.logDirectory())) {
        LogSegmentFile.of(file).filter(segment -> !segment.isOpen()).ifPresent(closed::add);
      }
    }
    return closed;
  }

  private long readLog(LogSegmentFile segment) throws IOException, InterruptedException {
    for (int look = 1; !isWhole(segment); look++) {
      if (look == LOOKS_MAX) {
        throw new DamagedReplicaException("damaged Raft log: " + segment.path());
      }
      rest(TimeUnit.MILLISECONDS.toNanos(LOOK_AGAIN_MILLIS));
    }
    return Files.exists(segment.path()) ? Files.size(segment.path()) : 0;
  }

  /** Also when it is gone: purged, or cut off and renamed. */
  private static boolean isWhole(LogSegmentFile segment) throws IOException {
    try {
      return segment.read().lastValid() == segment.last();
    } catch (IOException e) {
      if (Files.exists(segment.path())) {
        throw e;
      }
      return true;
    }
  }

  @Override
  public synchronized void close() {
    closed.countDown();
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
