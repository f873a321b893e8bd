package dev.holdfast.protocol.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What follows the writes of a table: streams and indexes by way of its change log (design section
 * 8), and the time at which items expire.
 *
 * @param streams of the table, those that are disabled included while their records may be read,
 *     oldest first; at most the last one is enabled
 * @param globalIndexes in the order in which they were created
 * @param timeToLive null: items do not expire
 */
public record Followers(
    List<TableStream> streams, List<GlobalIndex> globalIndexes, @Nullable TimeToLive timeToLive) {
  public static final Followers NONE = new Followers(List.of(), List.of());

  /** How long the records of a stream can be read (AWS Developer Guide, "DynamoDB Streams"). */
  public static final long STREAM_MILLIS = 24 * 60 * 60 * 1000L;

  public Followers {
    streams = List.copyOf(streams);
    globalIndexes = List.copyOf(globalIndexes);
  }

  /** Of a table whose items do not expire. */
  public Followers(List<TableStream> streams, List<GlobalIndex> globalIndexes) {
    this(streams, globalIndexes, null);
  }

  /** The stream that records writes now. */
  public Optional<TableStream> stream() {
    return streams.isEmpty()
        ? Optional.empty()
        : Optional.of(streams.get(streams.size() - 1)).filter(TableStream::isEnabled);
  }

  /** The stream that a description names: the enabled one, or else the last one there was. */
  public Optional<TableStream> latestStream() {
    return streams.isEmpty() ? Optional.empty() : Optional.of(streams.get(streams.size() - 1));
  }

  public Optional<GlobalIndex> globalIndex(String name) {
    return globalIndexes.stream().filter(index -> index.name().equals(name)).findFirst();
  }

  /** The first version of the table whose changes all of its indexes need to know. */
  public long indexedSince() {
    return globalIndexes.stream().mapToLong(GlobalIndex::since).max().orElse(0);
  }

  /** The indexes that go by a segment. */
  public List<GlobalIndex> globalIndexesOf(ChangeSegment segment) {
    return globalIndexes.stream().filter(segment::isFor).toList();
  }

  /** With other indexes. */
  public Followers withGlobalIndexes(List<GlobalIndex> newIndexes) {
    return new Followers(streams, newIndexes, timeToLive);
  }

  /**
   * With items that expire otherwise.
   *
   * @param newTimeToLive null: not at all
   */
  public Followers withTimeToLive(@Nullable TimeToLive newTimeToLive) {
    return new Followers(streams, globalIndexes, newTimeToLive);
  }

  /** Whether writes are to be recorded. */
  public boolean needChangeLog() {
    return stream().isPresent() || !globalIndexes.isEmpty();
  }

  /** As they are when the meta group takes the table in: the streams begin with it. */
  Followers createdAt(long millis) {
    Followers others = new Followers(List.of(), globalIndexes, timeToLive);
    return stream().map(stream -> others.withStream(stream.view(), millis)).orElse(others);
  }

  /** With a stream that begins now, the others disabled, and without those that nobody can read. */
  public Followers withStream(StreamView view, long nowMillis) {
    long last = latestStream().map(TableStream::labelMillis).orElse(0L);
    List<TableStream> after = new ArrayList<>(withoutStream(nowMillis).streams());
    after.add(new TableStream(Math.max(nowMillis, last + 1), view, 0));
    return new Followers(after, globalIndexes, timeToLive);
  }

  /** With every stream disabled, and without those that nobody can read any more. */
  public Followers withoutStream(long nowMillis) {
    return new Followers(
        streams.stream()
            .map(stream -> stream.isEnabled() ? stream.disabledAt(nowMillis) : stream)
            .filter(stream -> nowMillis - stream.disabledAtMillis() < STREAM_MILLIS)
            .toList(),
        globalIndexes,
        timeToLive);
  }
}
