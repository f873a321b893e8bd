package dev.holdfast.node.consensus;

import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import dev.holdfast.statemachine.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a replica, none of which is sent to another one before it is read through
 * (decision 0032). Any thread.
 */
final class SoundCheckpoints {
  private static final Logger log = LoggerFactory.getLogger(SoundCheckpoints.class);

  private final ReplicaStateMachine machine;
  private final StateMachineFactory factory;
  private final Runnable snapshotDue;
  private final SnapshotDirectory directory;

  /**
   * @param replica the directory of the replica
   * @param snapshotDue has another checkpoint taken
   */
  SoundCheckpoints(
      Path replica,
      ReplicaStateMachine machine,
      StateMachineFactory factory,
      Runnable snapshotDue) {
    this.machine = machine;
    this.factory = factory;
    this.snapshotDue = snapshotDue;
    this.directory = new SnapshotDirectory(replica, this::require);
  }

  SnapshotDirectory directory() {
    return directory;
  }

  /**
   * Reads a file of a checkpoint through. When it is damaged, the state looks at its own file of
   * that name, which ends the replica if that is damaged too; otherwise only the checkpoint is
   * thrown away, and the next is asked for.
   *
   * @throws StorageException when it is damaged, or gone
   */
  void require(Path file) {
    try {
      factory.verify(file);
    } catch (StorageException e) {
      if (e.isDamage() && Files.exists(file)) { // else there are newer checkpoints by now
        Optional<Long> alike = machine.withState(state -> verifyAlike(state, file));
        log.error("{} is damaged, the state is not ({} bytes of that name)", file, alike, e);
        directory.discard(file);
        snapshotDue.run();
      }
      throw e;
    }
  }

  private static long verifyAlike(ReplicatedStateMachine state, Path file) {
    return state.files().stream()
        .filter(live -> live.endsWith(nameOf(file)))
        .mapToLong(state::verify)
        .sum();
  }

  /** What the newest checkpoint has and the state has no more. */
  List<Path> filesOfTheirOwn() {
    List<String> live = machine.withState(ReplicatedStateMachine::files).orElse(List.of());
    return directory.files().stream()
        .filter(file -> live.stream().noneMatch(name -> name.endsWith(nameOf(file))))
        .toList();
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }
}
