package dev.holdfast.node;

import dev.holdfast.node.consensus.Consensus;
import dev.holdfast.node.control.ClusterStatus;
import dev.holdfast.node.telemetry.AdminPage;
import dev.holdfast.node.telemetry.NodeMetrics;
import dev.holdfast.protocol.rpc.PlanReport;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The pages of a node's admin port, by path. */
final class NodePages {
  private NodePages() {}

  static SortedMap<String, AdminPage> of(
      NodeMetrics metrics,
      Consensus consensus,
      Readiness readiness,
      ClusterStatus status,
      Supplier<@Nullable PlanReport> plan) {
    SortedMap<String, AdminPage> pages = new TreeMap<>();
    pages.put(
        "/metrics",
        () ->
            CompletableFuture.completedFuture(
                AdminPage.Answer.text(
                    200,
                    metrics.prometheusText(
                        consensus.status(),
                        consensus::queueDepth,
                        consensus::transactionCounts,
                        plan.get()))));
    pages.put(
        "/health/live",
        () -> CompletableFuture.completedFuture(AdminPage.Answer.text(200, "live\n")));
    pages.put("/health/ready", readiness);
    pages.put("/status", () -> status.json().thenApply(AdminPage.Answer::json));
    return pages;
  }
}
