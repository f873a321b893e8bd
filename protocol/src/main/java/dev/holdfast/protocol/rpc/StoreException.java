package dev.holdfast.protocol.rpc;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import java.io.Serial;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request that did not succeed, classed by what the caller may do (design section 12). */
public abstract sealed class StoreException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /** What the caller may do. */
  public enum Retry {
    NEVER,
    ALWAYS_SAFE,
    ONLY_WITH_SAME_REQUEST_ID
  }

  /** Why a node could not serve a request that certainly had no effect. */
  public enum Reason {
    /** Another node leads; the hint says which, when known. */
    NOT_LEADER,
    /** This node has no replica of the partition. */
    NOT_HOSTED,
    /** The sender's map is old: range or members have changed. */
    STALE_EPOCH,
    /** There is no connection, or it broke before the request was sent. */
    UNREACHABLE,
    /** No leader, no lease, or not caught up within the time given. */
    NOT_READY,
    /** The node is stopping. */
    STOPPING
  }

  private StoreException(String message, @Nullable Throwable cause) {
    super(message, cause, false, false); // expected on busy paths: no stack trace
  }

  public abstract Retry retry();

  /** The request is malformed or breaks a limit; it was never replicated. */
  public static final class InvalidRequestException extends StoreException {
    @Serial private static final long serialVersionUID = 1;

    public InvalidRequestException(String message) {
      super(message, null);
    }

    @Override
    public Retry retry() {
      return Retry.NEVER;
    }
  }

  /** A limit was reached and nothing happened; retry after a while. */
  public static final class ThrottledException extends StoreException {
    @Serial private static final long serialVersionUID = 1;

    public ThrottledException(String message) {
      super(message, null);
    }

    @Override
    public Retry retry() {
      return Retry.ALWAYS_SAFE;
    }
  }

  /** Certainly not applied. */
  public static final class UnavailableException extends StoreException {
    @Serial private static final long serialVersionUID = 1;
    private final Reason reason;
    private final transient @Nullable NodeId leaderHint;
    private final transient @Nullable ClusterMap newerMap;

    public UnavailableException(Reason reason, String message) {
      this(reason, message, null);
    }

    public UnavailableException(Reason reason, String message, @Nullable NodeId leaderHint) {
      this(reason, message, leaderHint, null);
    }

    public UnavailableException(
        Reason reason, String message, @Nullable NodeId leaderHint, @Nullable ClusterMap newerMap) {
      super(message, null);
      this.reason = reason;
      this.leaderHint = leaderHint;
      this.newerMap = newerMap;
    }

    /** The same, with the map that the sender lacks. */
    public UnavailableException with(ClusterMap map) {
      return new UnavailableException(
          reason, Objects.requireNonNullElse(getMessage(), ""), leaderHint, map);
    }

    public Reason reason() {
      return reason;
    }

    /** The node that leads, as far as the answering node knows. */
    public @Nullable NodeId leaderHint() {
      return leaderHint;
    }

    /** The map that the answering node has, where it shows why the sender's is old. */
    public @Nullable ClusterMap newerMap() {
      return newerMap;
    }

    @Override
    public Retry retry() {
      return Retry.ALWAYS_SAFE;
    }
  }

  /** May or may not have been applied: a time-out, a lost connection, a change of leader. */
  public static final class IndeterminateException extends StoreException {
    @Serial private static final long serialVersionUID = 1;

    public IndeterminateException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }

    @Override
    public Retry retry() {
      return Retry.ONLY_WITH_SAME_REQUEST_ID;
    }
  }
}
