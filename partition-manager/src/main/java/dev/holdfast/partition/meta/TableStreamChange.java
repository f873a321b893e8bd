package dev.holdfast.partition.meta;

import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a stream of an ACTIVE table begins or ends. Messages are DynamoDB's; source: the answers of
 * the service.
 */
final class TableStreamChange {
  /**
   * Streams of one table that can be read at a time: each has its place in the descriptor and in
   * every partition until its records are a day old. Ours; the service names no such limit.
   */
  static final int STREAM_COUNT_MAX = 100;

  private final TableDescriptor table;
  private final long millis;
  private final @Nullable StreamView view;

  /**
   * @param millis when the change was replicated
   * @param view null: ends the stream
   */
  TableStreamChange(TableDescriptor table, long millis, @Nullable StreamView view) {
    this.table = table;
    this.millis = millis;
    this.view = view;
  }

  /** What is wrong with the change. */
  Optional<Rejection> objection() {
    boolean isEnabled = table.followers().stream().isPresent();
    if (view == null) {
      return isEnabled
          ? Optional.empty()
          : invalid("Table has no stream to disable: TableName: " + table.name());
    }
    if (isEnabled) {
      return invalid("Table already has an enabled stream: TableName: " + table.name());
    }
    return after().streams().size() > STREAM_COUNT_MAX
        ? Optional.of(
            new Rejection.LimitExceeded(
                "Subscriber limit exceeded: There is a limit of "
                    + STREAM_COUNT_MAX
                    + " streams per table in 24 hours"))
        : Optional.empty();
  }

  private static Optional<Rejection> invalid(String message) {
    return Optional.of(new Rejection.Invalid(message));
  }

  /** What follows the table's writes from now on. */
  Followers after() {
    return view == null
        ? table.followers().withoutStream(millis)
        : table.followers().withStream(view, millis);
  }
}
