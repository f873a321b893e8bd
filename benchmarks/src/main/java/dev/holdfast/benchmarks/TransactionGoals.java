package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.load.Operation;
import dev.holdfast.benchmarks.report.Goal;
import dev.holdfast.benchmarks.report.Goal.Bound;
import dev.holdfast.benchmarks.report.Goal.Term;
import dev.holdfast.benchmarks.report.Ratio.Value;
import java.util.ArrayList;
import java.util.List;

/** What transactions may cost. Every goal is a ratio within one run. */
final class TransactionGoals {
  /** Outstanding operations where throughput is judged. */
  static final int MANY = 64;

  /** Outstanding operations where latency is judged. */
  static final int ONE = 1;

  private static final double TWO_PARTITIONS_RATE_LOSS_MAX = 3;
  private static final double TWO_PARTITIONS_LATENCY_MAX = 2.5;
  private static final double ONE_PARTITION_MAX = 1.3;
  private static final double GET_MAX = 2.5;
  private static final double CONTENTION_MIN = 0.5;

  private static final List<Operation> RIVALLED =
      List.of(
          Operation.TRANSACT_ONE,
          Operation.TRANSACT_TWO,
          Operation.TRANSACT_HOT,
          Operation.TRANSACT_GET);

  private TransactionGoals() {}

  static List<Goal> all() {
    List<Goal> goals = new ArrayList<>();
    for (String system : List.of(CompareCommand.NATIVE, CompareCommand.HTTP)) {
      addCosts(
          goals,
          system,
          new Cost(Operation.PUT, Operation.TRANSACT_TWO, TWO_PARTITIONS_RATE_LOSS_MAX),
          TWO_PARTITIONS_LATENCY_MAX);
      addCosts(
          goals,
          system,
          new Cost(Operation.PUT, Operation.TRANSACT_ONE, ONE_PARTITION_MAX),
          ONE_PARTITION_MAX);
      addCosts(
          goals,
          system,
          new Cost(Operation.BATCH_GET_STRONG, Operation.TRANSACT_GET, GET_MAX),
          GET_MAX);
      goals.add(contention(system));
    }
    RIVALLED.forEach(each -> addAhead(goals, CompareCommand.NATIVE, CompareCommand.ETCD, each));
    RIVALLED.forEach(
        each -> addAhead(goals, CompareCommand.HTTP, CompareCommand.DYNAMODB_LOCAL, each));
    return goals;
  }

  /** An operation beside a plain one, and how many times less often it may be done. */
  private record Cost(Operation plain, Operation dear, double rateLossMax) {}

  private static void addCosts(List<Goal> goals, String system, Cost cost, double latencyMax) {
    goals.add(
        new Goal(
            system + ": " + cost.plain().title() + " / " + cost.dear().title() + ", throughput",
            new Term(system, cost.plain(), MANY),
            new Term(system, cost.dear(), MANY),
            Value.OPERATIONS_PER_SECOND,
            Bound.AT_MOST,
            cost.rateLossMax()));
    goals.add(
        new Goal(
            system + ": " + cost.dear().title() + " / " + cost.plain().title() + ", latency",
            new Term(system, cost.dear(), ONE),
            new Term(system, cost.plain(), ONE),
            Value.MEDIAN_LATENCY,
            Bound.AT_MOST,
            latencyMax));
  }

  private static Goal contention(String system) {
    return new Goal(
        system + ": " + Operation.TRANSACT_HOT.title() + ", 64 clients / 1 client, committed",
        new Term(system, Operation.TRANSACT_HOT, MANY),
        new Term(system, Operation.TRANSACT_HOT, ONE),
        Value.OPERATIONS_PER_SECOND,
        Bound.AT_LEAST,
        CONTENTION_MIN);
  }

  private static void addAhead(List<Goal> goals, String ours, String theirs, Operation operation) {
    goals.add(
        new Goal(
            ours + " / " + theirs + ": " + operation.title() + ", throughput",
            new Term(ours, operation, MANY),
            new Term(theirs, operation, MANY),
            Value.OPERATIONS_PER_SECOND,
            Bound.AT_LEAST,
            1));
    goals.add(
        new Goal(
            ours + " / " + theirs + ": " + operation.title() + ", latency",
            new Term(ours, operation, ONE),
            new Term(theirs, operation, ONE),
            Value.MEDIAN_LATENCY,
            Bound.AT_MOST,
            1));
  }
}
