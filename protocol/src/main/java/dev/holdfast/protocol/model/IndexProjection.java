package dev.holdfast.protocol.model;

import java.util.List;

/**
 * Which attributes of an item an index shows.
 *
 * @param include the non-key attributes of kind {@code INCLUDE}, in the order of the request; empty
 *     for the other kinds
 */
public record IndexProjection(Kind kind, List<String> include) {
  /** DynamoDB's projection types. */
  public enum Kind {
    ALL,
    KEYS_ONLY,
    INCLUDE
  }

  public IndexProjection {
    include = List.copyOf(include);
  }
}
