package dev.holdfast.jepsen.faults;

import dev.holdfast.jepsen.store.NextNodeSdk;
import dev.holdfast.jepsen.store.NoEffectException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Pairs of switches that are on, and for each pair two transactions at the same time, which turn
 * one switch off if the other is on. Together they would turn off both.
 */
final class WriteSkew {
  /**
   * What became of the pairs.
   *
   * @param bothOff pairs, by name, of which both switches were off or both transactions succeeded
   * @param oneOff how many pairs ended as they should
   * @param untouched how many pairs neither transaction changed: they kept meeting each other
   * @param answers how many transactions had each answer
   */
  record Outcome(
      List<String> bothOff, int oneOff, int untouched, SortedMap<String, Integer> answers) {}

  private static final String DONE = "done";

  private static final String STATE = "s";

  private final List<URI> nodes;
  private final List<String> tables;
  private final List<Map.Entry<String, String>> switches = new ArrayList<>();
  private final List<String> bothOff = new ArrayList<>();
  private final SortedMap<String, Integer> answers = new TreeMap<>();
  private int oneOff;
  private int untouched;

  WriteSkew(List<URI> nodes, List<String> tables) {
    this.nodes = nodes;
    this.tables = tables;
  }

  /** Tables and keys of all switches that were used. */
  List<Map.Entry<String, String>> switches() {
    return List.copyOf(switches);
  }

  Outcome run(int pairCount) {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    CyclicBarrier begin = new CyclicBarrier(2);
    try (NextNodeSdk one = new NextNodeSdk(nodes, 0);
        NextNodeSdk other = new NextNodeSdk(nodes, 1)) {
      for (int pair = 0; pair < pairCount; pair++) {
        // every table with every other one in turn: some of them are in different partitions
        String x = table(pair);
        String y = table(pair + 1 + pair / tables.size() % (tables.size() - 1));
        strike(new Pair(pair, x, y), one, other, begin, threads);
      }
    } finally {
      threads.shutdown();
    }
    return new Outcome(bothOff, oneOff, untouched, answers);
  }

  private String table(int number) {
    return tables.get(number % tables.size());
  }

  /**
   * @param x and {@code y}: the tables of the two switches
   */
  private record Pair(int number, String x, String y) {
    String key(boolean isX) {
      return "switch-" + (isX ? "x" : "y") + number;
    }

    String table(boolean isX) {
      return isX ? x : y;
    }
  }

  private void strike(
      Pair pair, NextNodeSdk one, NextNodeSdk other, CyclicBarrier begin, ExecutorService threads) {
    for (boolean isX : new boolean[] {true, false}) {
      one.call(
          client -> client.putItem(r -> r.tableName(pair.table(isX)).item(item(pair, isX, "on"))));
      switches.add(Map.entry(pair.table(isX), pair.key(isX)));
    }
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(() -> turnOff(pair, true, one, begin), threads);
    CompletableFuture<String> second =
        CompletableFuture.supplyAsync(() -> turnOff(pair, false, other, begin), threads);
    answers.merge(first.join(), 1, Integer::sum);
    answers.merge(second.join(), 1, Integer::sum);
    boolean bothSaidYes = first.join().equals(DONE) && second.join().equals(DONE);
    boolean xIsOff = isOff(pair, true, one);
    boolean yIsOff = isOff(pair, false, one);
    if (bothSaidYes || (xIsOff && yIsOff)) {
      bothOff.add(pair.toString());
    } else if (xIsOff || yIsOff) {
      oneOff++;
    } else {
      untouched++;
    }
  }

  /** Returns {@link #DONE}, or what came instead. */
  private static String turnOff(Pair pair, boolean isX, NextNodeSdk sdk, CyclicBarrier begin) {
    ConditionCheck other =
        ConditionCheck.builder()
            .tableName(pair.table(!isX))
            .key(Map.of("k", AttributeValue.fromS(pair.key(!isX))))
            .conditionExpression("s = :on")
            .expressionAttributeValues(Map.of(":on", AttributeValue.fromS("on")))
            .build();
    Put off = Put.builder().tableName(pair.table(isX)).item(item(pair, isX, "off")).build();
    try {
      begin.await();
      sdk.call(
          client ->
              client.transactWriteItems(
                  r ->
                      r.transactItems(
                          TransactWriteItem.builder().conditionCheck(other).build(),
                          TransactWriteItem.builder().put(off).build())));
      return DONE;
    } catch (NoEffectException e) {
      return answer(e);
    } catch (SdkException e) {
      return e.getClass().getSimpleName();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String answer(NoEffectException failure) {
    if (failure.getCause() instanceof TransactionCanceledException cancelled) {
      return cancelled.cancellationReasons().stream().map(CancellationReason::code).toList() + "";
    }
    return String.valueOf(failure.getCause());
  }

  private static boolean isOff(Pair pair, boolean isX, NextNodeSdk sdk) {
    Map<String, AttributeValue> item =
        sdk.call(
                client ->
                    client.getItem(
                        r ->
                            r.tableName(pair.table(isX))
                                .key(Map.of("k", AttributeValue.fromS(pair.key(isX))))
                                .consistentRead(true)))
            .item();
    return AttributeValue.fromS("off").equals(item.get(STATE));
  }

  private static Map<String, AttributeValue> item(Pair pair, boolean isX, String state) {
    return Map.of("k", AttributeValue.fromS(pair.key(isX)), STATE, AttributeValue.fromS(state));
  }
}
