package dev.holdfast.jepsen.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.IndexProjection;
import dev.holdfast.jepsen.checker.RegisterLinearizability;
import dev.holdfast.jepsen.checker.StreamOrder;
import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.history.IndexOperation;
import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.history.StreamOperation;
import dev.holdfast.jepsen.store.SdkClients;
import dev.holdfast.jepsen.store.Store;
import dev.holdfast.jepsen.workload.IndexWorkload;
import dev.holdfast.jepsen.workload.RegisterWorkload;
import dev.holdfast.jepsen.workload.StreamWorkload;
import dev.holdfast.jepsen.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What follows writes, on one real cluster, all at once and briefly: indexes against their table,
 * consistent reads of them, and a stream against what was written. Longer, and with faults: {@code
 * ./holdfast jepsen --workload index}, {@code index-register} and {@code stream}.
 */
class FollowersRunTest {
  private static final int CLIENTS = 2;
  private static final long LOAD_NANOS = TimeUnit.SECONDS.toNanos(3);

  @Test
  @Timeout(180)
  void indexesAndStreamsFollowTheirTables() {
    Recorder<IndexOperation> indexes = new Recorder<>();
    Recorder<Operation> registers = new Recorder<>();
    Recorder<StreamOperation> stream = new Recorder<>();
    List<Workload> workloads =
        List.of(
            new IndexWorkload(indexes, "indexed"),
            new RegisterWorkload(registers, "registers", RegisterWorkload.Access.INDEX),
            new StreamWorkload(stream, "streamed"));
    try (LocalCluster cluster = LocalCluster.start(3, 2)) {
      run(workloads, new SdkClients(IntStream.range(0, 3).mapToObj(cluster::endpoint).toList()));
    }

    assertThat(new IndexProjection().check(indexes.operations())).isEqualTo(Verdict.valid());
    assertThat(new RegisterLinearizability(1_000_000).check(registers.operations()))
        .isEqualTo(Verdict.valid());
    assertThat(new StreamOrder().check(stream.operations())).isEqualTo(Verdict.valid());
  }

  private static void run(List<Workload> workloads, SdkClients clients) {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (Store store = clients.open(0)) {
      workloads.forEach(workload -> workload.prepare(store));
      long end = System.nanoTime() + LOAD_NANOS;
      List<CompletableFuture<Void>> work = new ArrayList<>();
      for (Workload workload : workloads) {
        for (int i = 0; i < CLIENTS; i++) {
          int number = i;
          work.add(
              CompletableFuture.runAsync(
                  () ->
                      workload.run(
                          clients, number, new Random(number), () -> System.nanoTime() - end > 0),
                  threads));
        }
      }
      CompletableFuture.allOf(work.toArray(CompletableFuture[]::new)).join();
      workloads.forEach(workload -> workload.finish(store));
    } finally {
      threads.shutdown();
    }
  }
}
