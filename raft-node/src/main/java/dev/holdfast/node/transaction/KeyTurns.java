package dev.holdfast.node.transaction;

import dev.holdfast.protocol.model.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Lets the transactions of one coordinator that change the same items come one after another, so
 * that they do not refuse each other at the items' partitions, where each refusal costs a log entry
 * and a pause. Only that: what keeps transactions apart are their intents, and whoever has waited
 * long enough goes on without its turn. (TiKV's scheduler and CockroachDB's concurrency manager
 * have latches for the same purpose.)
 *
 * <ul>
 *   <li>A transaction takes all its keys at once, when all are free: nobody keeps a key from others
 *       while it waits, so no two wait for each other.
 *   <li>Whoever has been overtaken often is overtaken no more.
 * </ul>
 *
 * <p>Thread-safe. Turns come on threads of those who leave.
 */
final class KeyTurns {
  private static final int OVERTAKEN_MAX = 32;

  /** A key that somebody holds or waits for; guarded by the outer object. */
  private static final class Key {
    @Nullable Turn holder;

    /** In the order in which they came, which is the same at all keys. */
    final ArrayDeque<Turn> waiting = new ArrayDeque<>(2);
  }

  private final Map<Bytes, Key> keys = new HashMap<>();

  /** One transaction's wish for some keys. */
  final class Turn {
    private final SortedSet<Bytes> wanted;
    private final CompletableFuture<Void> come = new CompletableFuture<>();
    private int overtakenCount;

    private Turn(SortedSet<Bytes> wanted) {
      this.wanted = wanted;
    }

    /** Completes when all keys are held, or by {@link #goOn}. */
    CompletableFuture<Void> come() {
      return come;
    }

    /** Does not wait any longer; nothing happens when it does not wait. */
    void goOn() {
      if (!come.isDone()) {
        leave();
        come.complete(null);
      }
    }

    /** Gives the keys to those who come next; once is enough. */
    void leave() {
      KeyTurns.this.leave(this).forEach(next -> next.come.complete(null));
    }
  }

  /** Asks for these keys. */
  Turn enter(SortedSet<Bytes> wanted) {
    Turn turn = new Turn(wanted);
    boolean ready;
    synchronized (this) {
      wanted.forEach(key -> keys.computeIfAbsent(key, first -> new Key()).waiting.add(turn));
      ready = mayTake(turn);
      if (ready) {
        take(turn);
      }
    }
    if (ready) {
      turn.come.complete(null);
    }
    return turn;
  }

  private List<Key> of(Turn turn) {
    List<Key> wanted = new ArrayList<>(turn.wanted.size());
    for (Bytes name : turn.wanted) {
      Key key = keys.get(name);
      if (key != null) {
        wanted.add(key);
      }
    }
    return wanted;
  }

  /** Looks at holders first: those who wait may be many, and most wait for a key that is held. */
  private boolean mayTake(Turn turn) {
    List<Key> wanted = of(turn);
    return wanted.stream().allMatch(key -> key.holder == null)
        && wanted.stream().allMatch(key -> mayOvertake(turn, key));
  }

  private static boolean mayOvertake(Turn turn, Key key) {
    for (Turn earlier : key.waiting) {
      if (earlier == turn) {
        return true;
      }
      if (earlier.overtakenCount >= OVERTAKEN_MAX) {
        return false;
      }
    }
    return true;
  }

  private void take(Turn turn) {
    for (Key key : of(turn)) {
      for (Turn earlier : key.waiting) {
        if (earlier == turn) {
          break;
        }
        earlier.overtakenCount++;
      }
      key.waiting.remove(turn);
      key.holder = turn;
    }
  }

  /** Returns those whose turn has come. */
  private synchronized List<Turn> leave(Turn turn) {
    for (Key key : of(turn)) {
      if (key.holder == turn) {
        key.holder = null;
      }
      key.waiting.remove(turn);
    }
    List<Turn> ready = new ArrayList<>();
    for (Key key : of(turn)) {
      Turn next = nextOf(key);
      if (next != null) {
        take(next);
        ready.add(next);
      }
    }
    turn.wanted.forEach(
        name ->
            keys.computeIfPresent(
                name, (same, key) -> key.holder == null && key.waiting.isEmpty() ? null : key));
    return ready;
  }

  private @Nullable Turn nextOf(Key key) {
    if (key.holder != null) {
      return null;
    }
    for (Turn turn : key.waiting) {
      if (mayTake(turn)) {
        return turn;
      }
      if (turn.overtakenCount >= OVERTAKEN_MAX) {
        return null;
      }
    }
    return null;
  }

  /** Keys that somebody holds or waits for. */
  synchronized int keyCount() {
    return keys.size();
  }
}
