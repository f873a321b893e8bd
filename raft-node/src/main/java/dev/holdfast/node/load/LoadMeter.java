package dev.holdfast.node.load;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySample;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Counts what one replica is asked, and remembers the keys of some of it. Thread-safe.
 *
 * <p>How many are remembered adapts to the rate, so that the memory reaches back a few seconds
 * whatever the load. Reads and writes are chosen with the same chance, so they are remembered in
 * the proportion they came: who samples reads alone splits at the wrong key (tikv/pd #6619).
 */
public final class LoadMeter {
  private static final double SAMPLES_PER_SECOND = 64;
  private static final int CHANCE_BITS = 20;
  private static final int ALWAYS = 1 << CHANCE_BITS;

  /** Below this rate the keys are not worth telling: nothing so cold is split for its load. */
  private static final double TELLING_RATE_MIN = 20;

  private final LongAdder reads = new LongAdder();
  private final LongAdder writes = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final RecentKeys recent = new RecentKeys();
  private long tickedNanos;
  private long countedBefore;
  private volatile double perSecond;
  private volatile int chance = ALWAYS;

  /** Reads that were answered from a snapshot; any thread. */
  public void read(StateSnapshot snapshot, List<Read> answered, long answerBytes) {
    bytes.add(answerBytes);
    for (Read read : answered) {
      if (isOurOwn(read)) {
        continue;
      }
      reads.increment();
      if (isChosen()) {
        KeyRange items = snapshot.items(read);
        if (items != null) {
          recent.add(KeySample.Kind.READ, items);
        }
      }
    }
  }

  /** What nodes ask to look after transactions and change logs. */
  private static boolean isOurOwn(Read read) {
    return read instanceof Read.OpenAttempts
        || read instanceof Read.AskOutcome
        || read instanceof Read.ChangeLogs
        || read instanceof Read.Expired
        || read instanceof Read.Undelivered
        || read instanceof Read.Unfilled
        || read instanceof Read.Indexed;
  }

  /**
   * Writes that were accepted; any thread.
   *
   * @param snapshots takes one to look keys up in; only called for what is remembered
   */
  public void written(List<Proposal> proposals, Supplier<StateSnapshot> snapshots) {
    for (Proposal proposal : proposals) {
      Command command = proposal.command();
      int count = count(command);
      if (count == 0) {
        continue;
      }
      writes.add(count);
      if (isChosen()) {
        try (StateSnapshot snapshot = snapshots.get()) {
          for (Bytes key : snapshot.keys(command)) {
            recent.add(KeySample.Kind.WRITE, KeyRange.ofKey(key));
          }
        }
      }
    }
  }

  /** The items that a command writes; none for what the store does by itself. */
  private int count(Command command) {
    if (command instanceof Command.ItemWrite write) {
      bytes.add(write.keyOrItem().bytes().size());
      return 1;
    }
    if (command instanceof TransactionCommand step) {
      List<TransactionAction> actions = step.actions();
      for (TransactionAction action : actions) {
        bytes.add(action.keyOrItem().bytes().size());
      }
      return actions.size();
    }
    if (command instanceof Command.UpdateIndex update) {
      update.updates().forEach(each -> bytes.add(each.key().size()));
      return update.updates().size();
    }
    return 0;
  }

  private boolean isChosen() {
    int now = chance;
    return now == ALWAYS
        || ThreadLocalRandom.current().nextInt() >>> (Integer.SIZE - CHANCE_BITS) < now;
  }

  /** Forgets the keys: the partition has another range. */
  public void forgetKeys() {
    recent.clear();
  }

  /** Adapts to the rate; called about once in a second, by one thread. */
  public void tick(long nowNanos) {
    long counted = readCount() + writeCount();
    double seconds = (nowNanos - tickedNanos) / 1e9;
    if (tickedNanos != 0 && seconds > 0) {
      double rate = (counted - countedBefore) / seconds;
      perSecond = rate;
      chance = rate <= SAMPLES_PER_SECOND ? ALWAYS : (int) (ALWAYS * SAMPLES_PER_SECOND / rate);
    }
    tickedNanos = nowNanos;
    countedBefore = counted;
  }

  public long readCount() {
    return reads.sum();
  }

  public long writeCount() {
    return writes.sum();
  }

  public long byteCount() {
    return bytes.sum();
  }

  /**
   * The keys of recent requests, and whether something is stored there.
   *
   * @param snapshots as for {@link #written}
   */
  public NodeReport.Keys keys(Supplier<StateSnapshot> snapshots) {
    if (perSecond < TELLING_RATE_MIN) {
      return NodeReport.Keys.NONE;
    }
    try (StateSnapshot snapshot = snapshots.get()) {
      return recent.summary(snapshot);
    }
  }
}
