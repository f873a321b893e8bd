package dev.holdfast.partition.reconcile;

import dev.holdfast.partition.placement.Finding;
import dev.holdfast.partition.placement.Plan;
import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.PlanReport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the controller decided lately, and how often it has decided what. A verdict counts when it
 * is new for its partition, not in every round that repeats it. Thread-safe.
 */
final class Decisions {
  private final SortedMap<String, Long> counts = new TreeMap<>();
  private Map<PartitionId, String> labels = new HashMap<>();
  private @Nullable Plan last;

  synchronized void decided(Plan plan) {
    Map<PartitionId, String> now = new HashMap<>();
    for (Plan.Verdict verdict : plan.verdicts()) {
      String label = verdict.verdict().label();
      now.put(verdict.partition(), label);
      if (!label.equals(labels.get(verdict.partition()))) {
        count("verdict." + label);
      }
    }
    labels = now;
    last = plan;
  }

  synchronized void began(Step step) {
    count("step." + step.dispatch(NAMES));
  }

  private void count(String what) {
    counts.merge(what, 1L, Long::sum);
  }

  synchronized void forget() {
    counts.clear();
    labels = new HashMap<>();
    last = null;
  }

  synchronized @Nullable PlanReport report() {
    Plan plan = last;
    if (plan == null) {
      return null;
    }
    List<PlanReport.Verdict> verdicts =
        plan.verdicts().stream()
            .map(
                each ->
                    new PlanReport.Verdict(
                        each.partition(), each.verdict().label(), each.verdict().sentence()))
            .toList();
    return new PlanReport(
        verdicts, plan.findings().stream().map(Finding::sentence).toList(), counts);
  }

  private static final Step.Handler<String> NAMES =
      new Step.Handler<>() {
        @Override
        public String split(Step.Split step) {
          return "split";
        }

        @Override
        public String merge(Step.Merge step) {
          return "merge";
        }

        @Override
        public String transferLeader(Step.TransferLeader step) {
          return "transfer-leader";
        }

        @Override
        public String addReplica(Step.AddReplica step) {
          return "add-replica";
        }

        @Override
        public String removeReplica(Step.RemoveReplica step) {
          return "remove-replica";
        }
      };
}
