package dev.holdfast.jepsen.nemesis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** All of some faults in a random order, then all of them in another one. Used by one thread. */
public final class Rounds {
  private final List<Fault.Kind> kinds;
  private final Random random;
  private final List<Fault.Kind> left = new ArrayList<>();

  /**
   * @param kinds at least one; one that is there twice comes twice a round
   */
  public Rounds(List<Fault.Kind> kinds, Random random) {
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("no faults");
    }
    this.kinds = List.copyOf(kinds);
    this.random = random;
  }

  /** There is always another one. */
  public Fault.Kind next() {
    if (left.isEmpty()) {
      left.addAll(kinds);
      Collections.shuffle(left, random);
    }
    return left.remove(0);
  }
}
