package dev.holdfast.jepsen.faults;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.workload.NextNodeSdk;
import dev.holdfast.jepsen.workload.NoEffectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** What transactions have left behind when no client asks for any: nothing, after a while. */
final class Leftovers {
  /**
   * @param conflictCount plain writes that met a transaction
   * @param lastConflict how long after the last transaction had begun the last of them was sent
   * @param lastOverdue how long after it a node last said that an attempt is overdue
   */
  record Found(int itemCount, int conflictCount, Duration lastConflict, Duration lastOverdue) {}

  private static final String OVERDUE = "holdfast_transactions_overdue_micros";
  private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(60);

  private final LocalCluster cluster;
  private final NextNodeSdk sdk;
  private final long endNanos;

  /**
   * @param endNanos when the last transaction had begun, by {@link System#nanoTime}
   */
  Leftovers(LocalCluster cluster, NextNodeSdk sdk, long endNanos) {
    this.cluster = cluster;
    this.sdk = sdk;
    this.endNanos = endNanos;
  }

  /**
   * Writes every item until the write succeeds, and then watches the nodes until all of them know
   * of no attempt past its deadline, at a time when any that is left must be.
   *
   * @param items table and key of each
   * @param deadline after which no attempt can commit any more
   */
  Found look(List<Map.Entry<String, String>> items, Duration deadline) {
    Deque<Map.Entry<String, String>> left = new ArrayDeque<>(items);
    int[] conflictCount = {0};
    Duration[] lastConflict = {Duration.ZERO};
    Await.until(
        () -> "plain writes of " + left,
        WRITTEN_WITHIN,
        () -> {
          for (int i = left.size(); i > 0; i--) {
            Map.Entry<String, String> item = left.removeFirst();
            Duration sent = sinceEnd();
            if (meetsTransaction(item)) {
              conflictCount[0]++;
              lastConflict[0] = sent;
              left.addLast(item);
            }
          }
          return left.isEmpty();
        });
    Duration[] lastOverdue = {Duration.ZERO};
    Await.until(
        "the metric " + OVERDUE + " being 0 on all nodes",
        WRITTEN_WITHIN,
        () -> {
          Duration asked = sinceEnd();
          List<OptionalDouble> overdue = overdue();
          if (overdue.stream().anyMatch(micros -> micros.orElse(0) > 0)) {
            lastOverdue[0] = asked;
            return false;
          }
          boolean allAnswer = overdue.stream().allMatch(OptionalDouble::isPresent);
          return allAnswer && asked.compareTo(deadline) > 0;
        });
    return new Found(items.size(), conflictCount[0], lastConflict[0], lastOverdue[0]);
  }

  private Duration sinceEnd() {
    return Duration.ofNanos(System.nanoTime() - endNanos);
  }

  /** By node; empty for one that does not answer, because it is starting. */
  private List<OptionalDouble> overdue() {
    return IntStream.range(0, cluster.size())
        .mapToObj(node -> cluster.metric(node, OVERDUE))
        .toList();
  }

  /** Other failures are none of a transaction's: once more. */
  private boolean meetsTransaction(Map.Entry<String, String> item) {
    while (true) {
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
      } catch (NoEffectException e) {
        if (e.getCause() instanceof TransactionConflictException) {
          return true;
        }
        checkTime(e);
      } catch (SdkException e) {
        checkTime(e);
      }
    }
  }

  private void checkTime(RuntimeException failure) {
    if (sinceEnd().compareTo(WRITTEN_WITHIN) > 0) {
      throw failure;
    }
  }
}
