package dev.holdfast.client.routing;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.TableId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Waits until a global index has every change that the partitions of its table have had when they
 * were asked: all of them at the same time (decision 0041).
 */
final class IndexedRead {
  /** An index that lags for longer is refused as behind. */
  private static final Duration ATTEMPT = Duration.ofSeconds(3);

  private final Reads reads;
  private final TableId table;
  private final TableId index;
  private final ReadOptions options;
  private final long deadlineNanos;

  IndexedRead(Reads reads, TableId table, TableId index, ReadOptions options, long deadlineNanos) {
    this.reads = reads;
    this.table = table;
    this.index = index;
    this.options = options;
    this.deadlineNanos = deadlineNanos;
  }

  /** {@link ReadResult.Indexed}, or what a partition has refused. */
  CompletableFuture<ReadResult> run(ClusterMap map) {
    List<CompletableFuture<ReadResult>> asked = new ArrayList<>();
    KeyRange range = KeyEncoding.tableRange(table);
    for (ClusterMap.Partition partition : map.partitions()) {
      KeyRange part = partition.range().intersection(range);
      if (part != null) {
        asked.add(from(part));
      }
    }
    if (asked.isEmpty()) {
      return from(range); // the map is not known yet
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(all -> asked.stream().map(CompletableFuture::join).reduce(this::worse).get());
  }

  private ReadResult worse(ReadResult one, ReadResult other) {
    return one instanceof ReadResult.Indexed ? other : one;
  }

  private CompletableFuture<ReadResult> from(KeyRange rest) {
    return reads
        .readPatiently(
            rest.startInclusive(),
            new Read.Indexed(table, index, rest),
            options,
            ATTEMPT,
            deadlineNanos)
        .thenCompose(answer -> take(rest, answer));
  }

  /** A partition may have been split since. */
  private CompletableFuture<ReadResult> take(KeyRange asked, Reads.Answer answer) {
    Bytes end = answer.route().range().endExclusive();
    return answer.result() instanceof ReadResult.Indexed done && done.continues() && end != null
        ? from(asked.from(end))
        : CompletableFuture.completedFuture(answer.result());
  }
}
