package dev.holdfast.node.consensus;

import dev.holdfast.node.consensus.SimulatedRaft.Append;
import dev.holdfast.node.consensus.SimulatedRaft.Appended;
import dev.holdfast.node.consensus.SimulatedRaft.AskVote;
import dev.holdfast.node.consensus.SimulatedRaft.Entry;
import dev.holdfast.node.consensus.SimulatedRaft.Kind;
import dev.holdfast.node.consensus.SimulatedRaft.Message;
import dev.holdfast.node.consensus.SimulatedRaft.Vote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes with the real {@link Lease} on an abstract Raft: messages are delayed, reordered and
 * lost, clocks drift, nodes are suspended, elections happen at any time. Every step is drawn from
 * the seed, so a run repeats exactly.
 *
 * <p>What is checked is invariant 4: once an answer has shown a version of the state, no strong
 * read that begins later shows an older one. A {@link LeaseRule} can be broken, to see that the
 * check would notice. Two rules are kept here and cannot be broken, as random runs did not come
 * upon what they prevent: that the wait begins after the election (L2), and that Relinquish counts
 * only in the term that it names (L4).
 */
final class LeaseSimulation {
  private static final int NODES = 3;
  private static final long D_MILLIS = 100;
  private static final double DRIFT_MAX = 0.3;

  /** A strong read that waits at a node for an index. */
  private record PendingRead(int node, long term, int index, int floor) {}

  private record HeldResult(int node, long term, int version) {}

  private final class SimulatedClock implements ConsensusClock {
    private final double rate;
    private final boolean wallRunsInSuspension;
    private double monotonicMillis = 1_000;

    SimulatedClock(double rate, boolean wallRunsInSuspension) {
      this.rate = rate;
      this.wallRunsInSuspension = wallRunsInSuspension;
    }

    @Override
    public long monotonicNanos() {
      return (long) (monotonicMillis * 1_000_000);
    }

    @Override
    public long wallMicros() {
      return wallRunsInSuspension
          ? TimeUnit.MILLISECONDS.toMicros(realMillis)
          : (long) (monotonicMillis * 1_000);
    }
  }

  private final class Node {
    final int id;
    final SimulatedClock clock;
    final Lease lease;
    final Map<Integer, Lease.Moment> submitted = new HashMap<>();
    final int[] match = new int[NODES];
    List<Entry> log = new ArrayList<>();
    long term;
    boolean leader;
    Set<Integer> votes = Set.of();
    int commit; // counts of entries
    int applied;
    int firstOwn;
    boolean relinquished;
    long prepared; // the term of a Relinquish that is about to be submitted; 0 for none
    long suspendedUntilMillis;

    Node(int id, double rate) {
      this.id = id;
      clock = new SimulatedClock(rate, kept(LeaseRule.L1_WALL_CLOCK));
      long length = kept(LeaseRule.L1_LENGTH) || id > 0 ? D_MILLIS : 2 * D_MILLIS;
      double drift = kept(LeaseRule.L1_DRIFT) ? DRIFT_MAX : 0;
      lease = new Lease(Duration.ofMillis(length), drift, clock);
    }

    /** As {@code Leadership.readyTerm}. */
    long readyTerm() {
      if (!leader || applied < firstOwn) {
        return 0;
      }
      lease.lead(term, relinquished || broken(LeaseRule.L2_WAIT));
      return term;
    }

    boolean mayAnswer() {
      return readyTerm() != 0 && lease.mayAnswer(term);
    }

    void sees(long newTerm) {
      if (newTerm > term) {
        term = newTerm;
        leader = false;
        votes = Set.of();
      }
    }
  }

  /** Of deliver, apply, write, replicate, read, answer, relinquish, stand, isolate and suspend. */
  private static final int[] WEIGHTS = {60, 300, 200, 200, 200, 120, 40, 12, 24, 4};

