package dev.holdfast.statemachine.model.lease;

/**
 * Time in ticks. In one tick a slow clock counts 1 unit, a right one 2 and a fast one 3, so rates
 * are off by a half at most; D is 6 units, which a fast clock counts in 2 ticks. Of a lease the
 * right part is 6 (1 - 1/2) / (1 + 1/2) = 2 units, which a slow clock counts in 2 ticks, too.
 *
 * <p>An age tells how long ago an entry was submitted, by the monotonic clock of its node and by
 * the wall clock, which goes right; 0 for one that is too old to prove anything, or of others.
 */
final class Clocks {
  static final int D_UNITS = 6;
  static final int NOBODY = -1;

  /** An entry that is submitted now. */
  static final int NEW = 1;

  private static final int LEASE_UNITS = 2;
  private static final int WALL_UNITS_A_TICK = 2;
  private static final int WALL = 8;
  private static final int[] RATES = {1, 3, 2};

  private final int leaseUnits;
  private final int wallUnits;
  private final boolean wallClock;

  Clocks(LeaseFlaw flaw) {
    leaseUnits = flaw == LeaseFlaw.NO_DRIFT_BOUND ? D_UNITS : LEASE_UNITS;
    wallUnits =
        flaw == LeaseFlaw.ALL_OF_D_BY_THE_WALL_CLOCK || flaw == LeaseFlaw.NO_DRIFT_BOUND
            ? D_UNITS
            : LEASE_UNITS;
    wallClock = flaw != LeaseFlaw.NO_WALL_CLOCK;
  }

  /** What a node's monotonic clock counts in a tick. */
  static int units(int node, int suspended) {
    return node == suspended ? 0 : RATES[node];
  }

  int older(int age, int units) {
    if (age == 0) {
      return 0;
    }
    int monotonic = (age - NEW) % WALL + units;
    int wall = (age - NEW) / WALL + (wallClock ? 1 : 0);
    boolean inForce = monotonic < leaseUnits && wall * WALL_UNITS_A_TICK <= wallUnits;
    return inForce ? NEW + monotonic + WALL * wall : 0;
  }

  /** Of two proofs the one that lasts longer by the monotonic clock. */
  static int better(int known, int proof) {
    return known == 0 || (proof - NEW) % WALL < (known - NEW) % WALL ? proof : known;
  }
}
