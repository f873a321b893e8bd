package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.cluster.Launch;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.LocalCluster.Disks;
import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.History;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.history.Timed;
import dev.holdfast.jepsen.nemesis.Fault;
import dev.holdfast.jepsen.nemesis.Nemesis;
import dev.holdfast.jepsen.nemesis.Rounds;
import dev.holdfast.jepsen.store.CountedClients;
import dev.holdfast.jepsen.store.NativeClients;
import dev.holdfast.jepsen.store.SdkClients;
import dev.holdfast.jepsen.store.Store;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One run: a fresh cluster, clients of one workload, one fault after the other, and the judgement
 * of what the clients saw. Once.
 */
public final class Run {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
  private static final int END_SECONDS_MAX = 120;
  private static final int ONE_WITH_BOTH_COMPILERS_OF = 4;
  private static final long QUIET_MILLIS_MIN = 300;
  private static final long QUIET_MILLIS_RANGE = 1_200;

  private final RunOptions options;
  private final Launch launch;
  private final Consumer<String> progress;
  private final List<Strike> strikes = new ArrayList<>();
  private final SortedMap<String, Long> answers = new TreeMap<>();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private boolean isWhole = true; // all clients have ended

  /**
   * @param progress is told what happens, a line each time
   */
  public Run(RunOptions options, Consumer<String> progress) {
    this(options, Launch.PLAIN, progress);
  }

  /**
   * @param launch how nodes are started
   * @param progress is told what happens, a line each time
   */
  public Run(RunOptions options, Launch launch, Consumer<String> progress) {
    this.options = options;
    this.launch = steered(launch);
    this.progress = progress;
  }

  private Launch steered(Launch plain) {
    Launch steered = options.needsClocks() ? plain.withClocks() : plain;
    steered = options.needsFlushes() ? steered.withFlushes() : steered;
    boolean isAsInProduction = random("compilers", 0).nextInt(ONE_WITH_BOTH_COMPILERS_OF) == 0;
    return isAsInProduction ? steered.withBothCompilers() : steered;
  }

  /** Never throws for what the store or the run got wrong: the report says it. */
  public Report report() throws InterruptedException {
    return report(options.experiment());
  }

  private <O extends Timed> Report report(Experiment<O> experiment) throws InterruptedException {
    Experiment.Begun<O> begun = experiment.begin();
    String problem = null;
    try {
      go(begun);
    } catch (AssertionError | RuntimeException e) {
      problem = inWords(e);
    }
    List<Event> events = new ArrayList<>(begun.events());
    strikes.forEach(strike -> events.addAll(strike.events()));
    History history = new History(experiment.name(), options.seed(), about(), events);
    long judged = System.nanoTime();
    Verdict verdict = Verdict.unknown("not judged");
    try {
      verdict = isWhole ? experiment.judge(history) : verdict;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      problem = "the checker failed: " + inWords(e); // what the run has seen is kept all the same
    }
    Duration judging = Duration.ofNanos(System.nanoTime() - judged);
    return new Report(
        options, history, List.copyOf(strikes), verdict, judging, Map.copyOf(answers), problem);
  }

  private static String inWords(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure.toString() : failure + ", because of " + inWords(cause);
  }

  private SortedMap<String, String> about() {
    SortedMap<String, String> about = new TreeMap<>();
    about.put("api", options.api().toString());
    about.put("faults", options.faults().stream().map(Fault.Kind::text).toList().toString());
    about.put("seconds", Long.toString(options.length().toSeconds()));
    about.put("nodes", Integer.toString(options.nodeCount()));
    about.put("partitions", Integer.toString(options.partitionCount()));
    about.put("clients", Integer.toString(options.clientCount()));
    about.put("compilers", launch.compilers().toString());
    return about;
  }

  private <O extends Timed> void go(Experiment.Begun<O> begun) throws InterruptedException {
    try (LocalCluster cluster = start()) {
      try {
        progress.accept("the cluster is ready");
        go(begun, cluster);
      } catch (AssertionError e) {
        cluster.copyData(options.directory().resolve("data")); // what nodes were left with
        throw e;
      } finally {
        cluster.copyLogs(options.directory().resolve("nodes"));
      }
    }
  }

  private LocalCluster start() {
    return LocalCluster.start(
        launch,
        options.network(),
        options.needsDisks() ? Disks.THAT_CAN_FAIL : Disks.OF_THE_MACHINE,
        options.nodeCount(),
        options.partitionCount(),
        options.nodeOptions());
  }

