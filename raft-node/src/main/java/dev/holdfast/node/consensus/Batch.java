package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.Result;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * The proposals of one Raft entry on their way through the leader that submitted it. Ratis carries
 * it from submission to apply as the request's message.
 */
final class Batch implements Message {
  /** A run of one write's proposals; a large write may span entries. */
  record Slice(PendingWrite write, int from, int to) {}

  /** One of the pieces that go before the last one, which the batch itself carries. */
  record Piece(ByteString content) implements Message {
    @Override
    public ByteString getContent() {
      return content;
    }
  }

  private final List<Slice> slices;
  private final long stampMicros;
  private final List<Piece> before;
  private final ByteString content;
  private final Lease.Moment submitted;
  private boolean settled;

  /**
   * @param entry its bytes, in pieces if there are several
   * @param submitted taken before the entry is handed to Ratis (L1)
   */
  Batch(List<Slice> slices, long stampMicros, List<ByteString> entry, Lease.Moment submitted) {
    this.slices = slices;
    this.stampMicros = stampMicros;
    int last = entry.size() - 1;
    this.before = entry.subList(0, last).stream().map(Piece::new).toList();
    this.content = entry.get(last);
    this.submitted = submitted;
  }

  /** The same commands in two runs; empty when there is only one command. */
  static List<List<Slice>> halves(List<Slice> slices) {
    if (slices.size() > 1) {
      int middle = slices.size() / 2;
      return List.of(slices.subList(0, middle), slices.subList(middle, slices.size()));
    }
    Slice only = slices.get(0);
    if (only.to() - only.from() < 2) {
      return List.of();
    }
    int middle = (only.from() + only.to()) / 2;
    return List.of(
        List.of(new Slice(only.write(), only.from(), middle)),
        List.of(new Slice(only.write(), middle, only.to())));
  }

  List<Slice> slices() {
    return slices;
  }

  int commandCount() {
    int count = 0;
    for (Slice slice : slices) {
      count += slice.to() - slice.from();
    }
    return count;
  }

  long stampMicros() {
    return stampMicros;
  }

  Lease.Moment submitted() {
    return submitted;
  }

  /** What is to be in the log just before it; usually nothing. */
  List<Piece> before() {
    return before;
  }

  /** From now on the entry may commit, whatever else happens. */
  void markAppended() {
    slices.forEach(slice -> slice.write().markAppended());
  }

  /**
   * Hands out the results of the entry.
   *
   * @return the writes that have all of theirs now
   */
  List<PendingWrite> answered(List<Result> results) {
    List<PendingWrite> complete = new ArrayList<>(slices.size());
    int next = 0;
    for (Slice slice : slices) {
      int count = slice.to() - slice.from();
      if (slice.write().add(results.subList(next, next + count))) {
        complete.add(slice.write());
      }
      next += count;
    }
    return complete;
  }

  /** True for the first caller only: an entry is either applied here or given up, once. */
  synchronized boolean settle() {
    boolean first = !settled;
    settled = true;
    return first;
  }

  @Override
  public ByteString getContent() {
    return content;
  }

  @Override
  public String toString() {
    return "batch of " + slices.size() + ", " + content.size() + " bytes";
  }
}
