package dev.holdfast.statemachine.model.lease;

import dev.holdfast.statemachine.model.Cells;

/**
 * One node's replica of one group, in a state. An entry is at a place of the log, 0 the first;
 * length, commit and applied are counts. The wait and ages are in units of the node's own clock.
 */
final class Replica {
  /** What an entry is. */
  enum Kind {
    /** The empty entry that a term begins with. */
    FIRST(0),
    /** Changes the one item that there is. */
    WRITE(1),
    RELINQUISH(2),
    /** A Relinquish that names another term than its own. */
    FOREIGN_RELINQUISH(3),
    /** The item is the child's from here on. */
    SPLIT(4);

    private final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  static final int FOLLOWER = 0;

  /** It has the votes, and does not know yet. */
  static final int ELECTED = 1;

  static final int LEADER = 2;

  /** A lease is void until the Relinquish under way is applied. */
  static final int UNTIL_RELINQUISHED = 100;

  private static final int KINDS = 8;
  private static final int TERM = 0;
  private static final int ROLE = 1;
  private static final int LENGTH = 2;
  private static final int COMMIT = 3;
  private static final int APPLIED = 4;
  private static final int AGREED = 5;
  private static final int PROOF = 6;
  private static final int WAIT = 7;
  private static final int VOIDED = 8;
  private static final int PREPARED = 9;
  private static final int FIRST = 10;
  private static final int LOG = 11;

  private final Cells cells;
  private final int base;
  private final int logMax;
  final int node;

  Replica(Cells cells, int base, int logMax, int node) {
    this.cells = cells;
    this.base = base;
    this.logMax = logMax;
    this.node = node;
  }

  static int cellCount(int logMax) {
    return LOG + 2 * logMax;
  }

  private int at(int place) {
    return cells.at(base + place);
  }

  private void put(int place, int number) {
    cells.put(base + place, number);
  }

  int term() {
    return at(TERM);
  }

  int role() {
    return at(ROLE);
  }

  boolean leads() {
    return at(ROLE) == LEADER;
  }

  int length() {
    return at(LENGTH);
  }

  int commit() {
    return at(COMMIT);
  }

  void commit(int count) {
    put(COMMIT, count);
  }

  int applied() {
    return at(APPLIED);
  }

  void applied(int count) {
    put(APPLIED, count);
  }

  /** How many entries some other node has said that it has. */
  int agreed() {
    return at(AGREED);
  }

  void agreed(int count) {
    put(AGREED, count);
  }

  /** The age of the entry that proves the lease; none when it is not in force. */
  int proof() {
    return at(PROOF);
  }

  void proof(int age) {
    put(PROOF, age);
  }

  int waitUnits() {
    return at(WAIT);
  }

  void waitUnits(int units) {
    put(WAIT, units);
  }

  /** So many entries prove nothing. */
  int voided() {
    return at(VOIDED);
  }

  void voided(int count) {
    put(VOIDED, count);
  }

  /** The term of the Relinquish that is about to be submitted; 0 for none. */
  int prepared() {
    return at(PREPARED);
  }

  void prepared(int term) {
    put(PREPARED, term);
  }

  /** Whether it has applied its own first entry, and so all before it. */
  boolean isReady() {
    return leads() && applied() >= at(FIRST);
  }

  int entry(int place) {
    return at(LOG + place);
  }

  int entryTerm(int place) {
    return entry(place) / KINDS;
  }

  boolean is(int place, Kind kind) {
    return entry(place) % KINDS == kind.number;
  }

  int count(Kind kind) {
    int count = 0;
    for (int place = 0; place < length(); place++) {
      count += is(place, kind) ? 1 : 0;
    }
    return count;
  }

  int lastTerm() {
    return length() == 0 ? 1 : entryTerm(length() - 1);
  }

  /** The age of an entry of its own; see {@link Clocks}. */
  int age(int place) {
    return at(LOG + logMax + place);
  }

  void age(int place, int age) {
    put(LOG + logMax + place, age);
  }

  boolean hasRoom() {
    return length() < logMax;
  }

  void append(Kind kind, int age) {
    int place = length();
    put(LOG + place, term() * KINDS + kind.number);
    age(place, age);
    put(LENGTH, place + 1);
  }

  /** Takes over what the leader has, as Raft does: only what contradicts it is cut off. */
  void take(Replica leader) {
    for (int place = 0; place < leader.length(); place++) {
      if (place < length() && entry(place) != leader.entry(place)) {
        cut(place);
      }
      if (place >= length()) {
        put(LOG + place, leader.entry(place));
        put(LENGTH, place + 1);
      }
    }
  }

  private void cut(int from) {
    for (int place = from; place < length(); place++) {
      put(LOG + place, 0);
      age(place, 0);
    }
    put(LENGTH, from);
    put(COMMIT, Math.min(commit(), from));
    put(APPLIED, Math.min(applied(), from));
  }

  /** Follows in a term, be it in one that it led. What it knew as a leader is void. */
  void follow(int newTerm, boolean agesKept) {
    put(TERM, newTerm);
    put(ROLE, FOLLOWER);
    put(AGREED, 0);
    put(PROOF, 0);
    put(WAIT, 0);
    put(VOIDED, 0);
    put(FIRST, 0);
    for (int place = 0; !agesKept && place < logMax; place++) {
      age(place, 0);
    }
  }

  void elected(int units) {
    put(ROLE, ELECTED);
    put(WAIT, units);
  }

  /** Leads, and its first entry is in its log. */
  void lead(int units, int ageOfFirst) {
    put(ROLE, LEADER);
    append(Kind.FIRST, ageOfFirst);
    put(FIRST, length());
    put(WAIT, units);
  }

  /** As the group begins: everybody has all there was, and one leads. */
  void leadFromTheStart() {
    put(ROLE, LEADER);
  }

  void startAt(int term) {
    put(TERM, term);
  }
}
