package dev.holdfast.jepsen.agent;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Mistakes about what follows a table's changes: global indexes and streams. */
final class IndexMistakes {
  private static final String NODE = "dev.holdfast.node.";
  private static final String COMMAND = "dev.holdfast.protocol.command.";

  private IndexMistakes() {}

  static List<Mistake> all() {
    return List.of(
        refusalIgnored(),
        lateDelete(),
        backfillOverwrites(),
        activeTooEarly(),
        indexNotAwaited(),
        shardSkips());
  }

  private static Mistake refusalIgnored() {
    return Mistake.of(
        "index-refusal-ignored",
        "updates of an index that its partition has refused, as after a split, count as delivered",
        "invariant 9",
        new Graft(
            NODE + "index.RoutedEntries",
            "send",
            2,
            Stroke.afterwards((entries, asked, sent) -> doneAnyway(sent))));
  }

  private static Object doneAnyway(@Nullable Object sent) {
    Object judged =
        ((CompletableFuture<?>) Objects.requireNonNull(sent))
            .handle(
                (result, failure) ->
                    failure != null || Inside.is(result, COMMAND + "Result$Rejected")
                        ? done()
                        : result);
    return judged;
  }

  private static Object done() {
    return Inside.make(COMMAND + "Result$Done");
  }

  /**
   * A delete that is merely late does nothing; one that knows no versions does, but is not late.
   */
  private static Mistake lateDelete() {
    return Mistake.of(
        "index-delete-late",
        "what deletes entries of an index is sent a second later than it counts as delivered, and"
            + " deletes them whatever their version",
        "decision 38, invariant 9",
        new Graft(NODE + "index.RoutedEntries", "send", 2, new LateDeletes()),
        new Graft(
            "dev.holdfast.statemachine.table.EntryUpdates",
            "take",
            1,
            Stroke.given((updates, asked) -> asked[0] = newest(updates, asked[0]))));
  }

  /** A delete that is newer than what is there. */
  private static @Nullable Object newest(@Nullable Object updates, @Nullable Object update) {
    Object key = Inside.get(update, "key");
    Object row = Inside.call(updates, "row", key);
    if (row == null || Inside.call(update, "entry") != null) {
      return update;
    }
    long version =
        Math.max((long) Inside.get(row, "version"), (long) Inside.get(update, "version"));
    return Inside.make(COMMAND + "Command$EntryUpdate", key, version + 1, null);
  }

  /** Sends it all the same, later, and says at once that it is done. */
  private static final class LateDeletes implements Stroke {
    private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final ThreadLocal<Boolean> isLate = ThreadLocal.withInitial(() -> false);

    @Override
    public @Nullable Answer before(@Nullable Object entries, @Nullable Object[] asked) {
      List<?> updates = (List<?>) Inside.get(asked[1], "updates");
      boolean deletes = updates.stream().anyMatch(each -> Inside.call(each, "entry") == null);
      if (isLate.get() || !deletes) {
        return null;
      }
      @Nullable Object[] later = asked.clone();
      LATER.execute(
          () -> {
            isLate.set(true);
            try {
              Inside.call(entries, "send", later);
            } finally {
              isLate.set(false);
            }
          });
      return new Answer(CompletableFuture.completedFuture(done()));
    }
  }

  private static Mistake backfillOverwrites() {
    return Mistake.of(
        "backfill-overwrites",
        "an entry that is made of an item that was there counts as newer than any write",
        "decision 40, invariant 9",
        new Graft(
            NODE + "index.IndexBackfill",
            "enter",
            2,
            Stroke.given((backfill, asked) -> asked[1] = newerThanAll(asked[1]))));
  }

  private static @Nullable Object newerThanAll(@Nullable Object page) {
    String type = COMMAND + "ReadResult$Unfilled";
    return Inside.is(page, type)
        ? Inside.make(
            type, Inside.call(page, "items"), Long.MAX_VALUE / 2, Inside.call(page, "next"))
        : page;
  }

  /** A few thousand items are entered before anybody can look: so filling begins late, too. */
  private static Mistake activeTooEarly() {
    return Mistake.of(
        "active-too-early",
        "an index that is added is ACTIVE without regard to whether the items that were there are"
            + " in it, and they are entered from a second later on",
        "decision 40, invariant 9",
        new Graft(
            NODE + "control.LinkedReplicaControl",
            "isFilled",
            2,
            Stroke.returning(CompletableFuture.completedFuture(true))),
        new Graft(NODE + "index.IndexBackfill", "step", 2, new LateFilling()));
  }

  /** Lets nothing happen to an index in its first second; which is no mistake by itself. */
  private static final class LateFilling implements Stroke {
    private final Map<Object, Long> begun = new ConcurrentHashMap<>();

    @Override
    public @Nullable Answer before(@Nullable Object backfill, @Nullable Object[] asked) {
      long now = System.nanoTime();
      long first = begun.computeIfAbsent(Inside.get(asked[1], "index"), index -> now);
      return now - first < TimeUnit.SECONDS.toNanos(1) ? new Answer(null) : null;
    }
  }

  private static Mistake indexNotAwaited() {
    return Mistake.of(
        "index-not-awaited",
        "a consistent read of an index does not wait until the index has what was written",
        "decision 41, invariant 4",
        new Graft(
            NODE + "index.IndexedLink",
            "delivered",
            4,
            Stroke.instead(
                (link, asked) -> {
                  Class<?> request = Inside.named("dev.holdfast.protocol.rpc.NodeRequest");
                  return Inside.named("dev.holdfast.client.routing.NodeLink")
                      .getMethod("ask", request) // the replicas have several of that name
                      .invoke(Inside.field(link, "replicas"), asked[0]);
                })));
  }

  private static Mistake shardSkips() {
    return Mistake.of(
        "shard-skips",
        "the reader of a shard that follows another one misses its first record",
        "decision 37, invariant 8",
        new Graft(
            "dev.holdfast.statemachine.change.ChangeReader",
            "changes",
            3,
            Stroke.afterwards((reader, asked, found) -> withoutFirst(asked[2], found))));
  }

  private static @Nullable Object withoutFirst(@Nullable Object read, @Nullable Object found) {
    String type = COMMAND + "ReadResult$Changes";
    Object segment = Inside.is(found, type) ? Inside.call(found, "segment") : null;
    if (segment == null || Inside.call(segment, "parent") == null) {
      return found;
    }
    List<?> records = (List<?>) Inside.get(found, "records");
    boolean isFirst =
        (long) Inside.get(read, "after") <= (long) Inside.get(segment, "trimmedThrough");
    return isFirst && !records.isEmpty()
        ? Inside.make(
            type,
            segment,
            List.copyOf(records.subList(1, records.size())),
            Inside.get(found, "last"))
        : found;
  }
}