  private static final int MESSAGES_MAX = 12;
  private static final int NOBODY = -1;

  private final int[] weights = WEIGHTS.clone();
  private final int weightSum;
  private final Random random;
  private final Set<LeaseRule> broken;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Message> messages = new ArrayList<>();
  private final List<PendingRead> reads = new ArrayList<>();
  private final List<HeldResult> heldResults = new ArrayList<>();
  private long realMillis = 1_000;
  private int isolated = NOBODY;
  private int floor;
  private int answerCount;
  private @Nullable String violation;

  LeaseSimulation(long seed, Set<LeaseRule> broken) {
    this.random = new Random(seed);
    this.broken = broken.isEmpty() ? EnumSet.noneOf(LeaseRule.class) : EnumSet.copyOf(broken);
    for (int id = 0; id < NODES; id++) {
      double rate = 1 + DRIFT_MAX * (random.nextInt(3) - 1); // slow, right or fast
      nodes.add(new Node(id, rate));
    }
    for (int i = 1; i < weights.length; i++) {
      weights[i] = weights[i] * (1 << random.nextInt(6)) / 4; // each run stresses something else
    }
    weightSum = Arrays.stream(weights).sum();
  }

  private boolean broken(LeaseRule rule) {
    return broken.contains(rule);
  }

  private boolean kept(LeaseRule rule) {
    return !broken.contains(rule);
  }

  /** The first stale read, in words; null when there was none. */
  @Nullable String run(int steps) {
    for (int step = 0; step < steps && violation == null; step++) {
      pass(random.nextInt(20) == 0 ? random.nextInt(20) : random.nextInt(2));
      Node node = nodes.get(random.nextInt(NODES));
      for (int again = 0; again < 2 && !node.leader; again++) {
        node = nodes.get(random.nextInt(NODES)); // leaders have more to do
      }
      if (!isSuspended(node)) {
        act(node);
      }
    }
    return violation;
  }

  /** Reads and results that were answered, so that a run without violation says something. */
  int answerCount() {
    return answerCount;
  }

  private void pass(long millis) {
    for (Node node : nodes) {
      long from = Math.max(realMillis, node.suspendedUntilMillis);
      node.clock.monotonicMillis += Math.max(0, realMillis + millis - from) * node.clock.rate;
    }
    realMillis += millis;
  }

  private void act(Node node) {
    int choice = random.nextInt(weightSum);
    int action = 0;
    while (choice >= weights[action]) {
      choice -= weights[action++];
    }
    switch (action) {
      case 0 -> deliverDelayed();
      case 1 -> apply(node);
      case 2 -> write(node);
      case 3 -> replicate(node);
      case 4 -> beginRead(node);
      case 5 -> {
        endReads(node);
        releaseResults(node);
      }
      case 6 -> relinquish(node);
      case 7 -> stand(node);
      case 8 -> isolate(node);
      default -> node.suspendedUntilMillis = realMillis + random.nextInt((int) (2 * D_MILLIS));
    }
  }

  /** Cuts a node off, often while another one stands; or joins the one that was cut off. */
  private void isolate(Node node) {
    if (isolated != NOBODY) {
      isolated = NOBODY;
    } else {
      isolated = node.id;
      perhapsAnotherStands(node);
    }
  }

  private void perhapsAnotherStands(Node node) {
    if (random.nextBoolean()) {
      Node other = nodes.get((node.id + 1 + random.nextInt(NODES - 1)) % NODES);
      other.sees(node.term);
      stand(other);
    }
  }

  private void write(Node node) {
    if (node.leader) {
      submit(node, Kind.WRITE, 0);
      if (random.nextBoolean()) {
        replicate(node);
      }
    }
  }

  private void submit(Node node, Kind kind, long named) {
    node.submitted.put(node.log.size(), node.lease.now());
    int version = version(node, node.log.size()) + (kind == Kind.WRITE ? 1 : 0);
    node.log.add(new Entry(node.term, kind, named, version));
  }

