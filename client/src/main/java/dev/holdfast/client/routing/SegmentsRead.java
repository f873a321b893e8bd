package dev.holdfast.client.routing;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.TableId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The segments of a table's change log from as many partitions as it takes, one after the other,
 * each asked for what lies behind the one before: so a segment that was there all the time is found
 * once, even if partitions are split and merged meanwhile.
 *
 * <p>State is handed from one partition's answer to the next question; it needs no lock.
 */
final class SegmentsRead {
  private final Reads reads;
  private final TableId table;
  private final ReadOptions options;
  private final long deadlineNanos;
  private final List<ChangeSegment> segments = new ArrayList<>();

  SegmentsRead(Reads reads, TableId table, ReadOptions options, long deadlineNanos) {
    this.reads = reads;
    this.table = table;
    this.options = options;
    this.deadlineNanos = deadlineNanos;
  }

  CompletableFuture<ReadResult> run() {
    return from(KeyEncoding.tableRange(table));
  }

  private CompletableFuture<ReadResult> from(KeyRange rest) {
    return reads
        .read(rest.startInclusive(), new Read.Segments(table, rest), options, deadlineNanos)
        .thenCompose(answer -> take(rest, answer));
  }

  private CompletableFuture<ReadResult> take(KeyRange asked, Reads.Answer answer) {
    if (!(answer.result() instanceof ReadResult.Segments found)) {
      return CompletableFuture.completedFuture(answer.result());
    }
    segments.addAll(found.segments());
    Bytes end = answer.route().range().endExclusive();
    if (found.continues() && end != null) {
      return from(asked.from(end));
    }
    segments.sort(Comparator.comparing(ChangeSegment::id));
    return CompletableFuture.completedFuture(new ReadResult.Segments(segments, false));
  }
}
