package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Path.Step;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.expression.Update.Action;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeTimes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.ExpiryEntry;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexChange;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.ResourcePolicy;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.SplitOrigin;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableClass;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableOptions;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.model.TableStream;
import dev.holdfast.protocol.model.TimeToLive;
import dev.holdfast.protocol.model.Warmth;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** One record of every kind, all fields set: what golden files and round trips are made from. */
final class Samples {
  static final TableRef TABLE_REF = new TableRef(new TableId(0x8102030405060708L), 3);

  static final Attempt ATTEMPT =
      new Attempt(
          new AttemptId(0x1122334455667788L, -2),
          Bytes.fromHex("0a0b"),
          1_700_000_000_000_000L,
          new ClientToken("a token", Bytes.fromHex("00112233445566778899aabbccddeeff")));

  static final Item KEY =
      Item.of(Map.of("pk", AttributeValue.s("customer#1"), "sk", AttributeValue.n("-12.5")));

  static final Item ITEM =
      Item.of(
          Map.of(
              "pk", AttributeValue.s("customer#1"),
              "sk", AttributeValue.n("-12.5"),
              "raw", AttributeValue.b(Bytes.fromHex("00ff10")),
              "flag", AttributeValue.bool(true),
              "nothing", AttributeValue.nul(),
              "tags", AttributeValue.ss("z", "a", "ü"),
              "list", AttributeValue.l(AttributeValue.n(1), AttributeValue.s("")),
              "map", AttributeValue.m(Map.of("inner", AttributeValue.n("1e-5")))));

  static final TableDescriptor TABLE =
      new TableDescriptor(
          TABLE_REF.id(),
          "Orders",
          3,
          TableStatus.ACTIVE,
          new KeySchema(new KeyAttribute("pk", ScalarType.S), new KeyAttribute("sk", ScalarType.N)),
          List.of(
              new LocalIndex(
                  "byRaw",
                  new KeyAttribute("raw", ScalarType.B),
                  new IndexProjection(IndexProjection.Kind.INCLUDE, List.of("flag", "tags"))),
              new LocalIndex(
                  "byFlag",
                  new KeyAttribute("flag", ScalarType.S),
                  new IndexProjection(IndexProjection.Kind.KEYS_ONLY, List.of()))),
          BillingMode.PROVISIONED,
          new Throughput(5, 7),
          true,
          new TreeMap<>(Map.of("team", "blue", "cost", "42")),
          1_700_000_000_123L);

  private static final TableDescriptor WARM_TABLE =
      new TableDescriptor(
          TABLE_REF.id(),
          "Warm",
          1,
          TableStatus.CREATING,
          new KeySchema(new KeyAttribute("pk", ScalarType.S), null),
          List.of(),
          BillingMode.PAY_PER_REQUEST,
          Throughput.NONE,
          false,
          new TreeMap<>(),
          0,
          new Warmth(40_000, 20_000, 8),
          TableOptions.DEFAULT,
          Followers.NONE);

  private static final TableDescriptor TABLE_WITH_OPTIONS =
      WARM_TABLE.withOptions(
          new TableOptions(
              new OnDemandLimits(100, OnDemandLimits.UNLIMITED),
              TableClass.STANDARD_INFREQUENT_ACCESS,
              new ResourcePolicy("{\"Version\":\"2012-10-17\"}", 1_700_000_000_456L),
              new ChangeTimes(1_700_000_000_001L, 2, 3, 4, 5)));

  static final Followers FOLLOWERS =
      new Followers(
          List.of(
              new TableStream(1_700_000_000_200L, StreamView.KEYS_ONLY, 1_700_000_000_300L),
              new TableStream(1_700_000_000_400L, StreamView.NEW_AND_OLD_IMAGES, 0)),
          List.of(
              new GlobalIndex(
                  new TableId(0x1102030405060708L),
                  "byRawAndFlag",
                  List.of(
                      new KeyAttribute("raw", ScalarType.B),
                      new KeyAttribute("flag", ScalarType.S)),
                  List.of(new KeyAttribute("n", ScalarType.N)),
                  new IndexProjection(IndexProjection.Kind.INCLUDE, List.of("tags")),
                  GlobalIndex.Status.BACKFILLING,
                  new Throughput(3, 4),
                  new OnDemandLimits(100, OnDemandLimits.UNLIMITED))));

  static final SegmentId SEGMENT = new SegmentId(new PartitionId(4), 17);

