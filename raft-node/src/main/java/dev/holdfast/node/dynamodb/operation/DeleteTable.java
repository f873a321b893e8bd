package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.MetaCommand;
import java.util.concurrent.CompletableFuture;

/** Deletes a table and everything in it. */
final class DeleteTable implements Operation {
  private static final Shape.Structure SHAPE = Shape.structure(Shapes.TABLE_NAME);

  private final TableChanges changes;
  private final TableDescriptions descriptions;

  DeleteTable(TableChanges changes, TableDescriptions descriptions) {
    this.changes = changes;
    this.descriptions = descriptions;
  }

  @Override
  public String name() {
    return "DeleteTable";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    String name = TableNames.of(request.fields());
    return changes
        .change(request, new MetaCommand.DeleteTable(name))
        .thenApply(table -> descriptions.ofChanged(table, request.region()));
  }
}
