package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.history.CounterOperation;
import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.nemesis.Fault;
import dev.holdfast.jepsen.nemesis.Nemesis;
import dev.holdfast.jepsen.nemesis.Rounds;
import dev.holdfast.jepsen.store.Cell;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.CountedClients;
import dev.holdfast.jepsen.store.NativeClients;
import dev.holdfast.jepsen.store.SdkClients;
import dev.holdfast.jepsen.store.Store;
import dev.holdfast.jepsen.workload.CounterWorkload;
import dev.holdfast.jepsen.workload.LostAnswersCounter;
import dev.holdfast.jepsen.workload.RegisterWorkload;
import dev.holdfast.jepsen.workload.SessionWorkload;
import dev.holdfast.jepsen.workload.Tally;
import dev.holdfast.jepsen.workload.Workload;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One run: registers, sessions and counters on a cluster whose nodes fail, one fault after the
 * other. What is random comes from the seed; the interleaving of processes does not.
 */
final class FaultyRun {
  /** Few at first, as each makes a restart longer; splits add to them. */
  private static final int PARTITIONS = 2;

  private static final String TABLE = "jepsen";

  /** As ids are random, some of them lie in the other partition, in seven runs of eight. */
  private static final List<String> OTHERS = List.of("jepsen-b", "jepsen-c", "jepsen-d");

  private static final int REGISTER_CLIENTS = 3; // of each kind
  private static final int SESSIONS = 3;
  private static final int COUNTER_CLIENTS = 2;
  private static final int LOST_ANSWERS = 40;
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
  private static final int END_SECONDS_MAX = 60;

  /** Every kind, the leader's death oftener: it is what exactly-once is about. */
  private static final List<Fault.Kind> FAULTS =
      List.of(
          Fault.Kind.KILL_LEADER,
          Fault.Kind.PAUSE_LEADER,
          Fault.Kind.KILL_LEADER,
          Fault.Kind.KILL_FOLLOWER,
          Fault.Kind.KILL_LEADER,
          Fault.Kind.STOP_LEADER,
          Fault.Kind.PAUSE_FOLLOWER,
          Fault.Kind.SPLIT,
          Fault.Kind.MERGE,
          Fault.Kind.SPLIT_AND_KILL,
          Fault.Kind.MERGE_AND_KILL,
          Fault.Kind.KILL_ALL);

  /**
   * What a run left behind.
   *
   * @param answers calls that were answered, by the client that registers were used with
   * @param tallies what the clients of each counter of other clients were told
   * @param counts what each of these counters says at the end
   */
  record Evidence(
      List<Operation> registers,
      List<Operation> sessions,
      List<CounterOperation> counters,
      List<Fault> faults,
      Map<String, Long> answers,
      long staleEventualReads,
      Map<String, Tally> tallies,
      Map<String, Long> counts) {
    Map<Fault.Kind, Long> faultCounts() {
      Map<Fault.Kind, Long> counts = new EnumMap<>(Fault.Kind.class);
      faults.forEach(fault -> counts.merge(fault.kind(), 1L, Long::sum));
      return counts;
    }
  }

  private final long seed;
  private final Duration length;
  private final @Nullable String python;
  private final Recorder<Operation> registers = new Recorder<>();
  private final Recorder<Operation> sessions = new Recorder<>();
  private final Recorder<CounterOperation> counters = new Recorder<>();
  private final List<Fault> faults = new ArrayList<>();
  private final Map<String, Long> answers = new TreeMap<>();
  private final Map<String, Tally> tallies = new TreeMap<>();
  private final Map<String, Long> counts = new TreeMap<>();
  private final AtomicLong staleEventualReads = new AtomicLong();
  private final AtomicBoolean stopped = new AtomicBoolean();

  /**
   * @param length how long faults go on; each planned one happens at least once
   * @param python an interpreter that has boto3; null for none
   */
  FaultyRun(long seed, Duration length, @Nullable String python) {
    this.seed = seed;
    this.length = length;
    this.python = python;
  }

  /** Each of them happens. */
  static Fault.Kind[] kinds() {
    return FAULTS.stream().distinct().toArray(Fault.Kind[]::new);
  }

  /** What there is until now, also of a run that failed. */
  Evidence evidence() {
    return new Evidence(
        registers.operations(),
        sessions.operations(),
        counters.operations(),
        List.copyOf(faults),
        Map.copyOf(answers),
        staleEventualReads.get(),
        Map.copyOf(tallies),
        Map.copyOf(counts));
  }

