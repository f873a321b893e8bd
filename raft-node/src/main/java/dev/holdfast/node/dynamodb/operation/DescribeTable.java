package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import java.util.concurrent.CompletableFuture;

/** Describes a table as the meta group knows it now: waiters poll this. */
final class DescribeTable implements Operation {
  private static final Shape.Structure SHAPE = Shape.structure(Shapes.TABLE_NAME);

  private final TableAccess tables;
  private final TableChanges changes;
  private final TableDescriptions descriptions;

  DescribeTable(TableAccess tables, TableChanges changes, TableDescriptions descriptions) {
    this.tables = tables;
    this.changes = changes;
    this.descriptions = descriptions;
  }

  @Override
  public String name() {
    return "DescribeTable";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    return changes
        .describe(request, TableNames.of(request.fields()))
        .thenCompose(
            table ->
                TableSizes.ask(tables, request, table)
                    .thenApply(sizes -> descriptions.of(table, sizes, request.region())));
  }
}
