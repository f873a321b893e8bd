package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The state of a replica: on disk, open, and in its checkpoints. It is opened, closed and replaced
 * under the write lock, once the log is open by the apply thread only; whoever reads from it holds
 * the read lock.
 */
final class LiveState {
  /** When a child that has none takes its first checkpoint. */
  enum FirstCheckpoint {
    NOW,
    LATER
  }

  private final ClusterMap.Partition partition;
  private final StateMachineFactory factory;
  private final StateDirectory directory;
  private final SnapshotDirectory snapshots;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private @Nullable ReplicatedStateMachine state;

  LiveState(
      ClusterMap.Partition partition,
      StateMachineFactory factory,
      StateDirectory directory,
      SnapshotDirectory snapshots) {
    this.partition = partition;
    this.factory = factory;
    this.directory = directory;
    this.snapshots = snapshots;
  }

  /** Null before it is opened and after it is closed. By the thread that replaces it. */
  @Nullable ReplicatedStateMachine current() {
    return state;
  }

  /**
   * Runs a reader while nobody can close the state; empty while there is none, or the reader has
   * found nothing.
   */
  <R> Optional<R> read(Function<ReplicatedStateMachine, @Nullable R> reader) {
    Lock read = lock.readLock();
    read.lock();
    try {
      ReplicatedStateMachine current = state;
      return current == null ? Optional.empty() : Optional.ofNullable(reader.apply(current));
    } finally {
      read.unlock();
    }
  }

  /**
   * Opens what is on disk, or the newest checkpoint when that is ahead of it.
   *
   * @param opened is told before anybody can read
   */
  void open(FirstCheckpoint due, Consumer<ReplicatedStateMachine> opened) throws IOException {
    Lock write = lock.writeLock();
    write.lock();
    try {
      directory.recover();
      ReplicatedStateMachine newest = openNewest();
      requireReachable(newest.applied().index());
      if (due == FirstCheckpoint.NOW) {
        beginCheckpoints(newest);
      }
      state = newest;
      opened.accept(newest);
    } finally {
      write.unlock();
    }
  }

  /**
   * Goes on with an installed snapshot.
   *
   * @param opened is told before anybody can read
   */
  void replace(Consumer<ReplicatedStateMachine> opened) throws IOException {
    Lock write = lock.writeLock();
    write.lock();
    try {
      close();
      snapshots.refresh();
      open(FirstCheckpoint.NOW, opened);
    } finally {
      write.unlock();
    }
  }

  private ReplicatedStateMachine openNewest() throws IOException {
    ReplicatedStateMachine opened = factory.open(partition, directory.live());
    Optional<SnapshotDirectory.Checkpoint> newest = snapshots.newest();
    if (newest.isEmpty() || newest.get().applied().index() <= opened.applied().index()) {
      return opened;
    }
    opened.close();
    directory.adopt(newest.get().path());
    opened = factory.open(partition, directory.live());
    if (!opened.applied().equals(newest.get().applied())) {
      throw new DamagedReplicaException(
          "checkpoint " + newest.get() + " holds " + opened.applied());
    }
    return opened;
  }

  /** Without this a state that somebody emptied would be filled with the rest of the log only. */
  private void requireReachable(long applied) throws IOException {
    long first = snapshots.firstLogIndex();
    if (first > applied + 1) {
      throw new DamagedReplicaException(
          "the state ends with entry "
              + applied
              + " and the log begins with "
              + first
              + ": a checkpoint of another replica is needed, see docs/operations.md");
    }
  }

  private void beginCheckpoints(ReplicatedStateMachine opened) throws IOException {
    boolean isChild = opened.applied().equals(ApplyContext.SEED) || snapshots.firstLogIndex() > 0;
    if (snapshots.newest().isPresent() || !isChild) {
      return;
    }
    if (opened.givenAway() == null) {
      publish(opened); // S1: the log begins above it, and who has no seed is filled with it
    } else {
      snapshots.owe(ApplyContext.SEED); // S3: whoever lags has to make the split itself
    }
  }

  /**
   * Takes a checkpoint, unless there is nothing new, it must not be served (S3), or a newer one is
   * just being installed. By the apply thread.
   *
   * @return what it holds
   */
  Optional<ApplyContext> checkpoint() throws IOException {
    ReplicatedStateMachine current = state;
    if (current == null || current.givenAway() != null) { // whoever lags makes the split itself
      return Optional.empty();
    }
    long applied = current.applied().index();
    boolean isNews = applied > 0 && applied > snapshots.newestIndex();
    return isNews || snapshots.isOwed() ? publish(current) : Optional.empty();
  }

  private Optional<ApplyContext> publish(ReplicatedStateMachine from) throws IOException {
    Path unfinished = snapshots.unfinished();
    ApplyContext held = from.checkpoint(unfinished);
    return snapshots.publish(unfinished, held) ? Optional.of(held) : Optional.empty();
  }

  void close() {
    Lock write = lock.writeLock();
    write.lock();
    try {
      ReplicatedStateMachine old = state;
      state = null;
      if (old != null) {
        old.close();
      }
    } finally {
      write.unlock();
    }
  }
}