  private void replicate(Node node) {
    for (int to = 0; node.leader && to < NODES; to++) {
      if (to != node.id) {
        send(new Append(node.id, to, node.term, List.copyOf(node.log), node.commit));
      }
    }
  }

  private void stand(Node node) {
    if (node.leader) {
      return;
    }
    node.sees(node.term + 1);
    node.votes = Set.of(node.id);
    for (int to = 0; to < NODES; to++) {
      if (to != node.id) {
        send(new AskVote(node.id, to, node.term, lastTerm(node), node.log.size()));
      }
    }
  }

  private static long lastTerm(Node node) {
    return node.log.isEmpty() ? 0 : node.log.get(node.log.size() - 1).term();
  }

  /** Most messages arrive at once; some are delayed, and then overtaken or lost. */
  private void send(Message message) {
    if (random.nextInt(message instanceof AskVote ? 2 : 4) > 0) {
      deliver(message);
    } else {
      messages.add(message);
      if (messages.size() > MESSAGES_MAX) {
        messages.remove(0); // lost
      }
    }
  }

  private void deliverDelayed() {
    if (!messages.isEmpty()) {
      deliver(messages.remove(random.nextInt(messages.size())));
    }
  }

  private void deliver(Message message) {
    if (message.from() == isolated
        || message.to() == isolated
        || isSuspended(nodes.get(message.to()))) {
      return; // lost
    }
    if (message instanceof Append append) {
      append(append, nodes.get(append.to()));
    } else if (message instanceof Appended appended) {
      appended(appended, nodes.get(appended.to()));
    } else if (message instanceof AskVote ask) {
      askVote(ask, nodes.get(ask.to()));
    } else if (message instanceof Vote vote) {
      vote(vote, nodes.get(vote.to()));
    }
  }

  private void append(Append message, Node node) {
    if (message.term() < node.term) {
      return;
    }
    node.sees(message.term());
    node.votes = Set.of();
    for (int i = 0; i < message.log().size(); i++) {
      if (i < node.log.size() && node.log.get(i).term() != message.log().get(i).term()) {
        node.log = new ArrayList<>(node.log.subList(0, i));
        int from = i;
        node.submitted.keySet().removeIf(index -> index >= from);
      }
      if (i >= node.log.size()) {
        node.log.add(message.log().get(i));
      }
    }
    node.commit = Math.max(node.commit, Math.min(message.commit(), message.log().size()));
    send(new Appended(node.id, message.from(), node.term, message.log().size()));
  }

  private boolean isSuspended(Node node) {
    return node.suspendedUntilMillis > realMillis;
  }

  private void appended(Appended message, Node node) {
    if (!node.leader || node.term != message.term()) {
      return;
    }
    node.match[message.from()] = Math.max(node.match[message.from()], message.match());
    int agreed = node.match[message.from()]; // with this node's own log a majority of three
    if (agreed > node.commit && node.log.get(agreed - 1).term() == node.term) {
      node.commit = agreed;
      if (random.nextBoolean()) {
        apply(node);
      }
    }
  }

  private void askVote(AskVote message, Node node) {
    if (message.term() <= node.term) {
      return;
    }
    node.sees(message.term());
    boolean upToDate =
        message.lastTerm() > lastTerm(node)
            || (message.lastTerm() == lastTerm(node) && message.length() >= node.log.size());
    if (upToDate) {
      send(new Vote(node.id, message.from(), node.term));
    }
  }

  private void vote(Vote message, Node node) {
    if (node.term != message.term() || node.leader || node.votes.isEmpty()) {
      return;
    }
    node.leader = true;
    Arrays.fill(node.match, 0);
    node.log.add(new Entry(node.term, Kind.NOOP, 0, version(node, node.log.size())));
    node.firstOwn = node.log.size();
    if (random.nextBoolean()) {
      replicate(node);
    }
  }

