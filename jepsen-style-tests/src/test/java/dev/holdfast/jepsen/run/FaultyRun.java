package dev.holdfast.jepsen.run;

import static dev.holdfast.client.Expressions.add;
import static dev.holdfast.client.Expressions.increment;

import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.TableSpec;
import dev.holdfast.client.Update;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.nemesis.Fault;
import dev.holdfast.jepsen.nemesis.Nemesis;
import dev.holdfast.jepsen.workload.CounterWorkload;
import dev.holdfast.jepsen.workload.LostAnswersCounter;
import dev.holdfast.jepsen.workload.NativeRegisters;
import dev.holdfast.jepsen.workload.RegisterWorkload;
import dev.holdfast.jepsen.workload.Registers;
import dev.holdfast.jepsen.workload.SdkRegisters;
import dev.holdfast.jepsen.workload.SessionWorkload;
import dev.holdfast.jepsen.workload.Tally;
import dev.holdfast.protocol.model.ScalarType;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
import java.util.function.BooleanSupplier;
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
   * @param okCounts successful operations on registers by client
   * @param counters what the clients of each counter were told
   * @param counts what each counter says at the end
   */
  record Evidence(
      List<Operation> registers,
      List<Operation> sessions,
      List<Fault> faults,
      Map<String, Long> okCounts,
      long staleEventualReads,
      Map<String, Tally> counters,
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
  private final List<Fault> faults = new ArrayList<>();
  private final Map<String, Long> okCounts = Collections.synchronizedMap(new TreeMap<>());
  private final Map<String, Tally> counters = Collections.synchronizedMap(new TreeMap<>());
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

  /** What there is until now, also of a run that failed. */
  Evidence evidence() {
    return new Evidence(
        registers.operations(),
        sessions.operations(),
        List.copyOf(faults),
        Map.copyOf(okCounts),
        staleEventualReads.get(),
        Map.copyOf(counters),
        Map.copyOf(counts));
  }

  void run() throws IOException, InterruptedException {
    try (LocalCluster cluster = LocalCluster.start(3, PARTITIONS);
        HoldfastClient client = client(cluster, 0)) {
      try {
        run(cluster, client);
      } catch (AssertionError | RuntimeException e) {
        System.out.println(cluster.logs());
        throw e;
      }
    }
  }

  private void run(LocalCluster cluster, HoldfastClient client)
      throws IOException, InterruptedException {
    client.sync().createTable(TableSpec.named(TABLE).partitionKey("k", ScalarType.S));
    for (String other : OTHERS) {
      client.sync().createTable(TableSpec.named(other).partitionKey("k", ScalarType.S));
    }
    client.sync().table(TABLE).put(Document.builder().set("k", "set").set("n", 0).build());
    List<URI> nodes = IntStream.range(0, cluster.size()).mapToObj(cluster::endpoint).toList();
    RegisterWorkload workload = new RegisterWorkload(registers);
    List<HoldfastClient> sessionClients =
        IntStream.range(0, cluster.size()).mapToObj(node -> client(cluster, node)).toList();
    SessionWorkload sessionWorkload =
        new SessionWorkload(sessions, sessionClients, TABLE, OTHERS, SESSIONS);
    ExecutorService threads = Executors.newCachedThreadPool();
    BotoCounter boto = python == null ? null : BotoCounter.start(python, TABLE, "boto3", nodes);
    try {
      List<CompletableFuture<Void>> work = startRegisters(threads, workload, client, nodes);
      work.addAll(startSessions(threads, sessionWorkload));
      work.addAll(startCounters(threads, client));
      strikeUntilTheEnd(cluster, work);
      stopped.set(true);
      CompletableFuture.allOf(work.toArray(CompletableFuture[]::new)).join();
      if (boto != null) {
        counters.put("boto3", boto.end());
      }
      counters.put(
          "lost",
          LostAnswersCounter.run(nodes, TABLE, "lost", LOST_ANSWERS, random("lost answers", 0)));
      staleEventualReads.set(sessionWorkload.staleEventualReads());
      workload.readAll(new NativeRegisters(client, TABLE, () -> ReadLevel.STRONG));
      CounterWorkload counter = new CounterWorkload(client, TABLE);
      counters.keySet().forEach(key -> counts.put(key, counter.value(key)));
    } finally {
      stopped.set(true);
      if (boto != null) {
        boto.close();
      }
      threads.shutdown();
      threads.awaitTermination(END_SECONDS_MAX, TimeUnit.SECONDS);
      sessionClients.forEach(HoldfastClient::close);
    }
  }

  private List<CompletableFuture<Void>> startRegisters(
      ExecutorService threads, RegisterWorkload workload, HoldfastClient client, List<URI> nodes) {
    List<CompletableFuture<Void>> work = new ArrayList<>();
    for (int i = 0; i < REGISTER_CLIENTS; i++) {
      Random random = random("native", i);
      Registers byClient =
          new NativeRegisters(
              client,
              TABLE,
              () -> random.nextBoolean() ? ReadLevel.STRONG : ReadLevel.STRONG_FROM_ANY);
      work.add(start(threads, () -> onRegisters(workload, "native", byClient, random)));
      Registers bySdk = new SdkRegisters(nodes, i, TABLE);
      Random other = random("sdk", i);
      work.add(start(threads, () -> onRegisters(workload, "sdk", bySdk, other)));
    }
    return work;
  }

  private List<CompletableFuture<Void>> startSessions(
      ExecutorService threads, SessionWorkload workload) {
    return IntStream.range(0, SESSIONS)
        .mapToObj(i -> start(threads, () -> workload.run(i, random("session", i), stopped::get)))
        .toList();
  }

  private List<CompletableFuture<Void>> startCounters(
      ExecutorService threads, HoldfastClient client) {
    List<CompletableFuture<Void>> work = new ArrayList<>();
    for (int i = 0; i < COUNTER_CLIENTS; i++) {
      Random random = random("counter", i);
      work.add(start(threads, () -> onCounter(client, "add", add("n", 1), random)));
      work.add(start(threads, () -> onCounter(client, "set", increment("n", 1), random)));
    }
    return work;
  }

  private static CompletableFuture<Void> start(ExecutorService threads, Runnable work) {
    return CompletableFuture.runAsync(work, threads);
  }

  private void onRegisters(
      RegisterWorkload workload, String kind, Registers client, Random random) {
    try (client) {
      okCounts.merge(kind, workload.run(client, random, stopped::get), Long::sum);
    }
  }

  private void onCounter(HoldfastClient client, String key, Update one, Random random) {
    BooleanSupplier end = stopped::get;
    counters.merge(key, new CounterWorkload(client, TABLE).run(key, one, random, end), Tally::plus);
  }

  private void strikeUntilTheEnd(LocalCluster cluster, List<CompletableFuture<Void>> work) {
    Random random = random("nemesis", 0);
    Nemesis nemesis = new Nemesis(cluster, random);
    long begin = System.nanoTime();
    List<Fault.Kind> planned = new ArrayList<>();
    while (faults.size() < FAULTS.size() || System.nanoTime() - begin < length.toNanos()) {
      if (planned.isEmpty()) {
        planned.addAll(FAULTS);
        Collections.shuffle(planned, random);
      }
      faults.add(nemesis.strike(planned.remove(0)));
      work.stream() // one that ended early ended by a mistake of its own
          .filter(CompletableFuture::isCompletedExceptionally)
          .forEach(CompletableFuture::join);
    }
  }

  private Random random(String what, int number) {
    return new Random(seed ^ (31L * what.hashCode() + number));
  }

  /** Reads that any replica may serve go to this node first. */
  private static HoldfastClient client(LocalCluster cluster, int node) {
    HoldfastClient.Builder builder = HoldfastClient.builder().timeout(CALL_TIMEOUT);
    List.of(cluster.nativeAddresses()).forEach(builder::address);
    return builder.preferredNode(LocalCluster.name(node)).build();
  }
}
