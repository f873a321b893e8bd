package dev.holdfast.jepsen.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real processes on the disk: what they synced is there after a power cut, and nothing else.
 * Skipped without a C compiler; with {@code -Dclients.required=true}, as .ci/run has it, it fails
 * then.
 */
class NodeDiskTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private static Path compiled;

  @SuppressWarnings("NullAway.Init")
  private static Shim shim;

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init")
  private NodeDisk disk;

  @SuppressWarnings("NullAway.Init")
  private Path files;

  @BeforeAll
  static void compile() {
    if (!Boolean.getBoolean("clients.required")) {
      assumeThat(Shim.isPossible()).as("a C compiler is here").isTrue();
    }
    shim = Shim.compile(compiled);
  }

  @BeforeEach
  void newDisk() {
    files = directory.resolve("files");
    disk = new NodeDisk(shim, files, directory.resolve("journals"));
  }

  /** Returns what the process said. */
  private String runAndKill(String what) {
    Path log = directory.resolve(what + ".log");
    List<String> java =
        List.of(
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            CarelessProgram.class.getName(),
            files.toString(),
            what);
    try (ServerProcess process = ServerProcess.java(List.of(), java, disk.environment(), log)) {
      Await.until(
          () -> "it is ready: " + process.logTail(),
          LIMIT,
          () -> process.hasLogged(CarelessProgram.READY) || !process.isAlive());
      assertThat(process.isAlive()).as(process.logTail()).isTrue();
      process.kill();
      return process.logTail();
    } finally {
      assertThat(disk.counts().errors()).isZero();
    }
  }

  private String content(String name) throws IOException {
    return Files.readString(files.resolve(name));
  }

  private static String lines(int upTo) {
    return IntStream.rangeClosed(1, upTo).mapToObj(i -> i + "\n").collect(Collectors.joining());
  }

  @Test
  void aKillAloneLosesNothing() throws IOException {
    runAndKill("everything");

    assertThat(content("log")).isEqualTo("first never synced ");
    assertThat(content("busy-0")).isEqualTo(lines(CarelessProgram.ROUNDS));
  }

  @Test
  void aPowerCutLeavesExactlyWhatWasSynced() throws IOException {
    runAndKill("everything");

    PowerCut cut = disk.cutPower(Loss.ALL, new Random(1));

    assertThat(content("log")).isEqualTo("first ");
    assertThat(content("overwritten"))
        .isEqualTo("synced" + "\0".repeat(CarelessProgram.SEGMENT_BYTES - 6));
    assertThat(content("synced-by-another")).isEqualTo("kept");
    assertThat(content("new-name")).as("the name is durable, the content is not").isEmpty();
    assertThat(content("closed")).as("it is not longer than when it got its name").hasSize(7);
    assertThat(content("cut")).isEqualTo("a whole sentence");
    assertThat(content("emptied")).isEqualTo("all of it");
    assertThat(content("replaced")).isEqualTo("the second file");
    assertThat(content("link")).isEqualTo("shared");
    assertThat(content("mapped")).isEqualTo("a1234567");
    assertThat(content("transferred")).hasSize(1_000);
    for (int i = 0; i < CarelessProgram.WRITERS; i++) {
      assertThat(content("busy-" + i)).isEqualTo(lines(CarelessProgram.ROUNDS / 2));
    }
    Path created = files.resolve("created");
    assertThat(!Files.exists(created) || Files.size(created) == 0).isTrue();
    assertThat(cut.lostBytes())
        .containsEntry("log", 13L)
        .containsEntry("created", 13L)
        .doesNotContainKeys("synced-by-another", "replaced");
    assertThat(disk.counts().mappedFiles()).isEqualTo(1);
    assertThat(disk.counts().writes()).isGreaterThan(CarelessProgram.ROUNDS);
    assertThat(disk.counts().syncs()).isGreaterThan(CarelessProgram.ROUNDS / 2);
  }

  @Test
  void whatADeadProcessHasLeftUnsyncedIsLostWithTheNextPowerCut() throws IOException {
    runAndKill("everything");
    runAndKill("append");

    disk.cutPower(Loss.ALL, new Random(1));
    assertThat(content("log")).isEqualTo("first ");

    assertThat(disk.cutPower(Loss.ALL, new Random(1)).bytes()).as("nothing is lost twice").isZero();
  }

  @Test
  void theNextProcessMaySyncWhatADeadOneHasLeft() throws IOException {
    runAndKill("everything");
    runAndKill("append-and-sync");

    disk.cutPower(Loss.ALL, new Random(1));

    assertThat(content("log")).isEqualTo("first never synced second ");
  }

  /** The n-th byte is from its write, or is not there, or is zero where later pages are there. */
  @ParameterizedTest
  @EnumSource
  void everyLossLeavesSomethingThatADiskCouldHold(Loss loss) throws IOException {
    runAndKill("writes");
    long before = Files.size(files.resolve("writes"));

    PowerCut cut = disk.cutPower(loss, new Random(7));

    byte[] left = Files.readAllBytes(files.resolve("writes"));
    for (int i = 0; i < left.length; i++) {
      int write = i / CarelessProgram.WRITE_BYTES + 1;
      boolean isHole = left[i] == 0 && loss == Loss.SCATTERED && write > 1;
      assertThat(isHole || left[i] == write).as("byte %d is %d", i, left[i]).isTrue();
    }
    assertThat(left).hasSizeGreaterThanOrEqualTo(CarelessProgram.WRITE_BYTES);
    assertThat(cut.bytes()).isPositive();
    switch (loss) {
      case ALL -> assertThat(left).hasSize(CarelessProgram.WRITE_BYTES);
      case SUFFIX -> assertThat(left.length % CarelessProgram.WRITE_BYTES).isZero();
      case TORN_AT_A_BYTE -> assertThat(left.length % CarelessProgram.WRITE_BYTES).isPositive();
      case TORN_AT_A_SECTOR -> assertThat(left.length % 512).isZero();
      case SCATTERED -> assertThat(left).contains(0);
    }
    if (loss != Loss.SCATTERED) {
      assertThat(cut.bytes()).isEqualTo(before - left.length);
    }
  }

  @Test
  void aSyncThatFailsSaysSoAndWhatWasWrittenIsLost() throws IOException {
    disk.failSyncs();
    String said = runAndKill("sync");

    assertThat(said).contains(CarelessProgram.FAILED + "Input/output error");
    assertThat(disk.counts().failedSyncs()).isEqualTo(1);
    disk.cutPower(Loss.ALL, new Random(3));
    assertThat(Files.exists(files.resolve("log")) && Files.size(files.resolve("log")) > 0)
        .isFalse();
  }

  @Test
  void aDiskThatLiesSaysNothingAndWhatWasWrittenIsLost() {
    disk.lie();
    String said = runAndKill("sync");

    assertThat(said).doesNotContain(CarelessProgram.FAILED);
    assertThat(disk.counts().lies()).isEqualTo(1);
    assertThat(disk.cutPower(Loss.ALL, new Random(3)).bytes()).isPositive();
  }
}