  private void apply(Node node) {
    while (node.applied < node.commit) {
      int index = node.applied++;
      Entry entry = node.log.get(index);
      if (entry.kind() != Kind.NOOP) {
        boolean valid = entry.kind() == Kind.RELINQUISH && entry.named() == entry.term();
        node.relinquished = valid || (node.relinquished && broken(LeaseRule.L4_NOTHING_BETWEEN));
        if (valid && kept(LeaseRule.L4_VOID_FIRST)) {
          node.lease.relinquished(entry.term(), index);
        }
      }
      Lease.Moment submitted = node.submitted.remove(index);
      if (submitted != null && node.readyTerm() == entry.term()) {
        node.lease.prove(
            entry.term(),
            index,
            kept(LeaseRule.L1_TIME_BEFORE_SUBMISSION) ? submitted : node.lease.now());
        if (entry.kind() == Kind.WRITE) {
          result(node, entry.term(), version(node, node.applied));
        }
      }
      node.readyTerm();
      if (random.nextBoolean()) {
        return;
      }
    }
  }

  private void result(Node node, long term, int version) {
    if (node.mayAnswer() || broken(LeaseRule.L2_RESULTS_WAIT)) {
      shown(version);
    } else {
      heldResults.add(new HeldResult(node.id, term, version));
    }
  }

  private void releaseResults(Node node) {
    heldResults.removeIf(
        held -> {
          if (held.node() != node.id) {
            return false;
          }
          boolean leads = node.leader && node.term == held.term();
          if (leads && node.mayAnswer()) {
            shown(held.version());
          }
          return !leads || node.mayAnswer();
        });
  }

  /** Some client has been told of this version. */
  private void shown(int version) {
    answerCount++;
    floor = Math.max(floor, version);
  }

  private static int version(Node node, int entryCount) {
    return entryCount == 0 ? 0 : node.log.get(entryCount - 1).version();
  }

  /** On the leader, or on any replica that asks it. */
  private void beginRead(Node leader) {
    if (leader.mayAnswer() && leader.lease.remainingNanos(leader.term) > 0) {
      int index = kept(LeaseRule.L3_COMMIT_INDEX) ? leader.commit : leader.applied;
      int at = random.nextBoolean() ? leader.id : random.nextInt(NODES);
      reads.add(new PendingRead(at, leader.term, index, floor));
      endReads(leader);
    }
  }

  private void endReads(Node node) {
    reads.removeIf(
        read -> {
          if (read.node() != node.id || node.applied < read.index()) {
            return false;
          }
          if (node.term == read.term() || broken(LeaseRule.L5_TERM_UNCHANGED)) {
            int version = version(node, node.applied);
            if (version < read.floor()) {
              violation =
                  "node " + node.id + " showed version " + version + " after " + read.floor();
            }
            shown(version);
          }
          return true;
        });
  }

  private void relinquish(Node node) {
    if (node.prepared != 0) {
      if (random.nextInt(3) > 0) {
        return; // on its way for long
      }
      if (node.leader) {
        submit(node, Kind.RELINQUISH, node.prepared);
        if (broken(LeaseRule.L4_LATER_ENTRIES_ONLY)) {
          node.lease.relinquishAbandoned(node.prepared);
        }
        if (random.nextBoolean()) {
          replicate(node);
          isolated = random.nextBoolean() ? node.id : isolated;
          perhapsAnotherStands(node);
        }
      }
      node.prepared = 0;
    } else if (node.readyTerm() != 0) {
      boolean voided = kept(LeaseRule.L4_VOID_FIRST) && node.lease.relinquish(node.term);
      boolean may =
          broken(LeaseRule.L4_VOID_FIRST)
              ? node.mayAnswer()
              : voided || broken(LeaseRule.L4_AFTER_OWN_WAIT);
      node.prepared = may ? node.term : 0;
    }
  }
}
