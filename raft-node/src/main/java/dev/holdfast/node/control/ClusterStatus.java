package dev.holdfast.node.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.holdfast.client.routing.NodeLinks;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.NodeStatus.Replica;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The cluster as its nodes see it, as JSON; the document of {@code holdfast status --json}. */
public final class ClusterStatus {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final long NODE_TIMEOUT_MILLIS = 1_500;

  private final String clusterId;
  private final Supplier<? extends CompletionStage<ClusterMap>> map;
  private final NodeLinks links;

  /**
   * @param map finds the latest known; must not fail
   */
  public ClusterStatus(
      String clusterId, Supplier<? extends CompletionStage<ClusterMap>> map, NodeLinks links) {
    this.clusterId = clusterId;
    this.map = map;
    this.links = links;
  }

  /** Asks every node; those that do not answer are down. Never fails. */
  public CompletableFuture<String> json() {
    return map.get().thenCompose(this::json).toCompletableFuture();
  }

  private CompletableFuture<String> json(ClusterMap current) {
    Map<NodeId, NodeStatus> answers = new TreeMap<>();
    List<CompletableFuture<?>> asked = new ArrayList<>();
    for (ClusterMap.Node node : current.nodes()) {
      asked.add(
          links
              .to(node.rpcAddress())
              .ask(new NodeRequest.AskStatus())
              .orTimeout(NODE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
              .handle(
                  (reply, failure) -> {
                    if (failure == null && reply instanceof NodeReply.Status status) {
                      synchronized (answers) {
                        answers.put(node.id(), status.status());
                      }
                    }
                    return node;
                  }));
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              synchronized (answers) {
                return render(current, answers);
              }
            });
  }

  private String render(ClusterMap current, Map<NodeId, NodeStatus> answers) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeStringField("cluster", clusterId);
      json.writeNumberField("epoch", current.epoch());
      json.writeArrayFieldStart("nodes");
      for (ClusterMap.Node node : current.nodes()) {
        NodeStatus status = answers.get(node.id());
        json.writeStartObject();
        json.writeStringField("id", node.id().name());
        json.writeBooleanField("up", status != null);
        json.writeBooleanField("ready", status != null && status.ready());
        json.writeStringField("http", node.httpAddress());
        json.writeStringField("rpc", node.rpcAddress());
        json.writeStringField("raft", node.raftAddress());
        json.writeStringField("admin", node.adminAddress());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeFieldName("meta");
      writePartition(json, PartitionId.META, 0, null, answers);
      json.writeArrayFieldStart("partitions");
      for (ClusterMap.Partition partition : current.partitions()) {
        writePartition(json, partition.id(), partition.epoch(), partition.range(), answers);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  private static void writePartition(
      JsonGenerator json,
      PartitionId id,
      long epoch,
      @Nullable KeyRange range,
      Map<NodeId, NodeStatus> answers)
      throws IOException {
    Map<NodeId, Replica> replicas = new TreeMap<>();
    answers.forEach(
        (node, status) ->
            status.replicas().stream()
                .filter(replica -> replica.partition().equals(id))
                .forEach(replica -> replicas.put(node, replica)));
    long committed = replicas.values().stream().mapToLong(Replica::commitIndex).max().orElse(0);
    json.writeStartObject();
    json.writeStringField("id", id.toString());
    json.writeNumberField("epoch", epoch);
    json.writeStringField("start", range == null ? null : hexOrNull(range.startInclusive()));
    json.writeStringField("end", range == null ? null : hexOrNull(range.endExclusive()));
    json.writeStringField("leader", leader(replicas).map(NodeId::name).orElse(null));
    json.writeArrayFieldStart("replicas");
    for (Map.Entry<NodeId, Replica> entry : replicas.entrySet()) {
      Replica replica = entry.getValue();
      json.writeStartObject();
      json.writeStringField("node", entry.getKey().name());
      json.writeStringField("role", replica.role().name());
      json.writeNumberField("term", replica.term());
      json.writeNumberField("committed", replica.commitIndex());
      json.writeNumberField("applied", replica.appliedIndex());
      json.writeNumberField("lag", Math.max(0, committed - replica.appliedIndex()));
      json.writeNumberField("bytes", replica.bytes());
      json.writeNumberField("readsPerSecond", replica.readsPerSecond());
      json.writeNumberField("writesPerSecond", replica.writesPerSecond());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Of those that believe to lead, the one of the latest term: the others have not heard yet. */
  private static Optional<NodeId> leader(Map<NodeId, Replica> replicas) {
    return replicas.entrySet().stream()
        .filter(entry -> entry.getValue().role() == NodeStatus.Role.LEADER)
        .max(Comparator.comparingLong(entry -> entry.getValue().term()))
        .map(Map.Entry::getKey);
  }

  /** The beginning and the end of the keyspace are null. */
  private static @Nullable String hexOrNull(@Nullable Bytes key) {
    return key == null || key.isEmpty() ? null : key.toHex();
  }
}
