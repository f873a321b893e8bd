package dev.holdfast.statemachine.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand.Abort;
import dev.holdfast.protocol.command.TransactionCommand.Commit;
import dev.holdfast.protocol.command.TransactionCommand.Prepare;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.table.TableWorkload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.NullUnmarked;

/**
 * R8: a page past the intents is the page that there would be if the committed ones were carried
 * out and the others dropped; whoever reads asks once, and only after what is unknown.
 */
@NullUnmarked // null is "the table", "from the start", "no filter"
class PagesPastIntentsProperties {
  private static final long NOW = 1_000_000_000;
  private static final List<String> SOURCES = new ArrayList<>();

  static {
    SOURCES.add(null);
    TableWorkload.TABLE.localIndexes().forEach(index -> SOURCES.add(index.name()));
  }

  /** What is still open in one partition and over in the other. */
  private static final class Pair {
    final OnePartition open;
    final OnePartition over = new OnePartition();
    final Map<AttemptId, Outcome> outcomes = new HashMap<>();

    Pair(int stretchIntentsMax) {
      open = new OnePartition(TransactionLimits.DEFAULT, new TransactionReader(stretchIntentsMax));
    }

    void apply(Command command) {
      open.apply(NOW, command);
      over.apply(NOW, command);
    }

    ReadResult.Page read(Read read) {
      List<Attempt> unknown = open.unknown(read, attempt -> null);
      Map<AttemptId, Outcome> asked = new HashMap<>();
      unknown.forEach(attempt -> asked.put(attempt.id(), outcomes.get(attempt.id())));
      ReadResult result = open.read(read, attempt -> asked.get(attempt.id()));
      assertThat(result).isEqualTo(over.read(read, KnownOutcomes.NONE_CARED_FOR));
      return (ReadResult.Page) result;
    }
  }

  @Property(tries = 150)
  void aPageIsThatOfWhatWillHaveHappened(@ForAll long seed) {
    Random random = new Random(seed);
    TableWorkload workload = new TableWorkload(random);
    Pair pair = new Pair(1 + random.nextInt(4));
    for (int i = 0; i < 30; i++) {
      pair.apply(workload.write());
    }
    List<Command> ends = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      ends.add(prepare(pair, i, workload, random));
    }
    ends.forEach(end -> pair.over.apply(NOW, end));
    for (int i = 0; i < 30; i++) {
      readAll(pair, workload, random);
    }
  }

  /** Returns what ends it. */
  private static Command prepare(Pair pair, int id, TableWorkload workload, Random random) {
    Attempt attempt =
        new Attempt(new AttemptId(0, id), Bytes.wrap(new byte[1]), NOW + 1_000_000, null);
    List<TransactionAction> actions = new ArrayList<>();
    List<Bytes> keys = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      Command.ItemWrite write = workload.write();
      actions.add(new TransactionAction.Write(write));
      keys.add(
          KeyEncoding.routingKey(
              TableWorkload.TABLE.id(), TableWorkload.SCHEMA, write.keyOrItem()));
    }
    boolean commits = random.nextBoolean();
    pair.apply(new Prepare(attempt, actions));
    pair.outcomes.put(
        attempt.id(),
        commits ? Outcome.COMMITTED : random.nextBoolean() ? Outcome.ABORTED : Outcome.UNDECIDED);
    return commits ? new Commit(attempt, keys) : new Abort(attempt, keys);
  }

  private static void readAll(Pair pair, TableWorkload workload, Random random) {
    String source = SOURCES.get(random.nextInt(SOURCES.size()));
    Paging.Order order = random.nextBoolean() ? Paging.Order.ASCENDING : Paging.Order.DESCENDING;
    int limit = 1 + random.nextInt(6);
    int bytesMax = random.nextBoolean() ? 200 : Paging.PAGE_BYTES_MAX;
    EncodedValue partitionKey =
        random.nextBoolean() ? null : EncodedValue.of(workload.partitionKey());
    Item start = null;
    do {
      Paging paging = new Paging(start, order, limit, bytesMax);
      start = pair.read(read(source, partitionKey, paging)).lastEvaluated();
    } while (start != null);
  }

  private static Read read(String source, EncodedValue partitionKey, Paging paging) {
    Read.Output output = new Read.Output.Projected();
    return partitionKey == null
        ? new Read.Scan(TableWorkload.REF, source, KeyRange.ALL, paging, null, output)
        : new Read.Query(
            TableWorkload.REF, source, partitionKey, new SortCondition.Any(), paging, null, output);
  }
}
