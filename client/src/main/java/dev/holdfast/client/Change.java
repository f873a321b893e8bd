package dev.holdfast.client;

import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeRecord.Kind;
import dev.holdfast.protocol.model.ChangeRecord.Origin;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.StreamView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One change of one item.
 *
 * <pre>{@code
 * String id = change.key().string("id");
 * if (change.kind() == ChangeRecord.Kind.REMOVE) {
 *   index.remove(id);
 * } else {
 *   index.put(id, change.after().orElseThrow().string("status"));
 * }
 * }</pre>
 *
 * @param key the key attributes
 * @param before the item as it was; empty when there was none, or the stream does not show it
 * @param after the item as it became; empty when there is none, or the stream does not show it
 * @param time when it was committed; of a transaction when it began
 * @param sequenceNumber greater than that of every earlier change of the same item: whoever keeps
 *     the last one of each item can tell a change that comes again
 * @param origin who changed it
 */
public record Change(
    Document key,
    Kind kind,
    Optional<Document> before,
    Optional<Document> after,
    Instant time,
    long sequenceNumber,
    Origin origin) {
  /** With the images that the stream shows: a log may keep more. */
  static Change of(ChangeRecord change, StreamView view) {
    return new Change(
        Document.of(change.key()),
        change.kind(),
        image(view.showsBefore(), change.before()),
        image(view.showsAfter(), change.after()),
        Instant.EPOCH.plus(change.timeMicros(), ChronoUnit.MICROS),
        change.number(),
        change.origin());
  }

  private static Optional<Document> image(boolean isShown, @Nullable Item item) {
    return isShown && item != null ? Optional.of(Document.of(item)) : Optional.empty();
  }
}
