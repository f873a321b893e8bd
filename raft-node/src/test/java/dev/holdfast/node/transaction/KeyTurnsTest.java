package dev.holdfast.node.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.Bytes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KeyTurnsTest {
  private final KeyTurns turns = new KeyTurns();

  private static SortedSet<Bytes> keys(String... names) {
    SortedSet<Bytes> keys = new TreeSet<>();
    for (String name : names) {
      keys.add(Bytes.utf8(name));
    }
    return keys;
  }

  @Test
  void whoWantsOtherKeysDoesNotWait() {
    assertThat(turns.enter(keys("a", "b")).come()).isDone();
    assertThat(turns.enter(keys("c")).come()).isDone();
  }

  @Test
  void whoWantsAKeyOfAnotherComesAfterIt() {
    KeyTurns.Turn first = turns.enter(keys("a", "b"));
    KeyTurns.Turn second = turns.enter(keys("b", "c"));
    KeyTurns.Turn third = turns.enter(keys("c"));
    assertThat(second.come()).isNotDone();
    assertThat(third.come()).as("the second does not hold it yet").isDone();

    first.leave();
    assertThat(second.come()).isNotDone();

    third.leave();
    assertThat(second.come()).isDone();
  }

  @Test
  void whoGivesUpItsPlaceIsNotWaitedFor() {
    KeyTurns.Turn first = turns.enter(keys("a"));
    KeyTurns.Turn second = turns.enter(keys("a"));
    KeyTurns.Turn third = turns.enter(keys("a"));

    second.goOn(); // waited long enough
    second.leave();
    first.leave();

    assertThat(third.come()).isDone();
  }

  @Test
  void whoWasOvertakenOftenIsOvertakenNoMore() {
    KeyTurns.Turn slow = turns.enter(keys("a"));
    KeyTurns.Turn patient = turns.enter(keys("a", "b"));
    int overtakers = 0;
    KeyTurns.Turn overtaker = turns.enter(keys("b"));
    while (overtaker.come().isDone()) {
      assertThat(++overtakers).isLessThan(100);
      overtaker.leave();
      overtaker = turns.enter(keys("b"));
    }

    slow.leave();
    assertThat(patient.come()).isDone();
    patient.leave();
    assertThat(overtaker.come()).isDone();
  }

  /** Nobody waits for ever, no two hold a key, and nothing is left. */
  @Test
  void allHaveTheirTurnWhateverTheyWant() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      KeyTurns busy = new KeyTurns();
      List<KeyTurns.Turn> present = new ArrayList<>();
      List<SortedSet<Bytes>> wanted = new ArrayList<>();
      int entered = 0;
      while (entered < 60 || !present.isEmpty()) {
        if (present.isEmpty() || (entered < 60 && random.nextInt(3) > 0)) {
          SortedSet<Bytes> keys = new TreeSet<>();
          for (int i = 1 + random.nextInt(3); i > 0; i--) {
            keys.add(Bytes.utf8("k" + random.nextInt(5)));
          }
          present.add(busy.enter(keys));
          wanted.add(keys);
          entered++;
          continue;
        }
        int leaver = readyOne(present, random);
        assertThat(leaver).as("somebody's turn has come, seed %d", seed).isNotNegative();
        present.remove(leaver).leave();
        wanted.remove(leaver);
        assertThat(heldTwice(present, wanted)).as("seed %d", seed).isEmpty();
      }
      assertThat(busy.keyCount()).isZero();
    }
  }

  private static int readyOne(List<KeyTurns.Turn> present, Random random) {
    if (present.isEmpty()) {
      return -1;
    }
    int from = random.nextInt(present.size());
    for (int i = 0; i < present.size(); i++) {
      int at = (from + i) % present.size();
      if (present.get(at).come().isDone()) {
        return at;
      }
    }
    return -1;
  }

  private static Set<Bytes> heldTwice(List<KeyTurns.Turn> present, List<SortedSet<Bytes>> wanted) {
    Set<Bytes> held = new HashSet<>();
    Set<Bytes> twice = new HashSet<>();
    for (int i = 0; i < present.size(); i++) {
      if (present.get(i).come().isDone()) {
        for (Bytes key : wanted.get(i)) {
          if (!held.add(key)) {
            twice.add(key);
          }
        }
      }
    }
    return twice;
  }
}
