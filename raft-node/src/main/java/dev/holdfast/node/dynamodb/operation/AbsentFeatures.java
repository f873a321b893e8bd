package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.json.Shape.Member;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Questions about features that are not built, which have a true answer all the same: a table has
 * no backups, and of what there is none the list is empty. Infrastructure tools ask them of every
 * table. Operations that would change something stay unknown.
 */
final class AbsentFeatures {
  private static final String DISABLED = "DISABLED";
  private static final Member ARN_OF_TABLE = Shape.optional("TableArn", Shape.text(1, 1024));
  private static final Member TABLE =
      Shape.optional("TableName", new Shape.Table(Shape.Asker.TABLES));
  private static final Member LIMIT = Shape.optional("Limit", Shape.between(1, 100));
  private static final Member NEXT_TOKEN = Shape.optional("NextToken", Shape.TEXT);
  private static final Shape ARN = Shape.text(37, 1024);

  private AbsentFeatures() {}

  /** An operation that is no more than a function. */
  private record Question(
      String name, Shape.Structure shape, Function<Request, CompletableFuture<JsonOutput>> answer)
      implements Operation {
    @Override
    public CompletableFuture<JsonOutput> run(Request request) {
      return answer.apply(request);
    }
  }

  static List<Operation> all(TableChanges changes) {
    return List.of(
        continuousBackups(changes),
        contributorInsights(changes),
        kinesisDestinations(changes),
        emptyList(
            "ListBackups",
            "BackupSummaries",
            TABLE,
            LIMIT,
            Shape.optional("TimeRangeLowerBound", Shape.WHOLE),
            Shape.optional("TimeRangeUpperBound", Shape.WHOLE),
            Shape.optional("ExclusiveStartBackupArn", ARN),
            Shape.optional("BackupType", Shape.choice("USER", "SYSTEM", "AWS_BACKUP", "ALL"))),
        emptyList(
            "ListContributorInsights",
            "ContributorInsightsSummaries",
            TABLE,
            NEXT_TOKEN,
            Shape.optional("MaxResults", Shape.between(Integer.MIN_VALUE, 100))),
        emptyList(
            "ListExports",
            "ExportSummaries",
            ARN_OF_TABLE,
            Shape.optional("MaxResults", Shape.between(1, 25)),
            NEXT_TOKEN),
        emptyList(
            "ListImports",
            "ImportSummaryList",
            ARN_OF_TABLE,
            Shape.optional("PageSize", Shape.between(1, 25)),
            NEXT_TOKEN),
        emptyList(
            "ListGlobalTables",
            "GlobalTables",
            Shape.optional("ExclusiveStartGlobalTableName", Shapes.NAME),
            Shape.optional("Limit", Shape.atLeast(1)),
            Shape.optional("RegionName", Shape.TEXT)));
  }

  /** Of what there is none, whichever is asked for. */
  private static Operation emptyList(String name, String member, Member... members) {
    return new Question(
        name,
        Shape.structure(members),
        request ->
            CompletableFuture.completedFuture(
                new JsonOutput().beginObject().name(member).beginArray().endArray().endObject()));
  }

  private static Operation continuousBackups(TableChanges changes) {
    return new Question(
        "DescribeContinuousBackups",
        Shape.structure(Shapes.TABLE_NAME),
        request -> {
          String name = TableNames.of(request.fields());
          return changes
              .find(request, name)
              .thenApply(
                  found -> {
                    if (found.isEmpty()) {
                      throw new ApiException(ErrorType.TABLE_NOT_FOUND, "Table not found: " + name);
                    }
                    return continuousBackups();
                  });
        });
  }

  private static JsonOutput continuousBackups() {
    return new JsonOutput()
        .beginObject()
        .name("ContinuousBackupsDescription")
        .beginObject()
        .name("ContinuousBackupsStatus")
        .string(DISABLED)
        .name("PointInTimeRecoveryDescription")
        .beginObject()
        .name("PointInTimeRecoveryStatus")
        .string(DISABLED)
        .endObject()
        .endObject()
        .endObject();
  }

  private static Operation contributorInsights(TableChanges changes) {
    return new Question(
        "DescribeContributorInsights",
        Shape.structure(Shapes.TABLE_NAME, Shapes.INDEX_NAME),
        request ->
            changes
                .describe(request, TableNames.of(request.fields()))
                .thenApply(table -> contributorInsights(request.fields(), table)));
  }

  private static JsonOutput contributorInsights(Fields fields, TableDescriptor table) {
    String index = fields.text("IndexName");
    JsonOutput output = new JsonOutput().beginObject().name("TableName").string(table.name());
    if (index != null) {
      if (table.localIndex(index).isEmpty() && table.followers().globalIndex(index).isEmpty()) {
        throw new ApiException(
            ErrorType.RESOURCE_NOT_FOUND,
            "Requested resource not found: Index " + index + " for table " + table.name());
      }
      output.name("IndexName").string(index);
    }
    return output.name("ContributorInsightsStatus").string(DISABLED).endObject();
  }

  private static Operation kinesisDestinations(TableChanges changes) {
    return new Question(
        "DescribeKinesisStreamingDestination",
        Shape.structure(Shapes.TABLE_NAME),
        request ->
            changes
                .describe(request, TableNames.of(request.fields()))
                .thenApply(
                    table ->
                        new JsonOutput()
                            .beginObject()
                            .name("TableName")
                            .string(table.name())
                            .name("KinesisDataStreamDestinations")
                            .beginArray()
                            .endArray()
                            .endObject()));
  }
}