  static final ClusterMap MAP =
      new ClusterMap(
          9,
          List.of(node("n1"), node("n2")),
          List.of(
              new ClusterMap.Partition(
                  new PartitionId(1),
                  4,
                  new KeyRange(Bytes.EMPTY, Bytes.fromHex("80")),
                  List.of(new NodeId("n1"), new NodeId("n2"))),
              new ClusterMap.Partition(
                  new PartitionId(2),
                  5,
                  new KeyRange(Bytes.fromHex("80"), null),
                  List.of(new NodeId("n2")))));

  static final SplitOperation SPLIT =
      new SplitOperation(MAP.partitions().get(1), Bytes.fromHex("9001"), new PartitionId(3));

  static final MergeOperation MERGE = new MergeOperation(7, SPLIT.left(), SPLIT.right());
  static final MoveOperation MOVE =
      new MoveOperation(MAP.partitions().get(1), new NodeId("n9"), new NodeId("n2"), true);

  static final Membership MEMBERSHIP =
      new Membership(
          3,
          new ClusterMap.Partition(
              PartitionId.META, 4, KeyRange.ALL, List.of(new NodeId("n2"), new NodeId("n9"))),
          List.of(MOVE));

  static final ClusterMap.Node JOINING =
      new ClusterMap.Node(
          new NodeId("n9"),
          "h9:1",
          "h9:2",
          "h9:3",
          "h9:4",
          ClusterMap.Standing.DECOMMISSIONED,
          0x0123456789abcdefL);

  private static final Path PATH =
      new Path(
          List.of(new Step.Attribute("map"), new Step.Element(2), new Step.Attribute("inner")));
  private static final Operand ATTRIBUTE = new Operand.Attribute(PATH);
  private static final Operand LITERAL = new Operand.Literal(EncodedValue.ofString("x"));
  private static final Operand SIZE = new Operand.SizeOf(Path.of("list"));

  private Samples() {}

  static Map<String, Condition> conditions() {
    Map<String, Condition> conditions = new TreeMap<>();
    for (Comparator comparator : Comparator.values()) {
      conditions.put(
          "compare-" + comparator, new Condition.Compare(comparator, ATTRIBUTE, LITERAL));
    }
    conditions.put("between", new Condition.Between(SIZE, LITERAL, ATTRIBUTE));
    conditions.put("in", new Condition.In(ATTRIBUTE, List.of(LITERAL, SIZE)));
    Condition exists = new Condition.Exists(Path.of("pk"));
    conditions.put("exists", exists);
    conditions.put("not-exists", new Condition.NotExists(PATH));
    conditions.put("and", new Condition.And(exists, new Condition.NotExists(PATH)));
    conditions.put("or", new Condition.Or(new Condition.NotExists(PATH), exists));
    conditions.put("not", new Condition.Not(exists));
    conditions.put("has-type", new Condition.HasType(PATH, LITERAL));
    conditions.put("begins-with", new Condition.BeginsWith(ATTRIBUTE, LITERAL));
    conditions.put("contains", new Condition.Contains(ATTRIBUTE, LITERAL));
    return conditions;
  }

  static Update update() {
    SetValue literal = new SetValue.Literal(EncodedValue.ofNumber(1));
    SetValue attribute = new SetValue.Attribute(Path.of("count"));
    return new Update(
        List.of(
            new Action.Set(Path.of("a"), new SetValue.Plus(attribute, literal)),
            new Action.Set(Path.of("b"), new SetValue.Minus(attribute, literal)),
            new Action.Set(Path.of("c"), new SetValue.IfNotExists(PATH, literal)),
            new Action.Set(Path.of("d"), new SetValue.ListAppend(attribute, attribute)),
            new Action.Remove(PATH),
            new Action.Add(Path.of("e"), EncodedValue.ofNumber(5)),
            new Action.Delete(Path.of("tags"), AttributeValue.ss("a").encode())));
  }

