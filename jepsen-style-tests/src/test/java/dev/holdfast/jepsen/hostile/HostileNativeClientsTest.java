package dev.holdfast.jepsen.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.Key;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.TableSpec;
import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.transport.ConnectionOptions;
import dev.holdfast.client.transport.NodeConnections;
import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Clients of the native protocol, which skip every check of the gateway: what they send is refused,
 * no replica halts, and all replicas still hold the same.
 */
class HostileNativeClientsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Random RANDOM = new Random();

  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  @SuppressWarnings("NullAway.Init")
  private static HoldfastClient honest;

  @SuppressWarnings("NullAway.Init")
  private static NodeConnections connections;

  @SuppressWarnings("NullAway.Init")
  private static TableDescriptor table;

  @SuppressWarnings("NullAway.Init")
  private static ClusterMap.Partition partition;

  @SuppressWarnings("NullAway.Init")
  private static ClusterMap.Partition elsewhere;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(3, 2);
    honest = HoldfastClient.connect(cluster.nativeAddresses());
    honest
        .createTable(
            TableSpec.named("victims")
                .partitionKey("p", ScalarType.S)
                .sortKey("s", ScalarType.N)
                .localIndex("byA", "a", ScalarType.S))
        .join();
    honest.waitUntilActive("victims").join();
    connections = new NodeConnections(ConnectionOptions.defaults());
    ReadResult.Table found = (ReadResult.Table) readMeta(new MetaRead.GetTable("victims"));
    table = Objects.requireNonNull(found.table());
    ClusterMap map = ((ReadResult.Map) readMeta(new MetaRead.GetMap())).map();
    partition = map.partitionOf(routingKey("u"));
    elsewhere =
        map.partitions().stream().filter(each -> !each.equals(partition)).findAny().orElseThrow();
  }

  @AfterAll
  static void stop() {
    honest.close();
    connections.close();
    cluster.close();
  }

  @AfterEach
  void everyReplicaGoesOnAndHoldsTheSame() {
    honest.sync().table("victims").put(Document.builder().set("p", "u").set("s", 7).build());
    for (int node = 0; node < cluster.size(); node++) {
      assertThat(cluster.node(node).isAlive()).as(cluster.node(node).logTail()).isTrue();
    }
    assertThat(honest.sync().table("victims").with(ReadLevel.STRONG).get(Key.of("u", 7)))
        .isPresent();
    Read.Get get = new Read.Get(ref(), key("u", 7), Projection.ALL);
    for (String address : cluster.nativeAddresses()) {
      Await.until(
          address + " has what was written",
          LIMIT,
          () ->
              ask(address, get) instanceof ReadResult.Found found
                  && key("u", 7).equals(found.item()));
    }
  }

  @Test
  void commandsThatDoNotFitTheirTableAreRefused() {
    assertRefused(put(item("p", text("u"))), "does not match the schema");
    assertRefused(put(item("p", text("u"), "s", text("7"))), "does not match the schema");
    assertRefused(put(item("p", text("u"), "s", number(7), "a", number(1))), "Type mismatch");
    assertRefused(
        put(item("p", text("u"), "s", number(7), "v", text("x".repeat(401 << 10)))),
        "maximum allowed size");
    Update ofKey =
        new Update(
            List.of(
                new Update.Action.Set(
                    Path.of("s"), new Update.SetValue.Literal(EncodedValue.of(number(8))))));
    assertRefused(
        new Command.Modify(
            ref(), key("u", 7), ofKey, null, ReturnValues.NONE, ReturnOnFailure.NONE),
        "Cannot update attribute s");
    assertRefused(
        new Command.Delete(
            ref(),
            item("p", text("u"), "s", number(7), "a", text("x")),
            null,
            ReturnValues.NONE,
            ReturnOnFailure.NONE),
        "key element does not match the schema");
  }

  @Test
  void aCommandForAPartitionThatDoesNotHoldItsKeyIsRefused() {
    RequestId id = new RequestId(RANDOM.nextLong(), RANDOM.nextLong());
    Proposal proposal = new Proposal(id, Proposal.STAMP_UNKNOWN, true, put(key("u", 1)));
    NodeRequest request =
        new NodeRequest.Write(elsewhere.id(), elsewhere.epoch(), List.of(proposal), 10_000);

    Result result = ((NodeReply.Written) askLeader(request)).results().get(0);

    assertThat(result).isEqualTo(new Result.Rejected(new Rejection.StaleTable(table.id())));
  }

  @Test
  void aRequestIdIsAppliedOnceHoweverOftenABatchRepeatsIt() {
    RequestId id = new RequestId(RANDOM.nextLong(), RANDOM.nextLong());
    Update addOne =
        new Update(List.of(new Update.Action.Add(Path.of("n"), EncodedValue.of(number(1)))));
    Command increment =
        new Command.Modify(
            ref(), key("u", 9), addOne, null, ReturnValues.ALL_NEW, ReturnOnFailure.NONE);
    Proposal proposal = new Proposal(id, Proposal.STAMP_UNKNOWN, true, increment);

    NodeReply.Written written = (NodeReply.Written) askLeader(write(proposal, proposal, proposal));

    assertThat(written.results()).hasSize(3).containsOnly(written.results().get(0));
    assertThat(
            honest
                .sync()
                .table("victims")
                .with(ReadLevel.STRONG)
                .get(Key.of("u", 9))
                .orElseThrow()
                .longValue("n"))
        .isEqualTo(1);
  }

  @Test
  void whatOnlyLeadersProposeIsRefusedFromOutside() {
    for (Command command :
        List.of(
            new Command.VerifyDigest(1, Bytes.wrap(new byte[16])),
            new Command.Relinquish(1),
            new Command.Trim(1),
            new MergeCommand.Take(9, Bytes.EMPTY, List.of()),
            new MergeCommand.Absorb(9, Bytes.EMPTY, 0, 0),
            new Command.SetMembers(1, List.of(new NodeId("n1"))),
            new MetaCommand.Membership(
                new MembershipChange.FinishMove(
                    new PartitionId(1), 1, MoveOperation.Outcome.MOVED)),
            new Command.RenewLease())) {
      assertThatThrownBy(() -> propose(command))
          .isInstanceOf(StoreException.InvalidRequestException.class)
          .hasMessageContaining("not for clients to propose");
    }
  }

  /** What changes members is asked of the meta group's records, not of whoever sends it. */
  @Test
  void nobodyFromOutsideChangesWhoIsAMember() {
    MoveOperation madeUp =
        new MoveOperation(partition, new NodeId("n9"), partition.replicas().get(0), false);
    for (NodeRequest request :
        List.of(
            new NodeRequest.AdvanceMove(madeUp, List.of()),
            new NodeRequest.DropReplica(partition.id(), 1_000),
            new NodeRequest.DropReplica(PartitionId.META, 1_000))) {
      for (String address : cluster.nativeAddresses()) {
        assertThatThrownBy(() -> ask(address, request))
            .isInstanceOf(StoreException.UnavailableException.class);
      }
    }
    for (String address : cluster.nativeAddresses()) {
      assertThatThrownBy(() -> ask(address, new NodeRequest.HostListener(madeUp, List.of())))
          .isInstanceOf(StoreException.InvalidRequestException.class);
    }
    ClusterMap.Node stranger = new ClusterMap.Node(new NodeId("n9"), "h:1", "h:2", "h:3", "h:4");
    assertThatThrownBy(
            () ->
                propose(
                    new MetaCommand.Membership(
                        new MembershipChange.AddNode(stranger, "another cluster"))))
        .isInstanceOf(StoreException.InvalidRequestException.class)
        .hasMessageContaining("not 'another cluster'");
  }

  @Test
  void garbageEndsItsOwnConnectionOnly() throws IOException {
    Random random = new Random(11);
    for (int i = 0; i < 60; i++) {
      byte[] garbage = new byte[1 + random.nextInt(5_000)];
      random.nextBytes(garbage);
      if (i % 3 == 0) { // a frame of a legal length, at least
        byte[] length = {0, 0, (byte) (garbage.length >>> 8), (byte) garbage.length};
        send(i, length, garbage);
      } else {
        send(i, garbage);
      }
    }
    send(0, new byte[] {0x7f, -1, -1, -1}, new byte[100_000]);
  }

  private static void send(int turn, byte[]... parts) throws IOException {
    String[] address = cluster.nativeAddresses()[turn % cluster.size()].split(":");
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(address[1]))) {
      for (byte[] part : parts) {
        socket.getOutputStream().write(part);
      }
    } catch (java.net.SocketException e) {
      return; // it was closed while we wrote: just what it should be
    }
  }

  private static void assertRefused(Command command, String words) {
    Result result = propose(command);
    assertThat(result).isInstanceOf(Result.Rejected.class);
    assertThat(((Result.Rejected) result).rejection())
        .isInstanceOfSatisfying(
            Rejection.InvalidUpdate.class,
            rejection -> assertThat(rejection.message()).contains(words));
  }

  private static Result propose(Command command) {
    RequestId id = new RequestId(RANDOM.nextLong(), RANDOM.nextLong());
    NodeRequest request = write(new Proposal(id, Proposal.STAMP_UNKNOWN, true, command));
    return ((NodeReply.Written) askLeader(request)).results().get(0);
  }

  private static NodeRequest write(Proposal... proposals) {
    return new NodeRequest.Write(partition.id(), partition.epoch(), List.of(proposals), 10_000);
  }

  /** Asks one node after the other, until one is the leader. */
  private static NodeReply askLeader(NodeRequest request) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      for (String address : cluster.nativeAddresses()) {
        try {
          return ask(address, request);
        } catch (StoreException.UnavailableException e) {
          assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(deadline);
        }
      }
    }
  }

  private static NodeReply ask(String address, NodeRequest request) {
    NodeLink link = connections.to(address);
    try {
      return link.ask(request).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StoreException refusal) {
        throw refusal;
      }
      throw e;
    }
  }

  /** Read from the replica of this node, as it is. */
  private static ReadResult ask(String address, Read read) {
    NodeRequest request =
        new NodeRequest.ReadFrom(
            partition.id(), partition.epoch(), ReadMode.EVENTUAL, List.of(read), 5_000);
    return ((NodeReply.ReadDone) ask(address, request)).results().get(0);
  }

  private static ReadResult readMeta(MetaRead read) {
    NodeRequest request =
        new NodeRequest.ReadFrom(PartitionId.META, 0, ReadMode.STRONG, List.of(read), 5_000);
    return ((NodeReply.ReadDone) askLeader(request)).results().get(0);
  }

  private static TableRef ref() {
    return TableRef.of(table);
  }

  private static Bytes routingKey(String partitionKey) {
    return KeyEncoding.routingKey(table.id(), table.keySchema(), key(partitionKey, 7));
  }

  private static Command put(Item item) {
    return new Command.Put(ref(), item, null, ReturnValues.NONE, ReturnOnFailure.NONE);
  }

  private static Item key(String partitionKey, int sortKey) {
    return item("p", text(partitionKey), "s", number(sortKey));
  }

  private static Item item(Object... namesAndValues) {
    Map<String, AttributeValue> attributes = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      attributes.put((String) namesAndValues[i], (AttributeValue) namesAndValues[i + 1]);
    }
    return Item.of(attributes);
  }

  private static AttributeValue text(String text) {
    return new AttributeValue.S(text);
  }

  private static AttributeValue number(int number) {
    return new AttributeValue.N(BigDecimal.valueOf(number));
  }
}
