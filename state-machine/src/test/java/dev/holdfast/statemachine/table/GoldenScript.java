package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.Replicas;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;

/**
 * Runs the lines of a golden script on one replica of {@link TableWorkload#TABLE}. Words are {@code
 * name=text}, {@code name=#number}; clauses are {@code if exists|absent NAME}, {@code if NAME =
 * VALUE}, {@code return WHAT}, {@code stale}; updates are {@code set}, {@code add}, {@code remove}.
 */
@NullUnmarked // null is "no clause"
final class GoldenScript implements AutoCloseable {
  private final ReplicatedStateMachine replica = Replicas.inMemoryWithTable();

  String run(String line) {
    List<String> words = new ArrayList<>(List.of(line.trim().split("\\s+")));
    String verb = words.remove(0);
    TableRef ref =
        words.remove("stale") ? new TableRef(TableWorkload.TABLE.id(), 9) : TableWorkload.REF;
    ReturnValues returned = returned(words);
    Condition condition = condition(words);
    ReturnOnFailure onFailure = ReturnOnFailure.ALL_OLD;
    return switch (verb) {
      case "put" -> apply(new Command.Put(ref, item(words), condition, returned, onFailure));
      case "delete" -> apply(new Command.Delete(ref, item(words), condition, returned, onFailure));
      case "update" -> {
        Item key = item(words.subList(0, 2));
        Update update = update(words.subList(2, words.size()));
        yield apply(new Command.Modify(ref, key, update, condition, returned, onFailure));
      }
      case "drop" -> apply(new Command.DropTable(TableWorkload.TABLE.id()));
      case "install" -> apply(new Command.InstallTable(TableWorkload.TABLE));
      case "get" -> read(new Read.Get(ref, item(words), Projection.ALL));
      case "query" -> read(query(ref, words, new Read.Output.Items(Projection.ALL)));
      case "projected" -> read(query(ref, words, new Read.Output.Projected()));
      case "count" -> read(query(ref, words, new Read.Output.Count()));
      case "scan" ->
          read(
              new Read.Scan(
                  ref,
                  words.isEmpty() ? null : words.get(0),
                  KeyEncoding.tableRange(TableWorkload.TABLE.id()),
                  new Paging(null, Paging.Order.ASCENDING, 100, Paging.PAGE_BYTES_MAX),
                  null,
                  new Read.Output.Items(Projection.ALL)));
      default -> throw new IllegalArgumentException("unknown verb: " + line);
    };
  }

  /** {@code query PARTITION [INDEX] [limit N] [backward]}. */
  private static Read query(TableRef ref, List<String> words, Read.Output output) {
    Paging.Order order =
        words.remove("backward") ? Paging.Order.DESCENDING : Paging.Order.ASCENDING;
    int limit = 100;
    int at = words.indexOf("limit");
    if (at >= 0) {
      limit = Integer.parseInt(words.get(at + 1));
      words.subList(at, at + 2).clear();
    }
    String index = words.size() > 1 ? words.get(1) : null;
    return new Read.Query(
        ref,
        index,
        EncodedValue.ofString(words.get(0)),
        new SortCondition.Any(),
        new Paging(null, order, limit, Paging.PAGE_BYTES_MAX),
        null,
        output);
  }

  private String apply(Command command) {
    long index = replica.applied().index() + 1;
    Proposal proposal = new Proposal(new RequestId(1, index), 0, false, command);
    Result result =
        replica.apply(new ApplyContext(1, index), new LogEntry(index, List.of(proposal))).get(0);
    if (result instanceof Result.Written written) {
      String indexes =
          written.cost().indexUnits().isEmpty() ? "" : " indexes=" + written.cost().indexUnits();
      String attributes =
          written.attributes() == null ? "" : " returned=" + print(written.attributes());
      return "written units=" + written.cost().tableUnits() + indexes + attributes;
    }
    return result instanceof Result.Rejected rejected
        ? "rejected " + print(rejected)
        : result.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
  }

  private static String print(Result.Rejected rejected) {
    if (rejected.rejection() instanceof dev.holdfast.protocol.command.Rejection.ConditionFailed f) {
      return "ConditionFailed current=" + (f.item() == null ? "none" : print(f.item()));
    }
    return rejected.rejection().toString();
  }

  private String read(Read read) {
    try (StateSnapshot snapshot = replica.snapshot()) {
      ReadResult result = snapshot.read(read, KnownOutcomes.NONE_CARED_FOR);
      if (result instanceof ReadResult.Found found) {
        return found.item() == null ? "none" : print(found.item());
      }
      if (result instanceof ReadResult.Refused refused) {
        return "refused " + refused.rejection();
      }
      ReadResult.Page page = (ReadResult.Page) result;
      StringBuilder text = new StringBuilder();
      page.items().forEach(item -> text.append(print(item)).append('\n'));
      text.append("count=").append(page.count()).append(" scanned=").append(page.scannedCount());
      text.append(" bytes=").append(page.scannedBytes());
      text.append(page.fetchedUnits() == 0 ? "" : " fetched=" + page.fetchedUnits());
      text.append(page.lastEvaluated() == null ? "" : " last=" + print(page.lastEvaluated()));
      return text.toString();
    }
  }

  private static ReturnValues returned(List<String> words) {
    int at = words.indexOf("return");
    if (at < 0) {
      return ReturnValues.NONE;
    }
    ReturnValues returned = ReturnValues.valueOf(words.get(at + 1));
    words.subList(at, at + 2).clear();
    return returned;
  }

  private static Condition condition(List<String> words) {
    int at = words.indexOf("if");
    if (at < 0) {
      return null;
    }
    List<String> clause = words.subList(at + 1, words.size());
    Condition condition =
        switch (clause.get(0)) {
          case "exists" -> new Condition.Exists(Path.of(clause.get(1)));
          case "absent" -> new Condition.NotExists(Path.of(clause.get(1)));
          default ->
              new Condition.Compare(
                  Comparator.EQ,
                  new Operand.Attribute(Path.of(clause.get(0))),
                  new Operand.Literal(value(clause.get(2))));
        };
    words.subList(at, words.size()).clear();
    return condition;
  }

  private static Update update(List<String> words) {
    List<Update.Action> actions = new ArrayList<>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      String[] change = words.get(i + 1).split("=", 2);
      Path path = Path.of(change[0]);
      actions.add(
          switch (words.get(i)) {
            case "set" ->
                new Update.Action.Set(path, new Update.SetValue.Literal(value(change[1])));
            case "add" -> new Update.Action.Add(path, value(change[1]));
            case "remove" -> new Update.Action.Remove(path);
            default -> throw new IllegalArgumentException("unknown action: " + words.get(i));
          });
    }
    return new Update(actions);
  }

  private static Item item(List<String> words) {
    TreeMap<String, EncodedValue> attributes = new TreeMap<>();
    for (String word : words) {
      String[] parts = word.split("=", 2);
      attributes.put(parts[0], value(parts[1]));
    }
    return Item.ofEncoded(attributes);
  }

  private static EncodedValue value(String text) {
    return text.startsWith("#")
        ? EncodedValue.ofNumber(new BigDecimal(text.substring(1)))
        : EncodedValue.ofString(text);
  }

  private static String print(Item item) {
    List<String> parts = new ArrayList<>();
    item.forEachAttribute(
        (name, value) ->
            parts.add(
                name
                    + "="
                    + (value.type() == AttributeType.N
                        ? "#" + value.numberText()
                        : value.string())));
    return "{" + String.join(" ", parts) + "}";
  }

  @Override
  public void close() {
    replica.close();
  }
}