  private <O extends Timed> void go(Experiment.Begun<O> begun, LocalCluster cluster)
      throws InterruptedException {
    List<URI> endpoints = IntStream.range(0, cluster.size()).mapToObj(cluster::endpoint).toList();
    List<String> names = IntStream.range(0, cluster.size()).mapToObj(LocalCluster::name).toList();
    ExecutorService threads = Executors.newCachedThreadPool();
    try (NativeClients clients =
            new NativeClients(List.of(cluster.nativeAddresses()), names, CALL_TIMEOUT, endpoints);
        Store store = clients.open(0)) {
      CountedClients byNative = new CountedClients(clients);
      CountedClients byHttp = new CountedClients(new SdkClients(endpoints));
      begun.workload().prepare(store);
      List<CompletableFuture<Void>> work = new ArrayList<>();
      try {
        for (int i = 0; i < options.clientCount(); i++) {
          int number = i;
          CountedClients its = isNative(i) ? byNative : byHttp;
          Random random = random("client", i);
          work.add(
              CompletableFuture.runAsync(
                  () -> begun.workload().run(its, number, random, stopped::get), threads));
        }
        strikeUntilTheEnd(cluster, begun.recorder(), work);
      } finally {
        // also when a fault had no effect: what is under way belongs to the history
        stopped.set(true);
        threads.shutdown();
        isWhole = threads.awaitTermination(END_SECONDS_MAX, TimeUnit.SECONDS);
      }
      requireEnded(work);
      begun.workload().finish(store);
      count("native", RunOptions.Api.HTTP, byNative);
      count("http", RunOptions.Api.NATIVE, byHttp);
    }
  }

  private void requireEnded(List<CompletableFuture<Void>> work) {
    requireAlive(work);
    if (!isWhole) {
      throw new AssertionError("clients have not ended " + END_SECONDS_MAX + " s after the load");
    }
  }

  private boolean isNative(int client) {
    return switch (options.api()) {
      case NATIVE -> true;
      case HTTP -> false;
      case BOTH -> client % 2 == 0;
    };
  }

  /** A kind of client whose calls were never answered has tested nothing. */
  private void count(String name, RunOptions.Api without, CountedClients clients) {
    if (options.api() != without) {
      answers.put(name, clients.answers());
      if (clients.answers() == 0) {
        throw new AssertionError("no call of a " + name + " client was answered");
      }
    }
  }

  private void strikeUntilTheEnd(
      LocalCluster cluster, Recorder<?> recorder, List<CompletableFuture<Void>> work) {
    Random random = random("nemesis", 0);
    Nemesis nemesis = new Nemesis(cluster, random, options.otherBuild());
    List<Fault.Kind> kinds = options.faults();
    Optional<Rounds> rounds =
        kinds.isEmpty() ? Optional.empty() : Optional.of(new Rounds(kinds, random));
    long end = System.nanoTime() + options.length().toNanos();
    while (System.nanoTime() - end < 0 || strikes.size() < kinds.size()) {
      requireAlive(work);
      LockSupport.parkNanos(
          TimeUnit.MILLISECONDS.toNanos(QUIET_MILLIS_MIN + random.nextLong(QUIET_MILLIS_RANGE)));
      rounds.ifPresent(all -> strike(nemesis, recorder, all.next()));
    }
    nemesis.requireEffects();
  }

  private void strike(Nemesis nemesis, Recorder<?> recorder, Fault.Kind kind) {
    long begin = recorder.nanos();
    Fault fault;
    try {
      fault = nemesis.strike(kind);
    } catch (AssertionError e) {
      Fault failed = new Fault(kind, List.of(), "failed: " + e.getMessage(), Duration.ZERO);
      strikes.add(new Strike(failed, begin, recorder.nanos()));
      throw e;
    }
    strikes.add(new Strike(fault, begin, recorder.nanos()));
    progress.accept(
        "%s: %s (%d ms)".formatted(kind.text(), fault.evidence(), fault.lasted().toMillis()));
  }

  /** One that ended early ended by a mistake of its own. */
  private static void requireAlive(List<CompletableFuture<Void>> work) {
    for (CompletableFuture<Void> client : work) {
      if (client.isCompletedExceptionally()) {
        try {
          client.join();
        } catch (CompletionException e) {
          throw new AssertionError("a client has ended", e.getCause());
        }
      }
    }
  }

  private Random random(String what, int number) {
    return new Random(options.seed() ^ (31L * what.hashCode() + number));
  }
}
