package dev.holdfast.jepsen.agent;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Mistakes about which partition has what: splits, merges, and maps of before them. */
final class RangeMistakes {
  private static final String CONSENSUS = "dev.holdfast.node.consensus.";
  private static final String REPLICA = "dev.holdfast.statemachine.replica.";
  private static final String REQUEST = "dev.holdfast.protocol.rpc.NodeRequest$";
  private static final String COMMAND = "dev.holdfast.protocol.command.Command$";

  private RangeMistakes() {}

  static List<Mistake> all() {
    return List.of(
        emptyChild(), requestIdsNotInherited(), oldMapTaken(), frozenServes(), endAtBorder());
  }

  private static Mistake emptyChild() {
    return Mistake.of(
        "empty-child",
        "the child of a split begins without the items that its parent held",
        "S1, S7, invariant 2",
        new Graft(
            "dev.holdfast.statemachine.transaction.PartitionResharding",
            "inherited",
            3,
            Stroke.afterwards(
                (resharding, asked, effects) -> {
                  List<Object> more = new ArrayList<>((List<?>) effects);
                  more.add(
                      Inside.callStatic(
                          REPLICA + "Effect$DeleteRange",
                          "ofKind",
                          NodeTypes.kindOfRow("ITEM"),
                          asked[1]));
                  return more;
                })));
  }

  /** Neither in memory nor, when the child's window is read from its rows, from those. */
  private static Mistake requestIdsNotInherited() {
    return Mistake.of(
        "request-ids-not-inherited",
        "the child of a split knows none of the requests that its parent has applied",
        "S7, invariant 7",
        new Graft(REPLICA + "Inheritance", "leave", 2, Stroke.returning(null)),
        new Graft(
            REPLICA + "RequestWindow",
            "load",
            3,
            Stroke.given((none, from) -> from[0] = ownWindow(from[0]))));
  }

  /** A store, of which a walk over the window begins with what is not inherited. */
  private static @Nullable Object ownWindow(@Nullable Object store) {
    Object row = Inside.call(store, "get", Inside.constant(REPLICA + "Header", "KEY"));
    long base =
        row == null
            ? 0
            : (long) Inside.get(Inside.callStatic(REPLICA + "Header", "decode", row), "windowBase");
    if (base == 0) {
      return store;
    }
    ByteBuffer first = ByteBuffer.allocate(1 + Long.BYTES);
    first.put((byte) NodeTypes.kindOfRow("WINDOW")).putLong(base + 1);
    Object start = Inside.callStatic(NodeTypes.BYTES, "wrap", first.array());
    return Proxy.newProxyInstance(
        RangeMistakes.class.getClassLoader(),
        new Class<?>[] {Inside.named("dev.holdfast.statemachine.storage.KeyValueReader")},
        (proxy, method, arguments) ->
            method.getName().equals("cursor")
                ? Inside.call(store, "cursor", start, arguments[1], arguments[2])
                : method.invoke(store, arguments));
  }

  private static Mistake oldMapTaken() {
    return Mistake.of(
        "old-map-taken",
        "requests by an old map are served: neither epoch nor range is compared",
        "E1, S5, invariant 4",
        new Graft(
            CONSENSUS + "ReplicaReads",
            "read",
            2,
            Stroke.given((reads, asked) -> asked[0] = withEpoch(reads, asked[0]))),
        new Graft(
            CONSENSUS + "ReplicaWrites",
            "write",
            2,
            Stroke.given((writes, asked) -> asked[0] = withEpochOf(writes, asked[0]))),
        new Graft(
            "dev.holdfast.statemachine.table.TableReader",
            "get",
            3,
            Stroke.given((reader, asked) -> asked[1] = NodeTypes.everywhere(asked[1]))),
        new Graft(
            REPLICA + "Replica",
            "decide",
            3,
            Stroke.given(
                (replica, asked) -> {
                  if (Inside.is(Inside.call(asked[0], "command"), COMMAND + "ItemWrite")) {
                    asked[1] = anywhere(asked[1]);
                  }
                })));
  }

  private static Object withEpoch(@Nullable Object reads, @Nullable Object read) {
    Function<Object, @Nullable Object> epochOf =
        state -> Inside.call(Inside.call(state, "partition"), "epoch");
    Optional<?> epoch =
        (Optional<?>) Inside.get(Inside.field(reads, "machine"), "withState", epochOf);
    return Inside.make(
        REQUEST + "ReadFrom",
        Inside.call(read, "partition"),
        epoch.isPresent() ? epoch.get() : Inside.call(read, "epoch"),
        Inside.call(read, "mode"),
        Inside.call(read, "reads"),
        Inside.call(read, "timeoutMillis"));
  }

  private static Object withEpochOf(@Nullable Object writes, @Nullable Object write) {
    return Inside.make(
        REQUEST + "Write",
        Inside.call(write, "partition"),
        Inside.call(Inside.field(writes, "shape"), "epoch"),
        Inside.call(write, "proposals"),
        Inside.call(write, "timeoutMillis"));
  }

  private static Object anywhere(@Nullable Object place) {
    return Inside.make(
        REPLICA + "CommandContext",
        NodeTypes.everywhere(Inside.get(place, "partition")),
        Inside.call(place, "term"),
        Inside.call(place, "index"),
        Inside.call(place, "stampMicros"),
        Inside.call(place, "ordinal"));
  }

  private static Mistake frozenServes() {
    return Mistake.of(
        "frozen-serves",
        "a partition goes on serving while its neighbour absorbs it",
        "M, invariant 2",
        new Graft(REPLICA + "RangeState", "isFrozen", 0, Stroke.returning(false)));
  }

  private static Mistake endAtBorder() {
    return Mistake.of(
        "end-at-border",
        "a page that reaches the end of a partition is taken for the end of the scan",
        "R8, invariant 4",
        new Graft(
            "dev.holdfast.client.routing.RangeRead",
            "take",
            1,
            Stroke.given((read, answer) -> answer[0] = last(answer[0]))));
  }

  private static @Nullable Object last(@Nullable Object answer) {
    Object page = Inside.call(answer, "result");
    String type = "dev.holdfast.protocol.command.ReadResult$Page";
    if (!Inside.is(page, type)) {
      return answer;
    }
    Object last =
        Inside.make(
            type,
            Inside.call(page, "items"),
            Inside.call(page, "count"),
            Inside.call(page, "scannedCount"),
            Inside.call(page, "scannedBytes"),
            Inside.call(page, "readBytes"),
            Inside.call(page, "fetchedUnits"),
            Inside.call(page, "lastEvaluated"),
            false);
    return Inside.make(
        "dev.holdfast.client.routing.Reads$Answer",
        Inside.call(answer, "route"),
        List.of(last),
        Inside.call(answer, "position"));
  }
}
