package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C1: a replica never goes on, unnoticed, with a log that has lost what it acknowledged. */
class LogAuditTest {
  private static final int MEMBERS = 3;
  private static final int ENTRY_BYTES = 100;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path home;

  @SuppressWarnings("NullAway.Init")
  private Path current;

  @SuppressWarnings("NullAway.Init")
  private AcknowledgedMark mark;

  @BeforeEach
  void aReplicaWithTwoSegments() throws IOException {
    current = Files.createDirectories(home.resolve("raft/group/current"));
    mark = AcknowledgedMark.open(home.resolve("mark"));
    Files.writeString(current.resolve("raft-meta"), "term=3\nvotedFor=n1\n");
    Files.write(current.resolve("log_0-9"), segment(0, 9, 0));
    Files.write(current.resolve("log_inprogress_10"), segment(10, 19, 4096));
  }

  private LogAudit audit() {
    return new LogAudit(home, home.resolve("raft/group"), mark);
  }

  @Test
  void aSoundLogThatReachesItsMarkPasses() throws IOException {
    mark.raise(19);
    audit().check(MEMBERS);

    assertThat(mark.voteWithheld()).isFalse();
    assertThat(current.resolve("log_inprogress_10")).isNotEmptyFile();
  }

  @Test
  void aFreshReplicaPasses() {
    LogAudit fresh = new LogAudit(home.resolve("other"), home.resolve("other/raft/group"), mark);

    assertThatCode(() -> fresh.check(MEMBERS)).doesNotThrowAnyException();
  }

  @Test
  void aTornLastEntryThatWasNeverAcknowledgedIsCutOff() throws IOException {
    mark.raise(18);
    damage("log_inprogress_10", 9 * entry(10).length + 8 + ENTRY_BYTES / 2);
    audit().check(MEMBERS);

    assertThat(mark.voteWithheld()).isFalse();
    assertThat(current.resolve("log_inprogress_10")).hasSize(8 + 9L * entry(10).length);
  }

  @Test
  void aTornLastEntryThatWasAcknowledgedIsNotCutOff() throws IOException {
    mark.raise(19);
    damage("log_inprogress_10", 9 * entry(10).length + 8 + ENTRY_BYTES / 2);

    assertRefused("after entry 18");
  }

  @Test
  void damageInTheMiddleOfTheOpenSegmentIsRefused() throws IOException {
    mark.raise(19);
    damage("log_inprogress_10", 8 + 3 * entry(10).length + ENTRY_BYTES / 2);

    assertRefused("after entry 12");
  }

  @Test
  void damageInAClosedSegmentIsRefusedWhateverTheMarkSays() throws IOException {
    damage("log_0-9", 8 + 3 * entry(1).length);

    assertRefused("after entry 2");
  }

  @Test
  void aTailCutAtTheEndOfAnEntryIsRefused() throws IOException {
    mark.raise(19);
    Path open = current.resolve("log_inprogress_10");
    Files.write(open, Arrays.copyOf(Files.readAllBytes(open), 8 + 5 * entry(10).length));

    assertRefused("ends with entry 14", "up to 19 were acknowledged");
  }

  @Test
  void aMissingSegmentIsRefused() throws IOException {
    mark.raise(19);
    Files.delete(current.resolve("log_inprogress_10"));

    assertRefused("ends with entry 9");
  }

  @Test
  void aMissingVoteIsRefusedEvenWhenTheWholeDirectoryIsGone() throws IOException {
    mark.raise(19);
    Files.delete(current.resolve("raft-meta"));
    assertRefused("vote");

    Files.delete(current.resolve("log_0-9"));
    Files.delete(current.resolve("log_inprogress_10"));
    assertRefused("vote");
  }

  @Test
  void anUnreadableVoteIsRefused() throws IOException {
    Files.writeString(current.resolve("raft-meta"), "\0\0\0");

    assertRefused("vote");
  }

  @Test
  void acceptedDamageIsCutOffAndTheVoteWithheldUntilTheMarkIsReachedAgain() throws IOException {
    mark.raise(19);
    damage("log_0-9", 8 + 3 * entry(1).length);
    Path accepted = Files.createFile(home.resolve(LogAudit.ACCEPTED));
    audit().check(MEMBERS);

    assertThat(mark.voteWithheld()).isTrue();
    assertThat(current.resolve("log_inprogress_0")).hasSize(8 + 3L * entry(1).length);
    assertThat(current.resolve("log_0-9")).doesNotExist();
    assertThat(current.resolve("log_inprogress_10")).doesNotExist();

    audit().check(MEMBERS); // restarted before it has caught up
    assertThat(mark.voteWithheld()).isTrue();

    mark.raise(18);
    assertThat(mark.voteWithheld()).isTrue();
    mark.raise(19);
    assertThat(mark.voteWithheld()).isFalse();
    assertThat(accepted).doesNotExist();
  }

