package dev.holdfast.jepsen.faults;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.store.NextNodeSdk;
import dev.holdfast.jepsen.store.NoEffectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** What transactions have left behind when no client asks for any: nothing, after a while. */
final class Leftovers {
  /**
   * @param finished intents that nodes finished for coordinators that were gone
   * @param lastOverdue how long after the last transaction had begun a node last said that an
   *     attempt is past its deadline
   * @param conflicts items that could not be written, when no transaction may hold any
   */
  record Found(double finished, Duration lastOverdue, List<String> conflicts) {}

  private static final String OVERDUE = "holdfast_transactions_overdue_micros";
  private static final Duration WATCHED_MAX = Duration.ofSeconds(60);
  private static final int ATTEMPTS_MAX = 10;

  private final LocalCluster cluster;
  private final long begunNanos;
  private final double finishedBefore;

  /**
   * @param begunNanos when the last transaction had begun, by {@link System#nanoTime}
   */
  Leftovers(LocalCluster cluster, long begunNanos) {
    this.cluster = cluster;
    this.begunNanos = begunNanos;
    this.finishedBefore = finished();
  }

  /** By the count of each node that runs, since it was last started. */
  private double finished() {
    return Stream.of("committed", "aborted")
        .map(outcome -> "holdfast_transactions_recovered_total{outcome=\"" + outcome + "\"}")
        .flatMapToDouble(
            metric ->
                IntStream.range(0, cluster.size())
                    .mapToDouble(node -> cluster.metric(node, metric).orElse(0)))
        .sum();
  }

  /**
   * Watches the nodes, and touches nothing, for that long, and on until none knows of an attempt
   * past its deadline; then writes every item.
   *
   * @param items table and key of each
   */
  Found look(NextNodeSdk sdk, List<Map.Entry<String, String>> items, Duration untouched) {
    Duration[] lastOverdue = {Duration.ZERO};
    Await.until(
        "the metric " + OVERDUE + " being 0 on all nodes",
        WATCHED_MAX,
        () -> {
          Duration asked = Duration.ofNanos(System.nanoTime() - begunNanos);
          List<OptionalDouble> overdue = overdue();
          if (overdue.stream().anyMatch(micros -> micros.orElse(0) > 0)) {
            lastOverdue[0] = asked;
            return false;
          }
          boolean allAnswer = overdue.stream().allMatch(OptionalDouble::isPresent);
          return allAnswer && asked.compareTo(untouched) > 0;
        });
    double finished = finished() - finishedBefore;
    List<String> conflicts = new ArrayList<>();
    for (Map.Entry<String, String> item : items) {
      if (meetsTransaction(sdk, item)) {
        conflicts.add(item.toString());
      }
    }
    return new Found(finished, lastOverdue[0], conflicts);
  }

  /** By node; empty for one that does not answer, because it is starting. */
  private List<OptionalDouble> overdue() {
    return IntStream.range(0, cluster.size())
        .mapToObj(node -> cluster.metric(node, OVERDUE))
        .toList();
  }

  private static boolean meetsTransaction(NextNodeSdk sdk, Map.Entry<String, String> item) {
    for (int attempt = 1; ; attempt++) {
      try {
        sdk.call(
            client ->
                client.updateItem(
                    r ->
                        r.tableName(item.getKey())
                            .key(Map.of("k", AttributeValue.fromS(item.getValue())))
                            .updateExpression("SET looked = :yes")
                            .conditionExpression("attribute_not_exists(nothing)")
                            .expressionAttributeValues(Map.of(":yes", AttributeValue.fromN("1")))));
        return false;
      } catch (RuntimeException e) { // other failures are none of a transaction's: once more
        if (e instanceof NoEffectException
            && e.getCause() instanceof TransactionConflictException) {
          return true;
        }
        if (attempt == ATTEMPTS_MAX) {
          throw e;
        }
      }
    }
  }
}
