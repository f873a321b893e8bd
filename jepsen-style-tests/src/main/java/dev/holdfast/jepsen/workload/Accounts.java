package dev.holdfast.jepsen.workload;

import java.util.Map;

/**
 * Accounts of a store with transactions. Used by one thread.
 *
 * <p>A method throws {@link NoEffectException} when certainly nothing has changed, and any other
 * exception when nobody knows.
 */
public interface Accounts extends AutoCloseable {
  /** Of all accounts, at one moment. */
  Map<String, Long> balances();

  /**
   * Changes the balances together.
   *
   * @param changes by account; their sum is zero
   * @return false if a balance would have become negative; nothing has changed then
   */
  boolean transfer(Map<String, Long> changes);

  @Override
  void close();
}
