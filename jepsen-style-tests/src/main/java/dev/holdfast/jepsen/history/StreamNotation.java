package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.StreamOperation.ChangeTold;
import dev.holdfast.jepsen.history.StreamOperation.Function;
import dev.holdfast.jepsen.history.StreamOperation.Shard;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * {@code [key value]} of an item; of a stream {@code [[[shard parent]…] [[shard sequence kind key
 * before after]…]]}.
 */
public final class StreamNotation implements Notation<StreamOperation> {
  @Override
  public String function(StreamOperation operation) {
    return operation.function().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Form called(StreamOperation operation) {
    return switch (operation.function()) {
      case PUT, DELETE, TOUCH -> ended(operation);
      case READ -> Form.sequence(Form.of(operation.key()), Form.NOTHING);
      case STREAM -> Form.NOTHING;
    };
  }

  @Override
  public Form ended(StreamOperation operation) {
    if (operation.function() != Function.STREAM) {
      return Form.sequence(Form.of(operation.key()), Forms.orNothing(operation.value()));
    }
    return Form.sequence(
        new Form.Sequence(operation.shards().stream().map(StreamNotation::shard).toList()),
        new Form.Sequence(operation.records().stream().map(StreamNotation::record).toList()));
  }

  private static Form shard(Shard shard) {
    return Form.sequence(Form.of(shard.name()), Forms.orNothing(shard.parent()));
  }

  private static Form record(ChangeTold record) {
    return Form.sequence(
        Form.of(record.shard()),
        Form.of(record.sequence()),
        Form.of(record.kind()),
        Form.of(record.key()),
        Forms.orNothing(record.before()),
        Forms.orNothing(record.after()));
  }

  @Override
  public StreamOperation read(Span span) {
    Function function =
        Arrays.stream(Function.values())
            .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(span.function()))
            .findFirst()
            .orElseThrow(() -> new BrokenHistoryException("not of a stream: " + span.function()));
    List<Form> parts = Forms.items(span.ended(), 2);
    if (function != Function.STREAM) {
      return StreamOperation.ofItem(
          span.process(),
          function,
          Forms.text(parts.get(0)),
          Forms.numberOrNull(parts.get(1)),
          span.outcome(),
          span.callNanos(),
          span.returnNanos());
    }
    return new StreamOperation(
        span.process(),
        function,
        "",
        null,
        Forms.items(parts.get(0)).stream().map(StreamNotation::shard).toList(),
        Forms.items(parts.get(1)).stream().map(StreamNotation::record).toList(),
        span.outcome(),
        span.callNanos(),
        span.returnNanos());
  }

  private static Shard shard(Form form) {
    List<Form> parts = Forms.items(form, 2);
    return new Shard(Forms.text(parts.get(0)), Forms.textOrNull(parts.get(1)));
  }

  private static ChangeTold record(Form form) {
    List<Form> parts = Forms.items(form, 6);
    return new ChangeTold(
        Forms.text(parts.get(0)),
        Forms.text(parts.get(1)),
        Forms.text(parts.get(2)),
        Forms.text(parts.get(3)),
        Forms.numberOrNull(parts.get(4)),
        Forms.numberOrNull(parts.get(5)));
  }
}