  /** Every kind of command, by the name of its golden file. */
  static Map<String, Command> commands() {
    Condition everything = conditions().values().stream().reduce(Condition.And::new).orElseThrow();
    Map<String, Command> commands = new TreeMap<>();
    commands.put(
        "put",
        new Command.Put(
            TABLE_REF, ITEM, everything, ReturnValues.ALL_OLD, ReturnOnFailure.ALL_OLD));
    commands.put(
        "put-plain",
        new Command.Put(TABLE_REF, ITEM, null, ReturnValues.NONE, ReturnOnFailure.NONE));
    commands.put(
        "modify",
        new Command.Modify(
            TABLE_REF,
            KEY,
            update(),
            new Condition.Exists(Path.of("pk")),
            ReturnValues.UPDATED_NEW,
            ReturnOnFailure.NONE));
    commands.put(
        "modify-nothing",
        new Command.Modify(
            TABLE_REF, KEY, Update.NONE, null, ReturnValues.ALL_NEW, ReturnOnFailure.ALL_OLD));
    commands.put(
        "delete",
        new Command.Delete(
            TABLE_REF,
            KEY,
            new Condition.NotExists(Path.of("x")),
            ReturnValues.ALL_OLD,
            ReturnOnFailure.NONE));
    commands.put("install-table", new Command.InstallTable(TABLE));
    commands.put("drop-table", new Command.DropTable(TABLE.id()));
    commands.put("renew-lease", new Command.RenewLease());
    commands.put("relinquish", new Command.Relinquish(17));
    commands.put("verify-digest", new Command.VerifyDigest(99, Bytes.fromHex("0123456789abcdef")));
    commands.put("split", new Command.Split(SPLIT));
    commands.put("trim", new Command.Trim(5));
    addFollowing(commands);
    addTransactions(commands, everything);
    commands.put("bootstrap", new MetaCommand.Bootstrap(MAP));
    addTables(commands);
    addSplits(commands);
    addMerges(commands);
    addMembershipChanges(commands);
    return commands;
  }

  private static void addFollowing(Map<String, Command> commands) {
    commands.put("trim-changes", new Command.TrimChanges(TABLE.id(), SEGMENT, 42));
    commands.put(
        "update-index",
        new Command.UpdateIndex(
            TABLE.id(),
            1_700_000_000_000_000L,
            List.of(
                new Command.EntryUpdate(Bytes.fromHex("0a"), 7, ITEM),
                new Command.EntryUpdate(Bytes.fromHex("0b"), 8, null))));
    commands.put("delivered", new Command.Delivered(TABLE.id(), SEGMENT, 42));
    commands.put(
        "expire",
        new Command.Expire(List.of(new ExpiryEntry(1_700_000_000L, Bytes.fromHex("0a0b")))));
    commands.put("tend-expiry", new Command.TendExpiry(TABLE.id(), 250, 1 << 20));
    commands.put(
        "backfilled",
        new Command.Backfilled(
            TABLE.id(), new TableId(7), Bytes.fromHex("0a"), Bytes.fromHex("0b")));
  }

  private static void addTables(Map<String, Command> commands) {
    commands.put("create-table", new MetaCommand.CreateTable(TABLE));
    commands.put("create-table-warm", new MetaCommand.CreateTable(WARM_TABLE));
    commands.put(
        "update-table",
        new MetaCommand.UpdateTable(
            "Orders", BillingMode.PAY_PER_REQUEST, new Throughput(1, 2), false, null));
    commands.put(
        "update-table-nothing", new MetaCommand.UpdateTable("Orders", null, null, null, null));
    commands.put(
        "update-table-warm",
        new MetaCommand.UpdateTable("Orders", null, null, null, new Warmth(50_000, 4_000, 4)));
    commands.put("create-table-options", new MetaCommand.CreateTable(TABLE_WITH_OPTIONS));
    commands.put(
        "update-table-options",
        new MetaCommand.UpdateTable(
            "Orders",
            null,
            null,
            null,
            null,
            new OnDemandLimits(OnDemandLimits.UNLIMITED, OnDemandLimits.UNCHANGED),
            TableClass.STANDARD,
            List.of()));
    commands.put(
        "update-table-indexes",
        new MetaCommand.UpdateTable(
            "Orders",
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(
                new IndexChange.Create(FOLLOWERS.globalIndexes().get(0)),
                new IndexChange.Delete("byDate"),
                new IndexChange.Settings("byState", new Throughput(1, 2), null, null))));
    commands.put("mark-indexes-filled", new MetaCommand.MarkIndexesFilled(TABLE.id(), 4));
    commands.put("change-policy", new MetaCommand.ChangePolicy("Orders", "{}", "1700000000456"));
    commands.put("change-policy-remove", new MetaCommand.ChangePolicy("Orders", null, null));
    commands.put(
        "create-table-stream", new MetaCommand.CreateTable(TABLE.withFollowers(FOLLOWERS)));
    commands.put("change-stream", new MetaCommand.ChangeStream("Orders", StreamView.NEW_IMAGE));
    commands.put("change-stream-off", new MetaCommand.ChangeStream("Orders", null));
    commands.put(
        "create-table-time-to-live",
        new MetaCommand.CreateTable(
            TABLE.withTimeToLive(new TimeToLive("ttl", TimeToLive.State.ENABLING, 7))));
    commands.put("change-time-to-live", new MetaCommand.ChangeTimeToLive("Orders", "ttl", true));
    commands.put("settle-time-to-live", new MetaCommand.SettleTimeToLive(TABLE.id(), 7));
    commands.put("delete-table", new MetaCommand.DeleteTable("Orders"));
    commands.put("mark-table-ready", new MetaCommand.MarkTableReady(TABLE.id(), 2, 1));
    commands.put("mark-table-ready-again", new MetaCommand.MarkTableReady(TABLE.id(), 2, 3));
    commands.put("forget-table", new MetaCommand.ForgetTable(TABLE.id()));
    commands.put(
        "tag-table", new MetaCommand.TagTable("Orders", new TreeMap<>(Map.of("a", "1", "b", ""))));
    commands.put("untag-table", new MetaCommand.UntagTable("Orders", List.of("b", "a")));
  }

