package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.report.Ratio;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Measures a running cluster and its peers beside it, and writes a dated report. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = {
      "Measures a running cluster beside its peers: etcd (three nodes; needs 'etcd' on the PATH)",
      "and DynamoDB Local (in memory; fetched by Maven at first). Writes a dated report."
    })
final class CompareCommand implements Callable<Integer> {
  static final String NATIVE = "Holdfast native";
  static final String HTTP = "Holdfast HTTP";
  static final String HTTP_FORWARDED = "Holdfast HTTP, forwarded";
  static final String HTTP_ALL = "Holdfast HTTP, all nodes";
  static final String ETCD = "etcd";
  static final String DYNAMODB_LOCAL = "DynamoDB Local";

  static final List<Ratio> RATIOS =
      List.of(
          rate("Holdfast native / etcd", NATIVE, ETCD),
          rate("Holdfast HTTP / DynamoDB Local", HTTP, DYNAMODB_LOCAL),
          rate("Holdfast HTTP, forwarded / DynamoDB Local", HTTP_FORWARDED, DYNAMODB_LOCAL),
          rate("Holdfast HTTP, all nodes / DynamoDB Local", HTTP_ALL, DYNAMODB_LOCAL),
          new Ratio(
              "server CPU per operation, Holdfast HTTP / native",
              HTTP,
              NATIVE,
              Ratio.Value.SERVER_CPU_PER_OPERATION),
          new Ratio(
              "server CPU per operation, Holdfast HTTP / DynamoDB Local",
              HTTP,
              DYNAMODB_LOCAL,
              Ratio.Value.SERVER_CPU_PER_OPERATION));

  @Mixin private final LoadOptions load = new LoadOptions();
  @Mixin private final ClusterOptions cluster = new ClusterOptions(Protocol.NATIVE, Protocol.HTTP);
  @Mixin private final ComparisonOptions options = new ComparisonOptions();
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the field
  CompareCommand() {}

  @Override
  public Integer call() throws IOException {
    new Comparison(load, cluster, options, spec).run("Holdfast beside its peers");
    return 0;
  }

  private static Ratio rate(String title, String numerator, String denominator) {
    return new Ratio(title, numerator, denominator, Ratio.Value.OPERATIONS_PER_SECOND);
  }
}
