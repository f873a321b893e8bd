package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.statemachine.spi.ApplyContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ratis replaces {@code sm} in two renames, on the thread that receives a snapshot, while the apply
 * thread takes a checkpoint. Neither may disturb the other.
 */
class SnapshotDirectoryTest {
  private static final ApplyContext OLDER = new ApplyContext(1, 5);
  private static final ApplyContext NEWER = new ApplyContext(2, 9);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path replica;

  @SuppressWarnings("NullAway.Init")
  private SnapshotDirectory snapshots;

  @BeforeEach
  void open() throws IOException {
    snapshots = new SnapshotDirectory(replica, file -> {});
    snapshots.open(sm());
  }

  @Test
  void aCheckpointThatIsBeingWrittenOutlivesAnInstallation() throws IOException {
    Path unfinished = snapshots.unfinished();
    write(unfinished);
    beginInstallation();
    finishInstallation();

    assertThat(snapshots.publish(unfinished, OLDER)).isTrue();
    assertThat(snapshots.newest().map(SnapshotDirectory.Checkpoint::applied)).contains(NEWER);
    assertThat(sm().resolve("1_5")).isDirectory();
  }

  @Test
  void aCheckpointIsGivenUpBetweenTheTwoRenames() throws IOException {
    Path unfinished = snapshots.unfinished();
    write(unfinished);
    beginInstallation();

    assertThat(snapshots.publish(unfinished, OLDER)).isFalse();
    assertThat(sm()).as("where Ratis is about to put the newer one").doesNotExist();
    assertThat(unfinished).doesNotExist();

    finishInstallation();
    snapshots.refresh();
    assertThat(snapshots.newestIndex()).isEqualTo(NEWER.index());
  }

  @Test
  void askingForAPlaceLeavesRatisItsOwn() throws IOException {
    beginInstallation();
    write(snapshots.unfinished());
    assertThat(sm()).doesNotExist();
  }

  @Test
  void whatACrashLeftUnfinishedIsThrownAway() throws IOException {
    Path unfinished = snapshots.unfinished();
    write(unfinished.resolveSibling(unfinished.getFileName() + ".tmp"));

    snapshots.open(sm());
    try (var left = Files.list(replica)) {
      assertThat(left).containsExactly(sm());
    }
  }

  private Path sm() {
    return replica.resolve("sm");
  }

  private static void write(Path checkpoint) throws IOException {
    Files.createDirectories(checkpoint);
    Files.writeString(checkpoint.resolve("items"), "held");
  }

  private void beginInstallation() throws IOException {
    Files.move(sm(), replica.resolve("sm.tmp"));
  }

  private void finishInstallation() throws IOException {
    Path received = replica.resolve("received");
    write(received.resolve("2_9"));
    Files.move(received, sm());
  }
}
