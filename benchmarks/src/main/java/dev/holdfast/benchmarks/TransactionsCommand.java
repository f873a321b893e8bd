package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.load.Operation;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What transactions cost beside single operations and beside the peers' transactions. */
@Command(
    name = "transactions",
    mixinStandardHelpOptions = true,
    description = {
      "Measures transactions of a running cluster beside its puts and batch gets, and beside those",
      "of etcd and DynamoDB Local, as 'compare' does. Needs three partitions or more:",
      "./holdfast up --fresh --partitions 4. Writes a dated report with the goals."
    })
final class TransactionsCommand implements Callable<Integer> {
  private static final int WARM_UP_AGAIN_SECONDS = 10;

  @Mixin
  private final LoadOptions load =
      new LoadOptions(
          List.of(
              Operation.PUT,
              Operation.TRANSACT_ONE,
              Operation.TRANSACT_TWO,
              Operation.TRANSACT_HOT,
              Operation.BATCH_GET_STRONG,
              Operation.TRANSACT_GET),
          List.of(TransactionGoals.MANY, TransactionGoals.ONE), // many first: it warms up faster
          WARM_UP_AGAIN_SECONDS);

  @Mixin private final ClusterOptions cluster = new ClusterOptions(Protocol.NATIVE, Protocol.HTTP);
  @Mixin private final ComparisonOptions options = new ComparisonOptions();
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the field
  TransactionsCommand() {}

  @Override
  public Integer call() throws IOException {
    new Comparison(load, cluster, options, spec).run("Transactions");
    return 0;
  }
}
