package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.expression.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a text says, before it meets its table. */
public sealed interface Statement {
  /** Of what table or index; an EXISTS has that of its SELECT. */
  Source source();

  /** Whether it only reads. A condition check does not: it goes with writes. */
  default boolean isRead() {
    return this instanceof Select;
  }

  /**
   * A table or an index of it.
   *
   * @param index null for the table itself
   */
  record Source(String table, @Nullable String index) {}

  /** One criterion of an ORDER BY. */
  record Ordering(String attribute, boolean isDescending) {}

  /** {@code SELECT paths FROM source WHERE … ORDER BY …}; no paths mean {@code *}. */
  record Select(List<Path> paths, Source source, @Nullable Term where, List<Ordering> orderings)
      implements Statement {
    public Select {
      paths = List.copyOf(paths);
      orderings = List.copyOf(orderings);
    }
  }

  /** {@code INSERT INTO source VALUE item}. */
  record Insert(Source source, Term item) implements Statement {}

  /**
   * {@code UPDATE source SET … REMOVE … WHERE … RETURNING …}.
   *
   * @param isWhereFirst whether it was written as {@code FROM source WHERE … SET …}, which decides
   *     what parameters come first
   */
  record Update(
      Source source,
      List<Change> changes,
      @Nullable Term where,
      ReturnValues returning,
      boolean isWhereFirst)
      implements Statement {
    public Update {
      changes = List.copyOf(changes);
    }
  }

  /** {@code DELETE FROM source WHERE … RETURNING …}. */
  record Delete(Source source, @Nullable Term where, ReturnValues returning) implements Statement {}

  /** {@code EXISTS(SELECT …)}: a condition check of a transaction. */
  record Exists(Select select) implements Statement {
    @Override
    public Source source() {
      return select.source();
    }
  }

  /**
   * One change of an UPDATE.
   *
   * @param value what to set it to; null to remove it
   */
  record Change(Path path, @Nullable Term value) {}
}
