package dev.holdfast.statemachine.spi;

/** Called when a replica cannot continue (rule H8): it must stop, never skip an entry. */
@FunctionalInterface
public interface FaultHandler {
  /**
   * In production logs one line and halts the process; in tests records and returns.
   *
   * @return an exception for the caller to throw, so that nothing after it runs
   */
  RuntimeException fault(String message, Throwable cause);
}
