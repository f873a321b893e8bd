package dev.holdfast.jepsen.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an item holds.
 *
 * @param value its number; null when it has none, or is not there
 * @param numbers its list; empty when it has none
 */
public record Content(@Nullable Long value, List<Long> numbers) {
  /** Of an item that is not there. */
  public static final Content NONE = new Content(null, List.of());

  public Content {
    numbers = List.copyOf(numbers);
  }
}
