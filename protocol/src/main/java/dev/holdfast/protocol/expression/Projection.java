package dev.holdfast.protocol.expression;

import java.util.List;

/**
 * A parsed ProjectionExpression.
 *
 * @param paths not overlapping; empty means the whole item
 */
public record Projection(List<Path> paths) {
  public static final Projection ALL = new Projection(List.of());

  public Projection {
    paths = List.copyOf(paths);
  }

  public boolean isAll() {
    return paths.isEmpty();
  }
}
