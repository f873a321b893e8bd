package dev.holdfast.statemachine.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all states of a model, breadth first: what it finds wrong is told by a shortest way
 * there. Remembers each state and the one it was first reached from; the steps between are asked of
 * the model again when a way is told.
 */
public final class Explorer {
  private static final int NOWHERE = -1;
  private static final int STATES_AT_FIRST = 1 << 12;
  private static final int TABLE_LOAD_DIVISOR = 2;

  /**
   * What became of a search.
   *
   * @param actions that were taken, without their numbers
   * @param wrong what is wrong and how it came about; null when nothing is
   * @param complete whether no state was left out
   */
  public record Findings(
      int stateCount, Set<String> actions, @Nullable String wrong, boolean complete) {}

  private final Model model;
  private final int stateCountMax;
  private final Set<String> actions = new HashSet<>();
  private Cells[] states = new Cells[STATES_AT_FIRST];
  private int[] reachedFrom = new int[STATES_AT_FIRST];
  private int stateCount;
  private int[] table = newTable(STATES_AT_FIRST);
  private @Nullable String wrong;

  private Explorer(Model model, int stateCountMax) {
    this.model = model;
    this.stateCountMax = stateCountMax;
  }

  /** Ends at the first state that is wrong, or with this many states. */
  public static Findings explore(Model model, int stateCountMax) {
    return new Explorer(model, stateCountMax).explore();
  }

  private Findings explore() {
    reach(model.start(), NOWHERE);
    int next = 0;
    while (next < stateCount && wrong == null && stateCount < stateCountMax) {
      expand(next++);
    }
    return new Findings(
        stateCount, new TreeSet<>(actions), wrong, next == stateCount && wrong == null);
  }

  private void expand(int from) {
    model.steps(
        states[from],
        (next, action, numbers) -> {
          actions.add(action);
          reach(next, from);
        });
  }

  private void reach(Cells state, int from) {
    int slot = slotOf(state);
    if (table[slot] != NOWHERE || wrong != null) {
      return;
    }
    if (stateCount == states.length) {
      grow();
      slot = slotOf(state);
    }
    table[slot] = stateCount;
    states[stateCount] = state;
    reachedFrom[stateCount] = from;
    String broken = model.wrong(state);
    if (broken != null) {
      wrong = broken + ": " + String.join(", ", way(stateCount));
    }
    stateCount++;
  }

  private int slotOf(Cells state) {
    int mask = table.length - 1;
    int slot = state.hashCode() & mask;
    while (table[slot] != NOWHERE && !states[table[slot]].equals(state)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    states = Arrays.copyOf(states, 2 * stateCount);
    reachedFrom = Arrays.copyOf(reachedFrom, 2 * stateCount);
    table = newTable(2 * stateCount);
    for (int i = 0; i < stateCount; i++) {
      table[slotOf(states[i])] = i;
    }
  }

  private static int[] newTable(int stateCapacity) {
    int[] empty = new int[TABLE_LOAD_DIVISOR * stateCapacity];
    Arrays.fill(empty, NOWHERE);
    return empty;
  }

  private List<String> way(int end) {
    List<String> told = new ArrayList<>();
    for (int to = end; reachedFrom[to] != NOWHERE; to = reachedFrom[to]) {
      Cells wanted = states[to];
      int before = told.size();
      model.steps(
          states[reachedFrom[to]],
          (next, action, numbers) -> {
            if (told.size() == before && next.equals(wanted)) {
              told.add(inWords(action, numbers));
            }
          });
    }
    Collections.reverse(told);
    return told;
  }

  private static String inWords(String action, int[] numbers) {
    String words = action;
    for (int number : numbers) {
      words = words.replaceFirst("#", Integer.toString(number));
    }
    return words;
  }
}
