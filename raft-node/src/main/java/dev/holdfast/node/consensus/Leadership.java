package dev.holdfast.node.consensus;

import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.apache.ratis.server.DivisionInfo;
import org.jspecify.annotations.Nullable;

/**
 * This replica's place in its group, asked of Ratis at each use, because Ratis's notifications may
 * be lost. Thread-safe.
 */
final class Leadership {
  private final Lease lease;
  private final BooleanSupplier relinquished;
  private final LongConsumer newTerm;
  private volatile @Nullable DivisionInfo info;
  private volatile boolean followed;
  private volatile boolean passingOn;

  /**
   * @param relinquished whether nobody can have answered since: the last state-machine entry before
   *     the term was a valid Relinquish (L4), or the group was never led before (S4); asked once a
   *     term
   * @param newTerm told once of each term that this replica begins to lead
   */
  Leadership(Lease lease, BooleanSupplier relinquished, LongConsumer newTerm) {
    this.lease = lease;
    this.relinquished = relinquished;
    this.newTerm = newTerm;
  }

  void attach(DivisionInfo division) {
    info = division;
  }

  /** Whether Ratis takes this replica for the leader; says nothing about what it may answer. */
  boolean isLeader() {
    DivisionInfo division = info;
    return division != null && division.isLeader();
  }

  /**
   * Whether the term was handed over by a leader that this replica followed. The log alone does not
   * tell: that of an idle partition may end with a Relinquish of long ago. Takes for handed over
   * what was elected when the successor of such a leader died before anything was written.
   */
  boolean wasHandedOver(long term) {
    return followed && lease.follows(term);
  }

  /** Begins or ends a transfer to another replica. */
  void passOn(boolean begins) {
    passingOn = begins;
  }

  /**
   * Whether a transfer from here is under way. Who asks meanwhile had better wait for its end, by
   * when this replica knows where to send them, than be sent round before anybody leads.
   */
  boolean isPassingOn() {
    return passingOn;
  }

  /** Whether requests for the leader may wait here, be it for the end of a transfer. */
  boolean leadsOrPassesOn() {
    return isLeader() || passingOn;
  }

  long currentTerm() {
    DivisionInfo division = info;
    return division == null ? 0 : division.getCurrentTerm();
  }

  /**
   * Whether this replica leads that very term. As terms only grow, "leader" read first and the term
   * read second cannot speak of a later leadership.
   */
  boolean leads(long term) {
    return isLeader() && currentTerm() == term;
  }

  /**
   * The term in which this replica leads and has applied its first own entry, so that everything of
   * earlier terms is applied too; 0 when there is none. Begins the wait of L2 when it is news.
   */
  long readyTerm() {
    DivisionInfo division = info;
    if (division == null || !division.isLeaderReady()) {
      if (division != null && !division.isLeader() && division.getLeaderId() != null) {
        followed = true;
      }
      return 0;
    }
    long term = division.getCurrentTerm();
    if (!division.isLeaderReady()) {
      return 0;
    }
    // Read after readiness: no entry before this term's first can still be unapplied.
    if (lease.isNews(term) && lease.lead(term, relinquished.getAsBoolean())) {
      newTerm.accept(term);
    }
    return term;
  }
}