  @Test
  void aReplicaWithoutPeersHasNobodyToRefillIt() throws IOException {
    mark.raise(25);
    Files.createFile(home.resolve(LogAudit.ACCEPTED));

    assertThatThrownBy(() -> audit().check(1))
        .isInstanceOf(DamagedReplicaException.class)
        .hasMessageContaining("no other replica");
  }

  @Test
  void aCheckpointAtTheMarkStandsForTheLog() throws IOException {
    mark.raise(30);
    Files.createDirectories(home.resolve("raft/group/sm/3_30"));

    assertThatCode(() -> audit().check(MEMBERS)).doesNotThrowAnyException();
  }

  @Test
  void aLogThatEndsBeforeTheCheckpointBeginsAnewAfterIt() throws IOException {
    mark.raise(19);
    Files.createDirectories(home.resolve("raft/group/sm/3_20"));
    audit().check(MEMBERS);

    assertThat(mark.voteWithheld()).isFalse();
    assertThat(current).isDirectoryNotContaining("glob:**log_*");
    assertThat(current.resolve("raft-meta")).exists();
  }

  @Test
  void aLogThatReachesTheCheckpointStays() throws IOException {
    mark.raise(19);
    Files.createDirectories(home.resolve("raft/group/sm/3_19"));
    audit().check(MEMBERS);

    assertThat(current.resolve("log_0-9")).exists();
    assertThat(current.resolve("log_inprogress_10")).exists();
  }

  @Test
  void aDamagedLogThatEndsBeforeTheCheckpointBeginsAnewOnceTheLossIsAccepted() throws IOException {
    mark.raise(30);
    damage("log_0-9", 8 + 3 * entry(1).length);
    Files.createDirectories(home.resolve("raft/group/sm/3_20"));
    assertRefused("after entry 2");

    Files.createFile(home.resolve(LogAudit.ACCEPTED));
    audit().check(MEMBERS);
    assertThat(mark.voteWithheld()).isTrue();
    assertThat(current).isDirectoryNotContaining("glob:**log_*");
  }

  @Test
  void theMarkIsLoweredBeforeTheLogIsCutAndKeptOverARestart() throws IOException {
    mark.raise(19);
    mark.raise(12);
    assertThat(mark.index()).isEqualTo(19);
    mark.lower(15);

    assertThat(AcknowledgedMark.open(home.resolve("mark")).index()).isEqualTo(14);
    mark.sync();
  }

  @Test
  void aDamagedMarkIsRefused() throws IOException {
    Files.write(home.resolve("mark"), new byte[] {0, 0, 0, 0, 0, 9, 1, 2});

    assertThatThrownBy(() -> AcknowledgedMark.open(home.resolve("mark")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("damaged");
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(() -> audit().check(MEMBERS))
        .isInstanceOf(DamagedReplicaException.class)
        .hasMessageContainingAll(words);
  }

  private void damage(String file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(current.resolve(file));
    bytes[at] ^= 0x55;
    Files.write(current.resolve(file), bytes);
  }

  private static byte[] segment(long first, long last, int padding) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("RaftLog1".getBytes(StandardCharsets.UTF_8));
    for (long index = first; index <= last; index++) {
      bytes.write(entry(index));
    }
    bytes.write(new byte[padding]);
    return bytes.toByteArray();
  }

  /** As Ratis writes one; all of the same size. */
  private static byte[] entry(long index) {
    byte[] payload = new byte[index == 0 ? ENTRY_BYTES + 2 : ENTRY_BYTES];
    Arrays.fill(payload, (byte) (index + 1));
    LogEntryProto entry =
        LogEntryProto.newBuilder()
            .setTerm(3)
            .setIndex(index)
            .setStateMachineLogEntry(
                StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(payload)))
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      entry.writeDelimitedTo(bytes);
      CRC32C crc = new CRC32C();
      crc.update(bytes.toByteArray());
      bytes.write(ByteBuffer.allocate(Integer.BYTES).putInt(0, (int) crc.getValue()).array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
