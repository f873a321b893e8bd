package dev.holdfast.jepsen.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
 * A node whose disk is full halts with one line that says what to do; one that finds a replica
 * damaged, as it starts or as it runs, sets that aside and has it rebuilt from the others, without
 * an operator (decision 0032). Nothing acknowledged is lost.
 */
class DiskFaultsTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final int FAULT_EXIT_CODE = 70;
  private static final String FOUND = "DAMAGED, set aside to be rebuilt from the others";
  private static final long FILE_BYTES_MAX = 600_000;

  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  @SuppressWarnings("NullAway.Init")
  private static Ledger ledger;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(3, 1, "snapshot.log.bytes=1000000", "scrub.interval.seconds=1");
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

    assertRebuiltAfterItsStart(follower, "damaged Raft log");
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

    assertRebuiltAfterItsStart(follower, "were acknowledged");
  }

  @Test
  void aReplicaWithoutItsVoteNeverVotesAgain() throws IOException {
    int follower = killedFollower(5, 100);
    Files.delete(only(group(follower).resolve("current"), name -> name.equals("raft-meta")));

    assertRebuiltAfterItsStart(follower, "the term and vote of this replica are gone");
  }

  @Test
  void aDamagedTableFileIsFoundAtTheStart() throws IOException {
    int follower = killedFollower(150, 20_000); // enough for a checkpoint, so for table files
    for (Path table : matching(state(follower), name -> name.endsWith(".sst"))) {
      damage(table);
    }
    assertRebuiltAfterItsStart(follower, "Corruption");
  }

  @Test
  void aDamagedManifestIsFoundAtTheStart() throws IOException {
    int follower = killedFollower(30, 100);
    Path manifest = only(state(follower), name -> name.startsWith("MANIFEST"));
    byte[] damaged = Files.readAllBytes(manifest);
    damaged[damaged.length / 2] ^= 0x55;
    Files.write(manifest, damaged);

    assertRebuiltAfterItsStart(follower, "cannot open");
  }

  @Test
  void aRocksDbWithoutItsCurrentFileIsNotTakenForAnEmptyOne() throws IOException {
    int follower = killedFollower(30, 100);
    Files.delete(state(follower).resolve("CURRENT"));

    assertRebuiltAfterItsStart(follower, "CURRENT is missing");
  }

  @Test
  void aBitThatFlipsInColdDataOfTheLeaderIsFoundAsItRuns() throws IOException {
    ledger.write(150, 20_000);
    int leader = cluster.awaitLeader();
    List<Path> tables = matching(state(leader), name -> name.endsWith(".sst"));
    assertThat(tables).isNotEmpty();
    long before = foundSoFar(leader);
    for (Path table : tables) {
      damageIfThere(table);
    }

    assertRebuilt(leader, before, "Corruption");
  }

  /** The log of before is not read again as long as nobody is far behind. */
  @Test
  void aBitThatFlipsInAClosedFileOfALogIsFoundAsItRuns() throws IOException {
    ledger.write(10, 100);
    int leader = cluster.awaitLeader();
    cluster.node(leader).kill(); // in the next term logs go on in another file
    restart(leader);
    int follower = follower();
    Path closed =
        matching(group(follower).resolve("current"), name -> name.matches("log_\\d+-\\d+")).stream()
            .max(Comparator.comparing(Path::toString))
            .orElseThrow();
    long before = foundSoFar(follower);
    damage(closed);

    assertRebuilt(follower, before, "damaged Raft log");
  }

  /** Another may just have taken its place, with all that it had. */
  private static void damageIfThere(Path table) throws IOException {
    try {
      damage(table);
    } catch (NoSuchFileException e) {
      System.out.println(table + " is gone");
    }
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 10; at < bytes.length; at += 1000) {
      bytes[at] ^= 0x04;
    }
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.write(bytes); // in place: the file that is open is the one that changes
    }
  }

  private void assertRebuiltAfterItsStart(int node, String reason) {
    long before = foundSoFar(node);
    cluster.startNode(node);
    assertRebuilt(node, before, reason);
  }

  private static long foundSoFar(int node) {
    return cluster.node(node).countLogged(FOUND);
  }

  /** It says so, the partition has its three replicas again, and this one has everything. */
  private void assertRebuilt(int node, long before, String reason) {
    Await.until("the damage is found", LIMIT, () -> foundSoFar(node) > before);
    assertThat(cluster.node(node).hasLogged(reason)).as(reason).isTrue();
    Await.until(
        "another replica is there",
        LIMIT,
        () ->
            Files.notExists(cluster.replicaDirectory(node, "p1").resolve("damaged"))
                && isMember(node));
    assertThat(cluster.node(node).isAlive()).isTrue();
    ledger.write(5, 100);
    ledger.awaitCaughtUp(node, cluster.awaitLeader());
    ledger.assertHeldBy(node);
  }

  /** It votes; before it has heard of its group a new replica calls itself a follower, too. */
  private static boolean isMember(int node) {
    return cluster.metric(node, "holdfast_partition_applied_index{partition=\"p1\"}").orElse(0) > 0
        && Stream.of("FOLLOWER", "LEADER")
            .map(role -> "holdfast_partition_role{partition=\"p1\",role=\"" + role + "\"}")
            .anyMatch(role -> cluster.metric(node, role).orElse(0) == 1);
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
}
