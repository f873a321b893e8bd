package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.shape.SplitVerdict;
import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.model.PartitionId;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What should happen next, and why.
 *
 * <ul>
 *   <li>At most one step names a partition, and none names one with a step in progress.
 *   <li>Every partition has a verdict.
 * </ul>
 *
 * @param steps the most urgent first; they may run at the same time
 * @param verdicts why each partition is or is not split, in key order
 * @param findings what no step can mend
 * @param workCount candidates that were weighed, a measure of the plan's cost
 */
public record Plan(
    List<Step> steps, List<Verdict> verdicts, List<Finding> findings, long workCount) {
  /** Why a partition is or is not split. */
  public record Verdict(PartitionId partition, SplitVerdict verdict) {}

  public Plan {
    steps = List.copyOf(steps);
    verdicts = List.copyOf(verdicts);
    findings = List.copyOf(findings);
  }

  /** How many partitions have each kind of verdict, by its label. */
  public SortedMap<String, Integer> verdictCounts() {
    TreeMap<String, Integer> counts = new TreeMap<>();
    verdicts.forEach(verdict -> counts.merge(verdict.verdict().label(), 1, Integer::sum));
    return counts;
  }
}