  private static void addSplits(Map<String, Command> commands) {
    commands.put(
        "begin-split",
        new MetaCommand.BeginSplit(
            SPLIT.parent().id(), SPLIT.parent().epoch(), SPLIT.key(), SplitOrigin.LOAD));
    commands.put(
        "begin-split-kept",
        new MetaCommand.BeginSplit(
            SPLIT.parent().id(), SPLIT.parent().epoch(), SPLIT.key(), SplitOrigin.OPERATOR));
    commands.put("finish-split", new MetaCommand.FinishSplit(SPLIT.child()));
    commands.put("abandon-split", new MetaCommand.AbandonSplit(SPLIT.child()));
  }

  private static void addMerges(Map<String, Command> commands) {
    Bytes after = Bytes.fromHex("1001");
    commands.put("freeze", new MergeCommand.Freeze(MERGE));
    commands.put("gather", new MergeCommand.Gather(MERGE, Bytes.fromHex("0123")));
    commands.put(
        "take",
        new MergeCommand.Take(
            7, after, List.of(new MergeCommand.Row(Bytes.fromHex("1002"), Bytes.EMPTY))));
    commands.put("absorb", new MergeCommand.Absorb(7, after, 1_000, Long.MIN_VALUE));
    commands.put("cancel", new MergeCommand.Cancel(MERGE));
    commands.put("unfreeze", new MergeCommand.Unfreeze(MERGE));
    commands.put(
        "begin-merge", new MetaCommand.BeginMerge(new PartitionId(1), 4, new PartitionId(2), 5));
    commands.put("finish-merge", new MetaCommand.FinishMerge(7));
    commands.put("abandon-merge", new MetaCommand.AbandonMerge(7));
    commands.put("forget-merge", new MetaCommand.ForgetMerge(7));
  }

  private static void addMembershipChanges(Map<String, Command> commands) {
    commands.put(
        "set-members", new Command.SetMembers(5, List.of(new NodeId("n3"), new NodeId("n9"))));
    membershipChanges()
        .forEach((name, change) -> commands.put(name, new MetaCommand.Membership(change)));
  }

  static Map<String, MembershipChange> membershipChanges() {
    NodeId node = new NodeId("n9");
    PartitionId partition = new PartitionId(2);
    Map<String, MembershipChange> changes = new TreeMap<>();
    changes.put("add-node", new MembershipChange.AddNode(JOINING, "somewhere"));
    changes.put("decommission-node", new MembershipChange.DecommissionNode(node));
    changes.put("recommission-node", new MembershipChange.RecommissionNode(node));
    changes.put("remove-node", new MembershipChange.RemoveNode(node));
    changes.put("begin-move", new MembershipChange.BeginMove(partition, 5, node, new NodeId("n2")));
    changes.put("begin-move-add", new MembershipChange.BeginMove(partition, 5, node, null));
    changes.put("begin-move-remove", new MembershipChange.BeginMove(partition, 5, null, node));
    changes.put("begin-rebuild", new MembershipChange.BeginRebuild(partition, 5, node));
    changes.put("abandon-move", new MembershipChange.AbandonMove(partition, 5));
    for (MoveOperation.Outcome outcome : MoveOperation.Outcome.values()) {
      changes.put(
          "finish-move-" + outcome.name().toLowerCase(java.util.Locale.ROOT),
          new MembershipChange.FinishMove(partition, 5, outcome));
    }
    return changes;
  }

