package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.codec.StateCodec;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.MergeProgress;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.spi.TransactionCounts;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.StorageException;
import dev.holdfast.statemachine.storage.StoreSnapshot;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One replica: the shell around a decider.
 *
 * <ul>
 *   <li>An entry's effects, its window row, applied index, stamp, floor and digest are one batch.
 *   <li>The digest covers all rows written but the header, so results and evictions too.
 *   <li>{@link #apply} and {@link #checkpoint} belong to the apply thread; the header is volatile
 *       so that others may look at the position.
 *   <li>Commands whose copies are harmless are not remembered: {@link Command#isRemembered}.
 * </ul>
 */
final class Replica implements ReplicatedStateMachine {
  /** What commands and reads mean. */
  record Semantics(Decider decider, StateReader reader) {}

  private final KeyValueStore store;
  private final Semantics semantics;
  private final ReplicaOptions options;
  private final Inheritance inheritance;
  private final RequestWindow window;
  private final DigestHistory digests = new DigestHistory();
  private final RecentWrites writes;
  private final RowMemories memories;
  private volatile Header header;

  /** What the entry that is being applied has made of the partition. */
  private RangeState range;

  /** The window before an entry that splits the partition: what the child's rows will be. */
  private @Nullable RequestWindow windowToLeave;

  /**
   * @param inherited the window, if it need not be read
   */
  private Replica(
      KeyValueStore store,
      Header header,
      Semantics semantics,
      ReplicaOptions options,
      Inheritance inheritance,
      Optional<RequestWindow> inherited) {
    this.store = store;
    this.header = header;
    this.range = RangeState.of(header);
    this.semantics = semantics;
    this.options = options;
    this.inheritance = inheritance;
    this.window =
        inherited.orElseGet(
            () -> RequestWindow.load(store, options.window(), header.floorMicros()));
    this.writes = new RecentWrites(header.applied().index());
    this.memories = RowMemories.load(store, semantics.decider().rememberedKinds());
    digests.add(header.applied().index(), header.digest());
  }

  /** Takes over the store: closing the replica closes it. */
  static Replica open(
      KeyValueStore store,
      ClusterMap.Partition partition,
      Path directory,
      Semantics semantics,
      ReplicaOptions options,
      Inheritance inheritance) {
    Optional<RequestWindow> inherited = Optional.empty();
    Bytes row = store.get(Header.KEY);
    Optional<Header> seed = Seed.in(directory);
    if (seed.isPresent()
        && seed.get().partition().id().equals(partition.id())
        && (row == null || !Header.decode(row).partition().id().equals(partition.id()))) {
      Seed.grow(store, seed.get(), semantics.decider());
      row = store.get(Header.KEY);
      inherited = inheritance.take(partition.id());
    }
    if (row != null) {
      Header header = Header.decode(row);
      if (!header.partition().id().equals(partition.id())) {
        throw new StorageException(
            "this directory holds partition %s, not %s"
                .formatted(header.partition().id(), partition.id()),
            null);
      }
      return new Replica(store, header, semantics, options, inheritance, inherited);
    }
    Header header = Header.initial(partition);
    try (WriteBatch batch = store.newBatch()) {
      batch.put(Header.KEY, header.encode());
      batch.commit();
    }
    return new Replica(store, header, semantics, options, inheritance, inherited);
  }

  @Override
  public ApplyContext applied() {
    return header.applied();
  }

  @Override
  public ClusterMap.Partition partition() {
    return header.partition();
  }

  @Override
  public @Nullable PartitionId givenAway() {
    return header.givenAway();
  }

  @Override
  public @Nullable MergeProgress merge() {
    return header.merge();
  }

  @Override
  public List<MergeCommand.Row> frozenRows(long merge, Bytes after, int bytesMax) {
    try (StoreSnapshot snapshot = store.snapshot()) {
      return FrozenRows.after(snapshot, merge, after, bytesMax);
    } catch (StorageException e) {
      throw fault("cannot read", e);
    }
  }

  @Override
  public long stampMicros() {
    return header.stampMicros();
  }

  @Override
  public Bytes digest() {
    return header.digest();
  }

  @Override
  public @Nullable Bytes digestAt(long index) {
    return digests.at(index);
  }

  @Override
  public List<Result> apply(ApplyContext context, LogEntry entry) {
    if (context.index() <= header.applied().index()) {
      throw new IllegalStateException(
          "entry %d after %d".formatted(context.index(), header.applied().index()));
    }
    try {
      return applyNew(context, entry);
    } catch (RuntimeException e) {
      throw fault("cannot apply entry " + context.index(), e);
    }
  }

  private List<Result> applyNew(ApplyContext context, LogEntry entry) {
    Header before = header;
    long stamp = Math.max(before.stampMicros(), entry.stampMicros());
    RunningDigest digest = new RunningDigest(before.digest());
    digest.add(context.index());
    try (WriteBatch batch = store.newBatch()) {
      PendingChanges changes = new PendingChanges(store, memories);
      range = RangeState.of(before);
      windowToLeave = isSplit(entry) ? window.copy() : null; // before anything is evicted from it
      if (!range.isFrozen()) { // the rows of a frozen partition are being copied
        window.evictExpired(stamp, changes);
      }
      List<Result> results = decideAll(context, stamp, entry, changes);
      changes.write(batch, digest);
      range.addTo(digest);
      Header after = range.header(context, stamp, window.floorMicros(), digest.finish());
      batch.put(Header.KEY, after.encode()); // same batch: a crash loses a suffix, leaves no hole
      changes.raise(writes, context.index()); // before any snapshot can show them
      batch.commit();
      changes.written();
      digests.add(context.index(), after.digest());
      header = after;
      windowToLeave = null; // of a split that was refused
      return results;
    }
  }

  /** It is the first of its entry, or refused. */
  private static boolean isSplit(LogEntry entry) {
    return !entry.proposals().isEmpty()
        && entry.proposals().get(0).command() instanceof Command.Split;
  }

  private List<Result> decideAll(
      ApplyContext context, long stamp, LogEntry entry, PendingChanges changes) {
    List<Result> results = new ArrayList<>(entry.proposals().size());
    List<WindowRow.Remembered> remembered = new ArrayList<>(entry.proposals().size());
    Map<RequestId, Result> ofThisEntry = new HashMap<>(); // looked up only, never walked
    for (Proposal proposal : entry.proposals()) {
      Optional<Result> earlier = earlierResult(proposal, ofThisEntry, changes);
      if (earlier.isPresent()) {
        results.add(earlier.get());
        continue;
      }
      CommandContext place =
          new CommandContext(
              range.partition(),
              context.term(),
              context.index(),
              Math.max(stamp, range.stampMicros()),
              results.size());
      Result result = decide(proposal, place, changes);
      results.add(result);
      if (isRemembered(proposal, result)) {
        remembered.add(new WindowRow.Remembered(proposal.id(), StateCodec.encode(result)));
        ofThisEntry.put(proposal.id(), result);
      }
    }
    changes.putSums();
    if (!remembered.isEmpty()) {
      window.remember(
          range.windowBase() + context.index(), new WindowRow(stamp, remembered), changes);
    }
    return results;
  }

  private Optional<Result> earlierResult(
      Proposal proposal, Map<RequestId, Result> ofThisEntry, PendingChanges changes) {
    if (!proposal.command().isRemembered()) {
      return Optional.empty();
    }
    Optional<Result> earlier = window.resultOf(proposal.id(), changes);
    return earlier.isPresent() ? earlier : Optional.ofNullable(ofThisEntry.get(proposal.id()));
  }

  private Result decide(Proposal proposal, CommandContext place, PendingChanges changes) {
    Command command = proposal.command();
    if (command instanceof Command.VerifyDigest verify) {
      compareDigests(verify);
      return new Result.Done();
    }
    if (command instanceof Command.RenewLease || command instanceof Command.Relinquish) {
      return new Result.Done();
    }
    if (range.isFrozen() && !(command instanceof MergeCommand)) {
      return new Result.Rejected(new Rejection.WrongPartition());
    }
    if (command.isRemembered() && mayHaveBeenApplied(proposal, place)) {
      return new Result.Rejected(new Rejection.Indeterminate());
    }
    if (command instanceof MergeCommand step) {
      return merge(step, place, changes);
    }
    Decision decision =
        command instanceof Command.Split
                || command instanceof Command.Trim
                || command instanceof Command.SetMembers
            ? reshape(command, place, changes)
            : semantics.decider().decide(changes, place, command);
    changes.applyAll(decision.effects());
    return decision.result();
  }

  private Result merge(MergeCommand step, CommandContext place, PendingChanges changes) {
    KeyRange held = range.partition().range();
    RangeChanges.Change change =
        new MergeChanges(semantics.decider().resharding(), header, range, place, changes)
            .decide(step, window.floorMicros());
    range = change.range();
    if (step instanceof MergeCommand.Absorb absorb && !range.partition().range().equals(held)) {
      long first = range.windowBase() + place.index() + 1; // before the next entry's own
      range =
          range.afterInherited(
              window.unite(new StagedRows(changes), absorb.floorMicros(), first, changes));
      writes.raiseAll(place.index()); // versions of the other log mean nothing here (R9)
    }
    changes.applyAll(change.decision().effects());
    return change.decision().result();
  }

  private Decision reshape(Command command, CommandContext place, KeyValueReader state) {
    RangeChanges changes = new RangeChanges(semantics.decider().resharding(), header, range, place);
    RangeChanges.Change change;
    if (command instanceof Command.Split split) {
      change = changes.split(state, split);
    } else if (command instanceof Command.SetMembers members) {
      change = changes.setMembers(members);
    } else {
      change = changes.trim((Command.Trim) command);
    }
    change.seed().ifPresent(this::plant);
    range = change.range();
    return change.decision();
  }

  /** S2: from the state before this entry, and durable before the entry's own batch is. */
  private void plant(Header child) {
    options
        .seeds()
        .plant(
            child.partition().id(),
            directory -> {
              store.checkpoint(directory);
              Seed.mark(directory, child);
              if (windowToLeave != null) {
                inheritance.leave(child.partition().id(), windowToLeave);
              }
            });
  }

  private boolean mayHaveBeenApplied(Proposal proposal, CommandContext place) {
    long carried =
        proposal.carriedStampMicros() == Proposal.STAMP_UNKNOWN
            ? place.stampMicros() - options.window().windowMicros()
            : proposal.carriedStampMicros();
    return window.mayHaveForgotten(carried);
  }

  /**
   * R11: "not now" is not remembered unless it ends the request. Nor is "indeterminate": it says
   * that the window knows nothing of the request, which stays true.
   */
  private boolean isRemembered(Proposal proposal, Result result) {
    if (!proposal.command().isRemembered() || range.isFrozen()) {
      return false;
    }
    if (result instanceof Result.Rejected rejected) {
      return !(rejected.rejection() instanceof Rejection.Indeterminate)
          && (proposal.finalAttempt() || !rejected.rejection().retryable());
    }
    return true;
  }

  private void compareDigests(Command.VerifyDigest verify) {
    Bytes own = digests.at(verify.index());
    if (own != null && !own.equals(verify.digest())) {
      options
          .digests()
          .digestDiffers(header.partition().id(), verify.index(), verify.digest(), own);
    }
  }

  @Override
  public StateSnapshot snapshot() {
    StoreSnapshot snapshot = store.snapshot();
    try {
      Bytes row = snapshot.get(Header.KEY);
      if (row == null) {
        throw new StorageException("the header row is missing", null);
      }
      Header latest = header;
      Header held = latest.isIn(row) ? latest : Header.decode(row);
      return new ReplicaSnapshot(
          snapshot, held, writes.of(held.applied().index()), semantics.reader(), this::fault);
    } catch (StorageException e) {
      snapshot.close();
      throw fault("cannot read", e);
    }
  }

  @Override
  public void flush() {
    try {
      store.flush();
    } catch (StorageException e) {
      throw fault("cannot flush", e);
    }
  }

  @Override
  public ApplyContext checkpoint(Path directory) {
    try {
      store.checkpoint(directory);
      return header.applied();
    } catch (StorageException e) {
      throw fault("cannot checkpoint", e);
    }
  }

  /** Damage is the caller's to deal with: other replicas may be sound (decision 0032). */
  private RuntimeException fault(String what, RuntimeException cause) {
    String message =
        "partition=%s %s: %s".formatted(header.partition().id(), what, cause.getMessage());
    return cause instanceof StorageException storage && storage.isDamage()
        ? StorageException.damaged(message, cause)
        : options.faults().fault(message, cause);
  }

  @Override
  public TransactionCounts transactionCounts() {
    try (StoreSnapshot snapshot = store.snapshot()) {
      return semantics.reader().transactionCounts(snapshot);
    } catch (StorageException e) {
      throw fault("cannot read", e);
    }
  }

  @Override
  public @Nullable Bytes middleKey() {
    KeyRange range = header.partition().range();
    try (StoreSnapshot snapshot = store.snapshot()) {
      return new MiddleKey(store, snapshot, range)
          .find()
          .map(key -> semantics.decider().resharding().edgeBefore(snapshot, key))
          .filter(edge -> range.contains(edge) && !edge.equals(range.startInclusive()))
          .orElse(null);
    } catch (StorageException e) {
      throw fault("cannot read", e);
    }
  }

  @Override
  public long approximateBytes() {
    return store.approximateBytes();
  }

  @Override
  public List<String> files() {
    return store.files();
  }

  @Override
  public long verify(String file) {
    return store.verify(file);
  }

  @Override
  public void close() {
    store.close();
  }
}
