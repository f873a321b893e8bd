package dev.holdfast.jepsen.workload;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Lists of numbers of a store with transactions; an absent list is empty. Used by one thread.
 *
 * <p>A method throws {@link NoEffectException} when certainly nothing has changed, and any other
 * exception when nobody knows.
 */
public interface Lists extends AutoCloseable {
  /** All of them as they are at one moment. */
  Map<String, List<Long>> read(Collection<String> lists);

  /** A strong read without a transaction. */
  List<Long> readOne(String list);

  /** Appends the number to each list, or to none. */
  void append(Collection<String> lists, long number);

  /**
   * Appends as {@link #append} does if another list is still this.
   *
   * @return false if it is not; nothing has changed then
   */
  boolean appendIf(String other, List<Long> expected, Collection<String> lists, long number);

  /** Appends without a transaction, and returns what the list was before. */
  List<Long> appendToOne(String list, long number);

  @Override
  void close();
}