  private static Command.ItemWrite itemWrite(Map<String, Command> commands, String name) {
    return (Command.ItemWrite) Objects.requireNonNull(commands.get(name));
  }

  static List<TransactionAction> actions() {
    return ((TransactionCommand.Prepare) Objects.requireNonNull(commands().get("prepare")))
        .actions();
  }

  private static void addTransactions(Map<String, Command> commands, Condition condition) {
    List<TransactionAction> actions =
        List.of(
            new TransactionAction.Write(itemWrite(commands, "put")),
            new TransactionAction.Write(itemWrite(commands, "modify")),
            new TransactionAction.Write(itemWrite(commands, "delete")),
            new TransactionAction.Check(TABLE_REF, KEY, condition, ReturnOnFailure.ALL_OLD));
    List<Bytes> keys = List.of(Bytes.fromHex("01"), Bytes.fromHex("0203"));
    commands.put("transact", new TransactionCommand.Transact(ATTEMPT.token(), actions));
    commands.put("transact-plain", new TransactionCommand.Transact(null, List.of()));
    commands.put("prepare", new TransactionCommand.Prepare(ATTEMPT, actions));
    commands.put("decide", new TransactionCommand.Decide(ATTEMPT, actions, keys));
    commands.put("commit", new TransactionCommand.Commit(ATTEMPT, keys));
    commands.put("abort", new TransactionCommand.Abort(ATTEMPT, keys));
    commands.put("confirm", new TransactionCommand.Confirm(ATTEMPT, keys));
    commands.put("settle", new TransactionCommand.Settle(ATTEMPT));
  }

  static List<Rejection> rejections() {
    return List.of(
        new Rejection.ConditionFailed(ITEM, cost()),
        new Rejection.ConditionFailed(null, WriteCost.ofTable(1)),
        new Rejection.InvalidUpdate("no such path"),
        new Rejection.StaleTable(TABLE.id()),
        new Rejection.WrongPartition(),
        new Rejection.Indeterminate(),
        new Rejection.CollectionTooLarge(),
        new Rejection.TableNotFound("Orders"),
        new Rejection.TableInUse("Table already exists: Orders"),
        new Rejection.LimitExceeded("too many"),
        new Rejection.Invalid("not now"),
        new Rejection.PolicyNotFound("another one"),
        new Rejection.IndexNotFound("byDate", "Orders"),
        new Rejection.IndexBehind(),
        new Rejection.Locked(Bytes.fromHex("01"), ATTEMPT),
        new Rejection.Cancelled(
            List.of(
                new CancellationReason.None(),
                new CancellationReason.ConditionFailed(ITEM),
                new CancellationReason.ConditionFailed(null),
                new CancellationReason.Invalid("no such path"),
                new CancellationReason.CollectionTooLarge(),
                new CancellationReason.Conflict(),
                new CancellationReason.Locked(Bytes.fromHex("02"), ATTEMPT))),
        new Rejection.TokenMismatch(),
        new Rejection.TransactionInProgress(),
        new Rejection.LedgerFull(),
        new Rejection.DeadlineTooFar(),
        new Rejection.AttemptOver());
  }

  static List<Result> results() {
    List<Result> results = new java.util.ArrayList<>();
    results.add(new Result.Written(ITEM, cost()));
    results.add(new Result.Written(null, WriteCost.ofTable(3)));
    results.add(new Result.Done());
    results.add(new Result.Table(TABLE));
    results.add(new Result.Transacted(List.of(cost(), WriteCost.ofTable(1))));
    results.add(new Result.TokenSpent());
    results.add(new Result.SplitBegun(SPLIT));
    results.add(new Result.MergeBegun(MERGE));
    results.add(new Result.Frozen(Bytes.fromHex("0123")));
    results.add(new Result.Gathering());
    results.add(new Result.MoveBegun(MOVE));
    results.add(new Result.Expired(3));
    results.add(new Result.Tended(true, true));
    results.add(new Result.Tended(false, false));
    for (Outcome outcome : Outcome.values()) {
      results.add(new Result.Settled(outcome));
    }
    rejections().forEach(rejection -> results.add(new Result.Rejected(rejection)));
    return results;
  }

  private static WriteCost cost() {
    return new WriteCost(2, new TreeMap<>(Map.of("byRaw", 1, "byFlag", 2)), 5_000_000_000L);
  }

  private static ClusterMap.Node node(String name) {
    return new ClusterMap.Node(
        new NodeId(name), name + ":1", name + ":2", name + ":3", name + ":4");
  }
}