  void run() throws IOException, InterruptedException {
    try (LocalCluster cluster = LocalCluster.start(3, PARTITIONS);
        NativeClients clients = clients(cluster)) {
      try {
        run(cluster, clients);
      } catch (AssertionError | RuntimeException e) {
        System.out.println(cluster.logs());
        throw e;
      }
    }
  }

  /** Reads that any replica may serve go to another node first with each of them. */
  private static NativeClients clients(LocalCluster cluster) {
    return new NativeClients(
        List.of(cluster.nativeAddresses()),
        IntStream.range(0, cluster.size()).mapToObj(LocalCluster::name).toList(),
        CALL_TIMEOUT,
        List.of());
  }

  private void run(LocalCluster cluster, NativeClients clients)
      throws IOException, InterruptedException {
    List<URI> nodes = IntStream.range(0, cluster.size()).mapToObj(cluster::endpoint).toList();
    CountedClients byClient = new CountedClients(clients);
    CountedClients bySdk = new CountedClients(new SdkClients(nodes));
    RegisterWorkload registerWorkload = new RegisterWorkload(registers, TABLE);
    SessionWorkload sessionWorkload = new SessionWorkload(sessions, TABLE, OTHERS, SESSIONS);
    CounterWorkload counterWorkload = new CounterWorkload(counters, TABLE);
    ExecutorService threads = Executors.newCachedThreadPool();
    try (Store store = clients.open(0)) {
      sessionWorkload.prepare(store); // with the table of the others
      BotoCounter boto = python == null ? null : BotoCounter.start(python, TABLE, "boto3", nodes);
      try {
        List<CompletableFuture<Void>> work = new ArrayList<>();
        for (int i = 0; i < REGISTER_CLIENTS; i++) {
          work.add(start(threads, registerWorkload, byClient, i));
          work.add(start(threads, registerWorkload, bySdk, i));
        }
        for (int i = 0; i < SESSIONS; i++) {
          work.add(start(threads, sessionWorkload, clients, i));
        }
        for (int i = 0; i < COUNTER_CLIENTS; i++) {
          work.add(start(threads, counterWorkload, clients, i));
        }
        strikeUntilTheEnd(cluster, work);
        stopped.set(true);
        CompletableFuture.allOf(work.toArray(CompletableFuture[]::new)).join();
        answers.put("native", byClient.answers());
        answers.put("sdk", bySdk.answers());
        staleEventualReads.set(sessionWorkload.staleEventualReads());
        if (boto != null) {
          tallies.put("boto3", boto.end());
        }
        Random random = random("lost answers", 0);
        tallies.put("lost", LostAnswersCounter.run(nodes, TABLE, "lost", LOST_ANSWERS, random));
        registerWorkload.finish(store);
        counterWorkload.finish(store);
        tallies.keySet().forEach(counter -> counts.put(counter, count(store, counter)));
      } finally {
        stopped.set(true);
        if (boto != null) {
          boto.close();
        }
        threads.shutdown();
        threads.awaitTermination(END_SECONDS_MAX, TimeUnit.SECONDS);
      }
    }
  }

  private static long count(Store store, String counter) {
    Long value = store.get(Cell.of(TABLE, counter), Store.Level.STRONG).value();
    return value == null ? 0 : value;
  }

  private CompletableFuture<Void> start(
      ExecutorService threads, Workload workload, Clients clients, int number) {
    Random random = random(workload.getClass().getSimpleName() + clients.getClass(), number);
    return CompletableFuture.runAsync(
        () -> workload.run(clients, number, random, stopped::get), threads);
  }

  private void strikeUntilTheEnd(LocalCluster cluster, List<CompletableFuture<Void>> work) {
    Random random = random("nemesis", 0);
    Nemesis nemesis = new Nemesis(cluster, random);
    long begin = System.nanoTime();
    Rounds rounds = new Rounds(FAULTS, random);
    while (faults.size() < FAULTS.size() || System.nanoTime() - begin < length.toNanos()) {
      faults.add(nemesis.strike(rounds.next()));
      work.stream() // one that ended early ended by a mistake of its own
          .filter(CompletableFuture::isCompletedExceptionally)
          .forEach(CompletableFuture::join);
    }
  }

  private Random random(String what, int number) {
    return new Random(seed ^ (31L * what.hashCode() + number));
  }
}
