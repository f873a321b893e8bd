package dev.holdfast.node.cli.demo;

import static dev.holdfast.client.Expressions.add;

import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastSession;
import dev.holdfast.client.Key;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Kills the leader while one writer and four readers are at work, and brings it back. */
final class Failover {
  private static final Key COUNTER = Key.of("demo", "counter");
  private static final Key PNG = Key.of("image", "png");
  private static final Duration PACE = Duration.ofMillis(5);
  private static final Duration STRETCH = Duration.ofSeconds(2);
  private static final Duration READY_MAX = Duration.ofSeconds(60);

  private final HoldfastClient client;
  private final Table table;
  private final DemoNodes nodes;
  private final PrintWriter out;
  private final long begunNanos = System.nanoTime();

  Failover(HoldfastClient client, Table table, DemoNodes nodes, PrintWriter out) {
    this.client = client;
    this.table = table;
    this.nodes = nodes;
    this.out = out;
  }

  void run() throws IOException, InterruptedException {
    out.println();
    out.println("6  Kill the leader while one writes and four read");
    Optional<String> leader = nodes.leader();
    if (leader.isEmpty()) {
      say("no leader is known right now; nothing is killed");
      return;
    }
    table.delete(COUNTER).join();
    Probe writer = probe("increments", () -> table.apply(COUNTER, add("count", 1)));
    List<Probe> readers = readers();
    pause(STRETCH);
    boolean killed = breakAndMend(leader.get());
    readers.forEach(Probe::stop);
    writer.stop();
    say("what the writer and the readers saw:");
    out.println(writer.summary());
    readers.forEach(reader -> out.println(reader.summary()));
    judge(writer, killed);
  }

  private List<Probe> readers() {
    HoldfastSession session = client.startSession();
    Duration second = Duration.ofSeconds(1);
    return List.of(
        probe("reads STRONG", () -> table.with(ReadLevel.STRONG).get(PNG)),
        probe("reads SESSION", () -> session.table(table.name()).get(PNG)),
        probe("reads BOUNDED(1 s)", () -> table.with(ReadLevel.bounded(second)).get(PNG)),
        probe("reads EVENTUAL", () -> table.with(ReadLevel.EVENTUAL).get(PNG)));
  }

  private static Probe probe(String name, Supplier<CompletableFuture<?>> call) {
    return new Probe(name, PACE, System::nanoTime, call).begin();
  }

  private boolean breakAndMend(String leader) throws IOException, InterruptedException {
    if (!nodes.kill(leader)) {
      say(leader + " leads, but its process is not on this machine; nothing is killed");
      return false;
    }
    say(leader + ", the leader, was killed (SIGKILL)");
    Optional<String> successor = awaitSuccessor(leader);
    say(successor.map(node -> node + " leads").orElse("no new leader is known yet"));
    pause(STRETCH);
    nodes.start(leader);
    say(leader + " was started again");
    if (await(() -> nodes.ready(leader))) {
      say(leader + " is ready: it has caught up from the log");
    } else {
      say(leader + " was not ready within " + READY_MAX.toSeconds() + " s; see its log");
    }
    pause(STRETCH);
    return true;
  }

  private Optional<String> awaitSuccessor(String killed) throws InterruptedException {
    await(() -> nodes.leader().filter(node -> !node.equals(killed)).isPresent());
    return nodes.leader().filter(node -> !node.equals(killed));
  }

  /** Each increment counts once: acknowledged ones surely, failed ones perhaps. */
  private void judge(Probe writer, boolean killed) {
    long count =
        table
            .with(ReadLevel.STRONG)
            .get(COUNTER)
            .join()
            .map(item -> item.longValue("count"))
            .orElse(0L);
    long atMost = writer.goodCount() + writer.failedCount();
    say(
        String.format(
            Locale.ROOT,
            "the counter is %,d; %,d increments were acknowledged, %d were left open: %s",
            count,
            writer.goodCount(),
            writer.failedCount(),
            count >= writer.goodCount() && count <= atMost
                ? "nothing was lost and nothing was applied twice"
                : "THIS IS WRONG, please report it"));
    if (killed) {
      say(
          "writes and strong reads paused for at most "
              + writer.longestGap().toMillis()
              + " ms; then all went on");
    }
  }

  /** A question that may be interrupted. */
  private interface Question {
    boolean holds() throws InterruptedException;
  }

  private static boolean await(Question question) throws InterruptedException {
    long end = System.nanoTime() + READY_MAX.toNanos();
    while (!question.holds()) {
      if (System.nanoTime() > end) {
        return false;
      }
      pause(Duration.ofMillis(100));
    }
    return true;
  }

  private static void pause(Duration duration) {
    Executor later = CompletableFuture.delayedExecutor(duration.toMillis(), TimeUnit.MILLISECONDS);
    CompletableFuture.runAsync(() -> {}, later).join();
  }

  private void say(String text) {
    out.printf(Locale.ROOT, "  %5.1f s  %s%n", (System.nanoTime() - begunNanos) / 1e9, text);
    out.flush();
  }
}
