package dev.holdfast.jepsen.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A node whose disk fails halts with one line that says what to do; the other two go on, nothing
 * acknowledged is lost, and after what the line and docs/operations.md say the node is back.
 */
class DiskFaultsTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final int FAULT_EXIT_CODE = 70;
  private static final long FILE_BYTES_MAX = 600_000;

  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  @SuppressWarnings("NullAway.Init")
  private static Ledger ledger;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(3, 1, "snapshot.log.bytes=1000000");
    ledger = new Ledger(cluster);
  }

  @AfterAll
  static void stop() {
    ledger.close();
    cluster.close();
  }

  @AfterEach
  void everyNodeIsBackAndNothingIsLost() {
    cluster.awaitReady();
    ledger.write(20, 100);
    ledger.assertNothingIsLost();
  }

  @Test
  void aNodeWithAFullDiskHaltsAndRejoinsOnceThereIsRoom() {
    int follower = follower();
    boolean possible = cluster.node(follower).limitFileSize(FILE_BYTES_MAX);
    assumeThat(possible).as("prlimit(1) of util-linux can limit a process").isTrue();
    Await.until(
        "the disk is full",
        LIMIT,
        () -> {
          ledger.tryWrite(20_000);
          return !cluster.node(follower).isAlive();
        });

    assertFault(follower, "File too large", "Make room");
    ledger.write(50, 100);
    ledger.assertNothingIsLost();
    restart(follower);
    ledger.assertHeldBy(follower);
  }

  @Test
  void aTornLastEntryThatNobodyWasToldOfIsCutOff() throws IOException {
    int follower = killedFollower(30, 100);
    Path segment = openSegment(follower);
    byte[] bytes = Files.readAllBytes(segment);
    int end = contentEnd(bytes) + 2; // a checksum may end with zeros
    byte[] torn = Arrays.copyOf(bytes, Math.max(bytes.length, end + 64));
    Arrays.fill(torn, end, end + 40, (byte) 0x7f); // the beginning of an entry, and no more
    Files.write(segment, torn);

    restart(follower);
    assertThat(cluster.node(follower).hasLogged("never acknowledged")).isTrue();
    ledger.assertHeldBy(follower);
  }

  @Test
  void aRaftLogDamagedInTheMiddleIsNeverSilentlyShortened() throws IOException {
    int follower = killedFollower(30, 100);
    Path segment = openSegment(follower);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[contentEnd(bytes) / 2] ^= 0x55;
    Files.write(segment, bytes);

    acceptedOnlyByAnOperator(follower);
  }

  @Test
  void aRaftLogWithoutItsTailIsNotTakenForAnOlderOne() throws IOException {
    int follower = follower();
    ledger.write(30, 100);
    // A majority may do without it: what it has not acknowledged yet it may well lose.
    ledger.awaitCaughtUp(follower, cluster.awaitLeader());
    cluster.node(follower).kill();
    Path segment = openSegment(follower);
    byte[] bytes = Files.readAllBytes(segment);
    Files.write(segment, Arrays.copyOf(bytes, contentEnd(bytes) - 150));

    acceptedOnlyByAnOperator(follower);
  }

  private void acceptedOnlyByAnOperator(int follower) throws IOException {
    assertStartFails(follower, "damaged Raft log", "were acknowledged", "accept-damaged-log");
    ledger.write(20, 100);
    Path accepted = cluster.replicaDirectory(follower, "p1").resolve("accept-damaged-log");
    Files.createFile(accepted);
    restart(follower);
    Await.until("the vote is given back", LIMIT, () -> Files.notExists(accepted));
    ledger.assertHeldBy(follower);
  }

  @Test
  void aNodeWithoutItsVoteNeverStarts() throws IOException {
    int follower = killedFollower(5, 100);
    Path vote = only(group(follower).resolve("current"), name -> name.equals("raft-meta"));
    Path copy = vote.resolveSibling("copy");
    Files.move(vote, copy);
    assertStartFails(follower, "vote", "never start without it");

    Files.move(copy, vote);
    restart(follower);
  }

  @Test
  void aDamagedTableFileOfRocksDbIsRefilledFromAnotherReplicasCheckpoint() throws IOException {
    int follower = killedFollower(150, 20_000); // enough for a checkpoint, so for table files
    for (Path table : matching(state(follower), name -> name.endsWith(".sst"))) {
      byte[] bytes = Files.readAllBytes(table);
      for (int at = 10; at < bytes.length; at += 1000) {
        bytes[at] ^= 0x55;
      }
      Files.write(table, bytes);
    }
    assertStartFails(follower, "Corruption", "A damaged file");
    refill(follower);
  }

  @Test
  void aDamagedManifestOfRocksDbStopsTheNode() throws IOException {
    int follower = killedFollower(30, 100);
    Path manifest = only(state(follower), name -> name.startsWith("MANIFEST"));
    byte[] sound = Files.readAllBytes(manifest);
    byte[] damaged = sound.clone();
    damaged[damaged.length / 2] ^= 0x55;
    Files.write(manifest, damaged);
    assertStartFails(follower, "cannot open", "A damaged file");

    Files.write(manifest, sound);
    restart(follower);
  }

  @Test
  void aRocksDbWithoutItsCurrentFileIsNotTakenForAnEmptyOne() throws IOException {
    int follower = killedFollower(30, 100);
    Path current = state(follower).resolve("CURRENT");
    byte[] content = Files.readAllBytes(current);
    Files.delete(current);
    assertStartFails(follower, "CURRENT is missing");

    Files.write(current, content);
    restart(follower);
  }

  /** The steps of docs/operations.md, "A damaged file": log, term and vote stay (C1). */
  private void refill(int node) throws IOException {
    Path checkpoints = group(node).resolve("sm");
    delete(state(node));
    delete(checkpoints);
    assertStartFails(node, "a checkpoint of another replica is needed");

    int leader = cluster.awaitLeader();
    long beyond = ledger.appliedBy(leader); // no entry of this node's log is behind that
    Path source = group(leader).resolve("sm");
    Await.until(
        "another replica's checkpoint that is newer than the log",
        LIMIT,
        () -> {
          ledger.write(25, 20_000);
          return index(newestCheckpoint(source)) > beyond;
        });
    Path newest = newestCheckpoint(source);
    copy(newest, checkpoints.resolve(String.valueOf(newest.getFileName())));
    restart(node);
    ledger.assertHeldBy(node);
  }

  private static Path newestCheckpoint(Path directory) {
    try {
      return matching(directory, name -> name.matches("\\d+_\\d+")).stream()
          .max(Comparator.comparingLong(DiskFaultsTest::index))
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long index(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().replaceAll(".*_", ""));
  }

  private static int follower() {
    return (cluster.awaitLeader() + 1) % cluster.size();
  }

  /** A follower that was killed after so many more items of so many bytes were acknowledged. */
  private static int killedFollower(int itemCount, int itemBytes) {
    int follower = follower();
    ledger.write(itemCount, itemBytes);
    cluster.node(follower).kill();
    return follower;
  }

  private static void restart(int node) {
    if (cluster.node(node).isAlive()) {
      throw new IllegalStateException("still running");
    }
    cluster.startNode(node);
    cluster.awaitReady();
    ledger.write(5, 100);
    ledger.awaitCaughtUp(node, cluster.awaitLeader());
  }

  private static void assertStartFails(int node, String... words) {
    cluster.startNode(node);
    assertFault(node, words);
  }

  /** It has ended, with one line that says what happened and what to do. */
  private static void assertFault(int node, String... words) {
    assertThat(cluster.node(node).awaitExit(LIMIT)).isEqualTo(FAULT_EXIT_CODE);
    List<String> lines =
        cluster.node(node).logTail().lines().filter(line -> line.startsWith("FAULT ")).toList();
    assertThat(lines).isNotEmpty();
    assertThat(lines.get(lines.size() - 1)).contains(words);
  }

  private static Path state(int node) {
    return cluster.replicaDirectory(node, "p1").resolve("state");
  }

  private static Path group(int node) throws IOException {
    return only(cluster.replicaDirectory(node, "p1").resolve("raft"), name -> true);
  }

  private static Path openSegment(int node) throws IOException {
    return only(group(node).resolve("current"), name -> name.startsWith("log_inprogress_"));
  }

  private static Path only(Path directory, Predicate<String> name) throws IOException {
    List<Path> found = matching(directory, name);
    assertThat(found).as("in %s", directory).hasSize(1);
    return found.get(0);
  }

  private static List<Path> matching(Path directory, Predicate<String> name) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> name.test(file.getFileName().toString())).toList();
    }
  }

  /** Where the zeros begin that Ratis fills a segment with. */
  private static int contentEnd(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(DiskFaultsTest::deleteFile);
    }
  }

  private static void deleteFile(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path file : matching(from, name -> true)) {
      Files.copy(file, to.resolve(String.valueOf(file.getFileName())));
    }
  }
}
