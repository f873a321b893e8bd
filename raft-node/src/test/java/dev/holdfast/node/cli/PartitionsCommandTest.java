package dev.holdfast.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOrigin;
import dev.holdfast.protocol.rpc.NodeRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code partitions} and the commands below it, before a cluster that is none. */
@Timeout(60)
class PartitionsCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private FakeCluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new FakeCluster();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void everyCommandHasHelp() {
    for (String command : List.of("list", "split", "transfer", "merge", "move")) {
      assertThat(run("partitions", command, "--help")).isZero();
    }
  }

  @Test
  void withoutAClusterItIsSaidWhatToDo() {
    String nowhere = directory.toString();

    assertFailed(List.of("partitions", "--data", nowhere), "there is no cluster in");
    assertFailed(
        List.of("partitions", "split", "--partition", "p1", "--data", nowhere),
        "there is no cluster in");
    assertFailed(
        List.of("partitions", "transfer", "--partition", "p1", "--to", "n1", "--data", nowhere),
        "./holdfast up");
  }

  @Test
  void aPartitionMustBeNamed() {
    assertThat(run("partitions", "split", "--key", "40")).isEqualTo(2);
    assertThat(run("partitions", "transfer", "--partition", "p1")).isEqualTo(2);
  }

  @Test
  void badInputIsRefusedInOneLineAndNothingChanges() {
    assertSplitFails("no partition p9; './holdfast partitions' lists", "p9", "40");
    assertSplitFails("there is no partition meta", "meta", "40");
    assertSplitFails("'x1' is not the id of a partition, as p1 is", "x1", "40");
    assertSplitFails("'-1' is not the id of a partition, as p1 is", "-1", "40");
    assertSplitFails("--key: '4' is not hexadecimal", "p1", "4");
    assertSplitFails("--key: 'start' is not hexadecimal", "p1", "start");
    assertSplitFails("the key 80 is at the edge of p1, which holds start .. 80", "p1", "80");
    assertSplitFails("the key without a byte is at the edge of p1", "p1", "");
    assertSplitFails("the key 90 is outside of p1", "p1", "90");
    assertSplitFails("the key 70 is outside of p2, which holds 80 .. end", "p2", "70");

    assertThat(cluster.changes()).isEmpty();
  }

  @Test
  void aPartitionThatIsBeingSplitIsLeftAlone() {
    cluster.splitsAre(FakeCluster.Fate.LEFT_IN_PROGRESS);
    assertFailed(
        split("--partition", "p1", "--key", "40", "--timeout", "0"),
        "p3 is not there after 0 s; the split goes on by itself");

    assertSplitFails("p1 is being split already, at 40; './holdfast partitions'", "p1", "20");

    assertThat(cluster.changes()).hasSize(1);
  }

  @Test
  void aSplitThatTheParentRefusesIsReportedAsRefused() {
    cluster.splitsAre(FakeCluster.Fate.ABANDONED);

    assertSplitFails("p1 refused to be split there and is as it was", "p1", "40");
  }

  @Test
  void theMiddleOfAPartitionThatHasNoneIsAskedForByName() {
    assertFailed(
        split("--partition", "p1"),
        "no middle of p1 is known, name a --key; this node cannot tell");
    assertFailed(split("--partition", "p2"), "p2 has no leader now");
    cluster.middleIs(null);
    assertFailed(split("--partition", "p1"), "p1 holds too little to have a middle; name a --key");
  }

  @Test
  void aDryRunSaysWhatWouldBeDoneAndChangesNothing() {
    assertThat(run(split("--partition", "p1", "--key", "40", "--dry-run"))).isZero();

    assertThat(out.toString())
        .isEqualTo(
            """
            p1 (epoch 5) would be split at 40:
            p1               start .. 40  on n1, n2
            a new partition  40 .. 80     on n1, n2
            nothing was changed
            """);
    assertThat(cluster.changes()).isEmpty();
  }

  @Test
  void aSplitWaitsForTheChildAndShowsBothHalves() {
    assertThat(run(split("--partition", "1", "--key", "40"))).isZero();

    assertThat(out.toString())
        .isEqualTo(
            """
            splitting p1 at 40
            p1  epoch 6  start .. 40  led by n1
            p3  epoch 6  40 .. 80     led by n1
            """);
    assertThat(((NodeRequest.Write) cluster.changes().get(0)).proposals().get(0).command())
        .isEqualTo(
            new MetaCommand.BeginSplit(
                new PartitionId(1), 5, Bytes.fromHex("40"), SplitOrigin.OPERATOR));
  }

  @Test
  void withoutAKeyTheMiddleIsTaken() {
    cluster.middleIs(Bytes.fromHex("4a".repeat(30)));

    assertThat(run(split("--partition", "p1"))).isZero();

    assertThat(out.toString())
        .contains("start .. " + "4a".repeat(16) + "…" + "4a".repeat(4) + "  led by n1");
  }

  @Test
  void aPartitionIsNotHandedToANodeWithoutAReplica() {
    assertFailed(transfer("p1", "n9"), "--to: n9 has no replica of p1; n1, n2 have");
    assertFailed(transfer("p9", "n1"), "there is no partition p9");
    assertFailed(transfer("p2", "n1"), "p2 has no leader now; try again in a moment");
    assertThat(cluster.changes()).isEmpty();
  }

  @Test
  void aPartitionIsHandedOver() {
    assertThat(run(transfer("p1", "n1"))).isZero();
    assertThat(out.toString()).isEqualTo("p1 is led by n1 already\n");
    assertThat(cluster.changes()).isEmpty();

    assertThat(run(transfer("p1", "n2"))).isZero();
    assertThat(run(transfer("meta", "n2"))).isZero();

    assertThat(out.toString()).endsWith("p1 is led by n2 now\nmeta is led by n2 now\n");
    assertThat(cluster.changes())
        .extracting(request -> ((NodeRequest.TransferLeader) request).partition())
        .containsExactly(new PartitionId(1), PartitionId.META);
  }

  @Test
  void partitionsAreListedWithWhatIsInProgress() {
    cluster.splitsAre(FakeCluster.Fate.LEFT_IN_PROGRESS);
    run(split("--partition", "p1", "--key", "40", "--timeout", "0"));
    out.getBuffer().setLength(0);

    assertThat(run("partitions", "--endpoint", cluster.endpoint())).isZero();

    String[] lines = out.toString().split("\n");
    assertThat(lines[0])
        .startsWith("PARTITION  EPOCH  FROM   TO   LEADER  REPLICAS  LAG  SIZE    READS/S");
    assertThat(lines[1])
        .startsWith("p1         5      start  80   n1      n1, n2    2    2.5 MB  1.3")
        .endsWith("split at 40 into it and p3");
    assertThat(lines[2]).startsWith("p2         5      80     end  -       n1, n2    0    0 B");
  }

  @Test
  void theListIsTheSameByNameAndHasAFormForMachines() throws IOException {
    assertThat(run("partitions", "--endpoint", cluster.endpoint())).isZero();
    String unnamed = out.toString();
    out.getBuffer().setLength(0);
    assertThat(run("partitions", "list", "--endpoint", cluster.endpoint())).isZero();
    assertThat(out.toString()).isEqualTo(unnamed);
    out.getBuffer().setLength(0);

    assertThat(run("partitions", "list", "--json", "--endpoint", cluster.endpoint())).isZero();

    JsonTree json = JsonTree.parse(out.toString());
    assertThat(json.get("epoch").text()).isEqualTo("4");
    JsonTree first = json.get("partitions").elements().get(0);
    assertThat(first.get("id").text()).isEqualTo("p1");
    assertThat(first.get("start").value()).isNull();
    assertThat(first.get("end").text()).isEqualTo("80");
    assertThat(first.get("leader").text()).isEqualTo("n1");
    assertThat(first.get("replicas").elements())
        .extracting(replica -> replica.get("node").text() + " " + replica.get("lag").text())
        .containsExactly("n1 2", "n2 -");
    assertThat(first.get("split").value()).isNull();
  }

  @Test
  void aMergeNamesTheLeftOneAndFindsItsNeighbour() {
    assertThat(run(at("merge", "--partition", "p1", "--dry-run"))).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            p1 (epoch 5) would absorb p2 (epoch 5):
            p1  start .. end  on n1, n2
            nothing was changed
            """);
    assertThat(cluster.changes()).isEmpty();
    out.getBuffer().setLength(0);

    assertThat(run(at("merge", "--partition", "p1", "--with", "p2"))).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            merging p1 with p2
            p1  epoch 6  start .. end  led by n1
            """);
  }

  @Test
  void whatCannotBeMergedIsRefusedBeforeAnythingIsChanged() {
    assertFailed(at("merge", "--partition", "p2"), "p2 is the last partition");
    assertFailed(at("merge", "--partition", "p9"), "there is no partition p9");
    assertFailed(
        at("merge", "--partition", "p1", "--with", "p1"),
        "p1 does not begin where p1 ends; p2 does");
    assertFailed(at("merge", "--partition", "p1", "--with", "p9"), "there is no partition p9");
    assertThat(cluster.changes()).isEmpty();
  }

  @Test
  void aMergeInProgressIsShownAndLeftAlone() throws IOException {
    cluster.splitsAre(FakeCluster.Fate.LEFT_IN_PROGRESS);
    assertFailed(
        at("merge", "--partition", "p1", "--timeout", "0"),
        "p2 is not merged after 0 s; the merge goes on by itself");
    assertFailed(at("merge", "--partition", "p1"), "p1 is being merged already");
    assertSplitFails("Partition p2 is being merged: p1 with p2", "p2", "90");
    out.getBuffer().setLength(0);

    assertThat(run("partitions", "--endpoint", cluster.endpoint())).isZero();
    assertThat(out.toString().lines().skip(1))
        .allMatch(line -> line.endsWith("merge of p1 with p2"));
    out.getBuffer().setLength(0);
    assertThat(run("partitions", "--json", "--endpoint", cluster.endpoint())).isZero();
    JsonTree second = JsonTree.parse(out.toString()).get("partitions").elements().get(1);
    assertThat(second.get("merge").get("left").text()).isEqualTo("p1");
    assertThat(second.get("merge").get("right").text()).isEqualTo("p2");
  }

  @Test
  void aMergeThatIsGivenUpIsReportedAsThat() {
    cluster.splitsAre(FakeCluster.Fate.ABANDONED);
    assertFailed(
        at("merge", "--partition", "p1"), "given up, and p2 serves again at epoch 6; the log");
  }

  private void assertSplitFails(String words, String partition, String key) {
    assertFailed(split("--partition", partition, "--key", key), words);
  }

  private void assertFailed(List<String> arguments, String words) {
    err.getBuffer().setLength(0);
    assertThat(run(arguments)).isEqualTo(1);
    assertThat(err.toString()).startsWith("holdfast: ").contains(words);
    assertThat(err.toString().lines()).hasSize(1);
  }

  private List<String> split(String... arguments) {
    return at("split", arguments);
  }

  private List<String> transfer(String partition, String to) {
    return at("transfer", "--partition", partition, "--to", to);
  }

  private List<String> at(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of("partitions", command));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--endpoint", cluster.endpoint()));
    return all;
  }

  private int run(List<String> arguments) {
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    CommandLine line = HoldfastCommand.commandLine((config, id) -> {});
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
