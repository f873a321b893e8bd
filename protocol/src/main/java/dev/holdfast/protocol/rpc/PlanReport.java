package dev.holdfast.protocol.rpc;

import dev.holdfast.protocol.model.PartitionId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the controller made of the cluster in its last round, in words.
 *
 * @param verdicts why each partition is, or is not, split
 * @param findings what no step can mend
 * @param counts how often the controller has decided what since it began to lead, by label
 */
public record PlanReport(
    List<Verdict> verdicts, List<String> findings, SortedMap<String, Long> counts) {
  /**
   * About one partition.
   *
   * @param label the kind of verdict, in lower case with dashes; never changes
   * @param sentence for people, without a full stop
   */
  public record Verdict(PartitionId partition, String label, String sentence) {}

  public PlanReport {
    verdicts = List.copyOf(verdicts);
    findings = List.copyOf(findings);
    counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
  }
}
