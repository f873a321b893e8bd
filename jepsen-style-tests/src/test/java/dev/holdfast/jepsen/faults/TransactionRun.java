package dev.holdfast.jepsen.faults;

import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.history.BankOperation;
import dev.holdfast.jepsen.history.ListOperation;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.nemesis.Fault;
import dev.holdfast.jepsen.nemesis.Nemesis;
import dev.holdfast.jepsen.nemesis.Rounds;
import dev.holdfast.jepsen.store.AwsSdk;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.NextNodeSdk;
import dev.holdfast.jepsen.store.SdkClients;
import dev.holdfast.jepsen.store.Store;
import dev.holdfast.jepsen.workload.BankWorkload;
import dev.holdfast.jepsen.workload.ListAppendWorkload;
import dev.holdfast.jepsen.workload.Workload;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * One run: write skew is tried on a healthy cluster; then a bank and lists on one whose nodes fail,
 * one fault after the other; then a coordinator dies whose clients do not come back, and what is
 * left behind is looked for. Every node takes part as a coordinator, so whichever is struck has
 * transactions under way. What is random comes from the seed; the interleaving of processes and the
 * places of the tables do not.
 */
final class TransactionRun {
  private static final int PARTITIONS = 4;
  private static final List<String> TABLES =
      IntStream.range(0, 6).mapToObj(table -> "table-" + table).toList();
  private static final int LIST_CLIENTS = 5;
  private static final int BANK_CLIENTS = 3;
  private static final int SWITCH_PAIRS = 40;
  private static final int END_SECONDS_MAX = 60;

  /** Five seconds until an attempt can no longer commit, and two to find and finish it. */
  static final Duration INTENTS_GONE_WITHIN = Duration.ofSeconds(7);

  private static final List<Fault.Kind> FAULTS =
      List.of(
          Fault.Kind.KILL_LEADER,
          Fault.Kind.KILL_FOLLOWER,
          Fault.Kind.PAUSE_LEADER,
          Fault.Kind.SPLIT_AND_KILL,
          Fault.Kind.MERGE_AND_KILL,
          Fault.Kind.STOP_LEADER);

  /** What a run left behind; what it did not come to is empty. */
  static final class Evidence {
    List<ListOperation> lists = List.of();
    List<BankOperation> bank = List.of();
    List<Fault> faults = List.of();
    Map<String, List<Long>> finalLists = Map.of();
    WriteSkew.@Nullable Outcome writeSkew;
    Leftovers.@Nullable Found leftovers;

    /** Transactions over several partitions before the first fault, by the nodes' own count. */
    double distributedBeforeFaults;

    /** By the count of each node since it was last started. */
    double distributedAtEnd;
  }

  private final long seed;
  private final Duration length;
  private final Evidence evidence = new Evidence();
  private final Recorder<ListOperation> lists = new Recorder<>();
  private final Recorder<BankOperation> bank = new Recorder<>();
  private final List<Fault> faults = new ArrayList<>();
  private final AtomicBoolean stopped = new AtomicBoolean();

  /**
   * @param length how long faults go on; each planned one happens at least once
   */
  TransactionRun(long seed, Duration length) {
    this.seed = seed;
    this.length = length;
  }

  /** What there is until now, also of a run that failed. */
  Evidence evidence() {
    evidence.lists = lists.operations();
    evidence.bank = bank.operations();
    evidence.faults = List.copyOf(faults);
    return evidence;
  }

  void run() throws InterruptedException {
    try (LocalCluster cluster = LocalCluster.start(3, PARTITIONS)) {
      try {
        List<URI> nodes = IntStream.range(0, cluster.size()).mapToObj(cluster::endpoint).toList();
        try (DynamoDbClient client = AwsSdk.client(nodes.get(0))) {
          TABLES.forEach(table -> AwsSdk.createTable(client, table));
        }
        run(cluster, nodes);
      } catch (AssertionError | RuntimeException e) {
        System.out.println(cluster.logs());
        throw e;
      }
    }
  }

  private void run(LocalCluster cluster, List<URI> nodes) throws InterruptedException {
    WriteSkew skew = new WriteSkew(nodes, TABLES);
    evidence.writeSkew = skew.run(SWITCH_PAIRS);
    evidence.distributedBeforeFaults = sum(cluster, "holdfast_transactions_distributed_total");
    Clients clients = new SdkClients(nodes);
    ListAppendWorkload listWorkload = new ListAppendWorkload(lists, TABLES);
    BankWorkload bankWorkload = new BankWorkload(bank, TABLES);
    underFaults(cluster, clients, listWorkload, bankWorkload);
    try (NextNodeSdk sdk = new NextNodeSdk(nodes, 0);
        Store store = clients.open(0)) {
      List<Map.Entry<String, String>> items = new ArrayList<>(skew.switches());
      for (String list : listWorkload.lists()) {
        items.add(Map.entry(listWorkload.cell(list).table(), list));
      }
      for (String account : BankWorkload.atFirst().keySet()) {
        items.add(Map.entry(bankWorkload.cell(account).table(), account));
      }
      Random random = random("orphans", 0);
      long killedNanos = new Orphans(cluster, items).leave(random.nextInt(nodes.size()), random);
      evidence.leftovers =
          new Leftovers(cluster, killedNanos).look(sdk, items, INTENTS_GONE_WITHIN);
      evidence.finalLists = listWorkload.readAll(store);
      bankWorkload.finish(store);
    }
    evidence.distributedAtEnd = sum(cluster, "holdfast_transactions_distributed_total");
  }

  private static double sum(LocalCluster cluster, String metric) {
    return IntStream.range(0, cluster.size())
        .mapToDouble(node -> cluster.metric(node, metric).orElse(0))
        .sum();
  }

  /** Returns when all clients have ended. */
  private void underFaults(
      LocalCluster cluster,
      Clients clients,
      ListAppendWorkload listWorkload,
      BankWorkload bankWorkload)
      throws InterruptedException {
    ExecutorService threads = Executors.newCachedThreadPool();
    List<CompletableFuture<Void>> work = new ArrayList<>();
    try {
      try (Store store = clients.open(0)) {
        bankWorkload.open(store);
      }
      for (int i = 0; i < LIST_CLIENTS; i++) {
        work.add(start(threads, listWorkload, clients, i, random("lists", i)));
      }
      for (int i = 0; i < BANK_CLIENTS; i++) {
        work.add(start(threads, bankWorkload, clients, i, random("bank", i)));
      }
      strikeUntilTheEnd(cluster, work);
      stopped.set(true);
      CompletableFuture.allOf(work.toArray(CompletableFuture[]::new)).join();
    } finally {
      stopped.set(true);
      threads.shutdown();
      threads.awaitTermination(END_SECONDS_MAX, TimeUnit.SECONDS);
    }
  }

  private CompletableFuture<Void> start(
      ExecutorService threads, Workload workload, Clients clients, int number, Random random) {
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
