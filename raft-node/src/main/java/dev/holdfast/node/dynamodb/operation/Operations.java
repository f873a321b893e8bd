package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.client.routing.ItemStore;
import dev.holdfast.client.routing.TransactionStore;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** All operations by name, and the names of those DynamoDB has and we do not have yet. */
public final class Operations {
  private static final Set<String> NOT_BUILT =
      Set.of(
          "CreateBackup",
          "CreateGlobalTable",
          "DeleteBackup",
          "DescribeBackup",
          "DescribeExport",
          "DescribeGlobalTable",
          "DescribeGlobalTableSettings",
          "DescribeImport",
          "DescribeTableReplicaAutoScaling",
          "DisableKinesisStreamingDestination",
          "EnableKinesisStreamingDestination",
          "ExportTableToPointInTime",
          "ImportTable",
          "RestoreTableFromBackup",
          "RestoreTableToPointInTime",
          "SearchVectors",
          "UpdateContinuousBackups",
          "UpdateContributorInsights",
          "UpdateGlobalTable",
          "UpdateGlobalTableSettings",
          "UpdateKinesisStreamingDestination",
          "UpdateTableReplicaAutoScaling");

  private final Map<String, Operation> byName = new HashMap<>();

  /**
   * @param timeout bounds each call of the stores
   * @param random thread-safe source of table ids
   * @param partitionUnits load per second that a partition serves before it is split: small strong
   *     reads, each write worth four
   * @param clock tells on which day throughput was lowered, and when streams and iterators are old
   */
  public Operations(
      ItemStore store,
      TransactionStore transactionStore,
      Duration timeout,
      LongSupplier random,
      long partitionUnits,
      Clock clock) {
    TableDescriptions descriptions = new TableDescriptions(clock);
    WarmThroughputs warmth = new WarmThroughputs(partitionUnits);
    TableAccess tables = new TableAccess(store, timeout);
    TransactionAccess transactions = new TransactionAccess(tables, transactionStore, timeout);
    TableChanges changes = new TableChanges(tables);
    List.of(
            new PutItem(tables),
            new GetItem(tables),
            new UpdateItem(tables),
            new DeleteItem(tables),
            new Query(tables),
            new Scan(tables),
            new BatchGetItem(tables),
            new BatchWriteItem(tables),
            new TransactGetItems(transactions),
            new TransactWriteItems(transactions),
            new ExecuteStatement(tables),
            new BatchExecuteStatement(tables),
            new ExecuteTransaction(transactions),
            new CreateTable(changes, random, warmth, descriptions),
            new DescribeTable(tables, changes, descriptions),
            new UpdateTable(changes, random, warmth, descriptions),
            new DeleteTable(changes, descriptions),
            new ListTables(tables),
            new TagResource(changes),
            new UntagResource(changes),
            new ListTagsOfResource(changes),
            new PutResourcePolicy(changes),
            new GetResourcePolicy(changes),
            new DeleteResourcePolicy(changes),
            new DescribeTimeToLive(changes),
            new UpdateTimeToLive(changes),
            new DescribeLimits(),
            new DescribeEndpoints())
        .forEach(operation -> byName.put(operation.name(), operation));
    ofStreams(new Streams(tables, clock, timeout)).forEach(each -> byName.put(each.name(), each));
    AbsentFeatures.all(changes).forEach(question -> byName.put(question.name(), question));
  }

  private static List<Operation> ofStreams(Streams streams) {
    return List.of(
        new ListStreams(streams),
        new DescribeStream(streams),
        new GetShardIterator(streams),
        new GetRecords(streams));
  }

  public @Nullable Operation find(String name) {
    return byName.get(name);
  }

  /** Whether DynamoDB has such an operation, which is not built here yet. */
  public static boolean isKnownButNotBuilt(String name) {
    return NOT_BUILT.contains(name);
  }
}
