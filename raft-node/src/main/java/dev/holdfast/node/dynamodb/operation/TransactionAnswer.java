package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.operation.Capacity.Work;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionRequest.Part;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a transaction that took effect answers. */
final class TransactionAnswer {
  private final Fields asked;
  private final List<Part> parts;
  private final Map<String, TableDescriptor> tables;

  TransactionAnswer(Fields asked, List<Part> parts, Map<String, TableDescriptor> tables) {
    this.asked = asked;
    this.parts = parts;
    this.tables = tables;
  }

  /**
   * @param result {@code Transacted} or {@code TokenSpent}
   */
  JsonOutput of(Result result) {
    return into(new JsonOutput().beginObject(), result).endObject();
  }

  /** As {@link #of}, but only the members. */
  JsonOutput into(JsonOutput output, Result result) {
    List<WriteCost> costs =
        result instanceof Result.Transacted transacted ? transacted.costs() : List.of();
    Futures.writeCapacities(output, asked, capacities(costs));
    if (Choices.wantsCollectionMetrics(asked)) {
      writeCollectionMetrics(output, costs);
    }
    return output;
  }

  /**
   * A repetition writes nothing and costs reads. Of what it read it tells us nothing, so an item
   * counts as what the request shows of it.
   */
  private List<Capacity> capacities(List<WriteCost> costs) {
    boolean repeated = costs.isEmpty();
    Work work = repeated ? Work.TRANSACTIONAL_READ : Work.TRANSACTIONAL_WRITE;
    Map<String, Capacity> capacities = new LinkedHashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      Capacity capacity =
          capacities.computeIfAbsent(part.tableName(), name -> new Capacity(name, work));
      if (repeated) {
        capacity.addTableRead(Capacity.readUnits(part.action().keyOrItem().sizeBytes(), true));
      } else {
        capacity.add(costs.get(i), TableAccess.of(tables, part.tableName()));
      }
    }
    return new ArrayList<>(capacities.values());
  }

  /** A repetition has touched no collection. */
  private void writeCollectionMetrics(JsonOutput output, List<WriteCost> costs) {
    output.name("ItemCollectionMetrics").beginObject();
    for (TableDescriptor table : tables.values()) {
      if (table.localIndexes().isEmpty() || costs.isEmpty()) {
        continue;
      }
      output.name(table.name()).beginArray();
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        TransactionAction action = part.action();
        if (action instanceof TransactionAction.Write && part.tableName().equals(table.name())) {
          WriteAnswers.collectionMetrics(output, table, action.keyOrItem(), costs.get(i));
        }
      }
      output.endArray();
    }
    output.endObject();
  }
}
