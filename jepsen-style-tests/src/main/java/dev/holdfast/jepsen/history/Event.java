package dev.holdfast.jepsen.history;

/**
 * A call, its end, or something that happened to the cluster, as a history writes it.
 *
 * @param timeNanos since the run began
 * @param process the client, or {@link #NEMESIS}
 */
public record Event(long timeNanos, Type type, int process, String function, Form value) {
  /** The process that breaks things. */
  public static final int NEMESIS = -1;

  /** Jepsen's names in small letters. */
  public enum Type {
    /** The call. */
    INVOKE,
    /** It took effect. */
    OK,
    /** It certainly took no effect. */
    FAIL,
    /** Nobody knows whether it did; or something that is no operation. */
    INFO
  }
}
