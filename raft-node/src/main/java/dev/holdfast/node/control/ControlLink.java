package dev.holdfast.node.control;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.Router;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.PlanReport;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a node answers to the controller, and for it: heartbeats, and what it has planned.
 * Everything else goes on to the next. Thread-safe.
 */
public final class ControlLink implements NodeLink {
  private final NodeLink next;
  private final Router router;
  private final Reporter reporter;
  private final Supplier<@Nullable PlanReport> plan;
  private final Executor executor;

  /** Makes a report; may look at rows. */
  @FunctionalInterface
  public interface Reporter {
    /**
     * @param mapEpoch of the map that this node knows
     */
    NodeReport report(long mapEpoch);
  }

  /**
   * @param router learns the maps that come with heartbeats
   * @param plan of the controller of this node; null when it does not lead
   * @param executor reports are made on
   */
  public ControlLink(
      NodeLink next,
      Router router,
      Reporter reporter,
      Supplier<@Nullable PlanReport> plan,
      Executor executor) {
    this.next = next;
    this.router = router;
    this.reporter = reporter;
    this.plan = plan;
    this.executor = executor;
  }

  @Override
  public CompletableFuture<NodeReply> ask(NodeRequest request) {
    if (request instanceof NodeRequest.Heartbeat heartbeat) {
      ClusterMap map = heartbeat.map();
      if (map != null) {
        router.learn(map);
      }
      return CompletableFuture.supplyAsync(
          () -> new NodeReply.Report(reporter.report(router.map().epoch())), executor);
    }
    if (request instanceof NodeRequest.AskPlan) {
      PlanReport report = plan.get();
      return report == null
          ? CompletableFuture.failedFuture(
              new UnavailableException(Reason.NOT_LEADER, "the controller is elsewhere"))
          : CompletableFuture.completedFuture(new NodeReply.Planned(report));
    }
    return next.ask(request);
  }
}
