package dev.holdfast.node.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.rpc.NodeStatus.Replica;
import dev.holdfast.protocol.rpc.PlanReport;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The partitions of a cluster, for people and for machines. */
final class PartitionsPage {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final String[] SIZE_UNITS = {"B", "kB", "MB", "GB", "TB"};
  private static final double SIZE_STEP = 1000;

  private final ClusterView view;
  private final KeyWords words;
  private final Optional<PlanReport> plan;

  /**
   * @param plan of the controller, if it could be asked
   */
  PartitionsPage(ClusterView view, KeyWords words, Optional<PlanReport> plan) {
    this.view = view;
    this.words = words;
    this.plan = plan;
  }

  /** A table, then why each partition is not split, then what an operator should know. */
  String text() {
    StringBuilder text = new StringBuilder(table());
    if (plan.isPresent()) {
      text.append('\n');
      for (PlanReport.Verdict verdict : plan.get().verdicts()) {
        text.append('\n').append(verdict.partition()).append("  ").append(verdict.sentence());
      }
      for (String finding : plan.get().findings()) {
        text.append("\n!  ").append(finding);
      }
    }
    return text.toString();
  }

  private String table() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "PARTITION",
            "EPOCH",
            "FROM",
            "TO",
            "LEADER",
            "REPLICAS",
            "LAG",
            "SIZE",
            "READS/S",
            "WRITES/S",
            "IN PROGRESS"));
    for (ClusterMap.Partition partition : view.map().partitions()) {
      Collection<Replica> replicas = view.replicas(partition.id()).values();
      rows.add(
          List.of(
              partition.id().toString(),
              Long.toString(partition.epoch()),
              words.from(partition.range().startInclusive()),
              words.to(partition.range().endExclusive()),
              view.leader(partition.id()).map(NodeId::name).orElse("-"),
              ClusterView.names(partition.replicas()),
              Long.toString(lag(replicas)),
              size(replicas.stream().mapToLong(Replica::bytes).max().orElse(0)),
              rate(replicas.stream().mapToDouble(Replica::readsPerSecond).sum()),
              rate(replicas.stream().mapToDouble(Replica::writesPerSecond).sum()),
              inProgress(partition)));
    }
    return TextTable.render(rows).stripTrailing();
  }

  private String inProgress(ClusterMap.Partition partition) {
    return view.splitOf(partition.id())
        .map(this::inWords)
        .or(() -> view.mergeOf(partition.id()).map(PartitionsPage::inWords))
        .orElse("-");
  }

  private static String inWords(MergeOperation merge) {
    return "merge of " + merge.left().id() + " with " + merge.right().id();
  }

  private String inWords(SplitOperation split) {
    return "split at " + words.of(split.key()) + " into it and " + split.child();
  }

  /** How far the last replica is behind what is committed. */
  private static long lag(Collection<Replica> replicas) {
    long committed = committed(replicas);
    return replicas.stream()
        .mapToLong(replica -> Math.max(0, committed - replica.appliedIndex()))
        .max()
        .orElse(0);
  }

  private static long committed(Collection<Replica> replicas) {
    return replicas.stream().mapToLong(Replica::commitIndex).max().orElse(0);
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, "%.1f", perSecond);
  }

  private static String size(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= SIZE_STEP && unit < SIZE_UNITS.length - 1) {
      size /= SIZE_STEP;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", size, SIZE_UNITS[unit]);
  }

  /** Keys are hexadecimal and whole, and in words. */
  String json() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeNumberField("epoch", view.map().epoch());
      json.writeArrayFieldStart("partitions");
      for (ClusterMap.Partition partition : view.map().partitions()) {
        write(json, partition);
      }
      json.writeEndArray();
      writePlan(json);
      json.writeEndObject();
    }
    return text.toString();
  }

  private void writePlan(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("findings");
    for (String finding : plan.map(PlanReport::findings).orElse(List.of())) {
      json.writeString(finding);
    }
    json.writeEndArray();
    json.writeObjectFieldStart("decisions");
    for (Map.Entry<String, Long> count :
        plan.map(PlanReport::counts).orElse(new TreeMap<>()).entrySet()) {
      json.writeNumberField(count.getKey(), count.getValue());
    }
    json.writeEndObject();
  }

  private void writeVerdict(JsonGenerator json, PartitionId partition) throws IOException {
    Optional<PlanReport.Verdict> verdict =
        plan.flatMap(
            report ->
                report.verdicts().stream()
                    .filter(each -> each.partition().equals(partition))
                    .findFirst());
    if (verdict.isEmpty()) {
      json.writeNullField("verdict");
      return;
    }
    json.writeObjectFieldStart("verdict");
    json.writeStringField("label", verdict.get().label());
    json.writeStringField("sentence", verdict.get().sentence());
    json.writeEndObject();
  }

  private void write(JsonGenerator json, ClusterMap.Partition partition) throws IOException {
    Map<NodeId, Replica> replicas = view.replicas(partition.id());
    json.writeStartObject();
    json.writeStringField("id", partition.id().toString());
    json.writeNumberField("epoch", partition.epoch());
    json.writeStringField("start", KeyText.whole(partition.range().startInclusive()));
    json.writeStringField("end", KeyText.whole(partition.range().endExclusive()));
    json.writeStringField("from", words.from(partition.range().startInclusive()));
    json.writeStringField("to", words.to(partition.range().endExclusive()));
    json.writeStringField("leader", view.leader(partition.id()).map(NodeId::name).orElse(null));
    json.writeArrayFieldStart("replicas");
    long committed = committed(replicas.values());
    for (NodeId node : partition.replicas()) {
      Replica replica = replicas.get(node);
      json.writeStartObject();
      json.writeStringField("node", node.name());
      json.writeStringField("role", replica == null ? null : replica.role().name());
      if (replica != null) {
        json.writeNumberField("applied", replica.appliedIndex());
        json.writeNumberField("lag", Math.max(0, committed - replica.appliedIndex()));
        json.writeNumberField("bytes", replica.bytes());
        json.writeNumberField("readsPerSecond", replica.readsPerSecond());
        json.writeNumberField("writesPerSecond", replica.writesPerSecond());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    writeSplit(json, view.splitOf(partition.id()));
    writeMerge(json, view.mergeOf(partition.id()));
    writeVerdict(json, partition.id());
    json.writeEndObject();
  }

  private static void writeMerge(JsonGenerator json, Optional<MergeOperation> merge)
      throws IOException {
    if (merge.isEmpty()) {
      json.writeNullField("merge");
      return;
    }
    json.writeObjectFieldStart("merge");
    json.writeStringField("left", merge.get().left().id().toString());
    json.writeStringField("right", merge.get().right().id().toString());
    json.writeEndObject();
  }

  private static void writeSplit(JsonGenerator json, Optional<SplitOperation> split)
      throws IOException {
    if (split.isEmpty()) {
      json.writeNullField("split");
      return;
    }
    json.writeObjectFieldStart("split");
    json.writeStringField("key", split.get().key().toHex());
    json.writeStringField("child", split.get().child().toString());
    json.writeEndObject();
  }
}
