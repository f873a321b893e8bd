package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.json.TableArns;
import dev.holdfast.node.dynamodb.stream.StreamArn;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Lists the streams of a table or of all tables, in order of names and then of time. */
final class ListStreams implements Operation {
  private static final int LIMIT_MAX = 100;

  /** Tables looked at together; most have no stream. */
  private static final int TABLE_COUNT = 25;

  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shape.optional("TableName", new Shape.Table(Shape.Asker.TABLES)),
          Shape.optional("Limit", Shape.between(1, LIMIT_MAX)),
          Shape.optional("ExclusiveStartStreamArn", Streams.ARN));

  private final Streams streams;

  ListStreams(Streams streams) {
    this.streams = streams;
  }

  @Override
  public String name() {
    return "ListStreams";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    Long limit = fields.whole("Limit");
    Page page =
        new Page(
            request,
            limit == null ? LIMIT_MAX : limit.intValue(),
            start(fields.text("ExclusiveStartStreamArn")));
    String table = fields.text("TableName");
    return table == null
        ? page.ofAll()
        : page.ofTables(List.of(TableArns.tableName(table))).thenApply(more -> page.answer());
  }

  private static @Nullable StreamArn start(@Nullable String arn) {
    return arn == null
        ? null
        : StreamArn.parse(arn)
            .orElseThrow(() -> ApiException.validation("Invalid ExclusiveStartStreamArn"));
  }

  /** One answer that is being gathered; its steps follow each other. */
  private final class Page {
    private final Request request;
    private final int limit;
    private final @Nullable StreamArn after;
    private final List<Streams.Found> found = new ArrayList<>();
    private boolean more;

    private Page(Request request, int limit, @Nullable StreamArn after) {
      this.request = request;
      this.limit = limit;
      this.after = after;
    }

    /** Of the table where the last page ended, and then of those behind it. */
    private CompletableFuture<JsonOutput> ofAll() {
      return after == null
          ? ofTablesAfter(null)
          : ofTables(List.of(after.tableName()))
              .thenCompose(
                  unused ->
                      more
                          ? CompletableFuture.completedFuture(answer())
                          : ofTablesAfter(after.tableName()));
    }

    private CompletableFuture<JsonOutput> ofTablesAfter(@Nullable String name) {
      TableAccess tables = streams.tables();
      return tables
          .store()
          .read(new MetaRead.ListTables(name, TABLE_COUNT), tables.readOptions(true))
          .thenCompose(
              result -> {
                if (!(result instanceof ReadResult.TableNames listed)) {
                  throw new IllegalStateException("a list of tables returned " + result);
                }
                List<String> names = listed.names();
                return ofTables(names)
                    .thenCompose(
                        unused ->
                            more || !listed.more() || names.isEmpty()
                                ? CompletableFuture.completedFuture(answer())
                                : ofTablesAfter(names.get(names.size() - 1)));
              });
    }

    /** Takes what there is room for, and notes whether there is more. */
    private CompletableFuture<Void> ofTables(List<String> names) {
      List<CompletableFuture<Optional<TableDescriptor>>> lookups =
          names.stream().map(streams.tables().store()::refreshTable).toList();
      return Futures.all(lookups).thenAcceptAsync(this::take, request.executor());
    }

    private void take(List<Optional<TableDescriptor>> tables) {
      tables.stream()
          .flatMap(Optional::stream)
          .flatMap(table -> streams.of(table).stream())
          .filter(this::isBehindStart)
          .forEach(
              stream -> {
                if (found.size() < limit) {
                  found.add(stream);
                } else {
                  more = true;
                }
              });
    }

    private boolean isBehindStart(Streams.Found stream) {
      return after == null
          || !stream.table().name().equals(after.tableName())
          || stream.stream().labelMillis() > after.labelMillis();
    }

    private JsonOutput answer() {
      JsonOutput output = new JsonOutput().beginObject().name("Streams").beginArray();
      found.forEach(
          each ->
              output
                  .beginObject()
                  .name("StreamArn")
                  .string(arn(each))
                  .name("TableName")
                  .string(each.table().name())
                  .name("StreamLabel")
                  .string(StreamArn.label(each.stream().labelMillis()))
                  .endObject());
      output.endArray();
      if (more) {
        output.name("LastEvaluatedStreamArn").string(arn(found.get(found.size() - 1)));
      }
      return output.endObject();
    }

    private String arn(Streams.Found stream) {
      return stream.arn().of(TableNames.arn(request.region(), stream.table().name()));
    }
  }
}
