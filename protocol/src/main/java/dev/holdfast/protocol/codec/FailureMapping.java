package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.ThrottledException;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import dev.holdfast.protocol.wire.FailureKindProto;
import dev.holdfast.protocol.wire.FailureProto;
import dev.holdfast.protocol.wire.ReasonProto;
import java.util.Objects;

/** The classes of failure; causes and stack traces stay where they arose. */
final class FailureMapping {
  private FailureMapping() {}

  static FailureProto encode(StoreException failure) {
    FailureProto.Builder proto =
        FailureProto.newBuilder().setMessage(Objects.requireNonNullElse(failure.getMessage(), ""));
    if (failure instanceof InvalidRequestException) {
      proto.setKind(FailureKindProto.FAILURE_KIND_INVALID_REQUEST);
    } else if (failure instanceof ThrottledException) {
      proto.setKind(FailureKindProto.FAILURE_KIND_THROTTLED);
    } else if (failure instanceof UnavailableException unavailable) {
      proto.setKind(FailureKindProto.FAILURE_KIND_UNAVAILABLE);
      proto.setReason(encode(unavailable.reason()));
      NodeId leader = unavailable.leaderHint();
      if (leader != null) {
        proto.setLeaderHint(leader.name());
      }
      ClusterMap map = unavailable.newerMap();
      if (map != null) {
        proto.setNewerMap(ClusterMapping.encode(map));
      }
    } else {
      proto.setKind(FailureKindProto.FAILURE_KIND_INDETERMINATE);
    }
    return proto.build();
  }

  static StoreException decode(FailureProto proto) {
    return switch (proto.getKind()) {
      case FAILURE_KIND_INVALID_REQUEST -> new InvalidRequestException(proto.getMessage());
      case FAILURE_KIND_THROTTLED -> new ThrottledException(proto.getMessage());
      case FAILURE_KIND_UNAVAILABLE ->
          new UnavailableException(
              decode(proto.getReason()),
              proto.getMessage(),
              proto.hasLeaderHint() ? new NodeId(proto.getLeaderHint()) : null,
              proto.hasNewerMap() ? ClusterMapping.decode(proto.getNewerMap()) : null);
      case FAILURE_KIND_INDETERMINATE -> new IndeterminateException(proto.getMessage(), null);
      case FAILURE_KIND_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("kind of failure");
    };
  }

  private static ReasonProto encode(Reason reason) {
    return switch (reason) {
      case NOT_LEADER -> ReasonProto.REASON_NOT_LEADER;
      case NOT_HOSTED -> ReasonProto.REASON_NOT_HOSTED;
      case STALE_EPOCH -> ReasonProto.REASON_STALE_EPOCH;
      case UNREACHABLE -> ReasonProto.REASON_UNREACHABLE;
      case NOT_READY -> ReasonProto.REASON_NOT_READY;
      case STOPPING -> ReasonProto.REASON_STOPPING;
    };
  }

  private static Reason decode(ReasonProto proto) {
    return switch (proto) {
      case REASON_NOT_LEADER -> Reason.NOT_LEADER;
      case REASON_NOT_HOSTED -> Reason.NOT_HOSTED;
      case REASON_STALE_EPOCH -> Reason.STALE_EPOCH;
      case REASON_UNREACHABLE -> Reason.UNREACHABLE;
      case REASON_NOT_READY -> Reason.NOT_READY;
      case REASON_STOPPING -> Reason.STOPPING;
      case REASON_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("reason");
    };
  }
}
