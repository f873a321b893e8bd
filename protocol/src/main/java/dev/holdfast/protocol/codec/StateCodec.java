package dev.holdfast.protocol.codec;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.wire.AttemptProto;
import dev.holdfast.protocol.wire.ChangeSegmentProto;
import dev.holdfast.protocol.wire.ClusterMapProto;
import dev.holdfast.protocol.wire.MembershipProto;
import dev.holdfast.protocol.wire.MergeProto;
import dev.holdfast.protocol.wire.MergeRecordProto;
import dev.holdfast.protocol.wire.MoveProto;
import dev.holdfast.protocol.wire.PartitionProto;
import dev.holdfast.protocol.wire.ResultProto;
import dev.holdfast.protocol.wire.SplitProto;
import dev.holdfast.protocol.wire.TableDescriptorProto;
import java.io.IOException;
import java.util.function.Function;

/**
 * What state machines store besides items. Equal records have equal bytes, so that replicas agree
 * byte by byte (invariant 1).
 *
 * <p>Every {@code decode…} throws {@link CorruptLogException} when the bytes are not what its
 * {@code encode} wrote; results hold slices of the bytes.
 */
public final class StateCodec {
  private StateCodec() {}

  public static Bytes encode(TableDescriptor table) {
    return Wire.encode(TableMapping.encode(table));
  }

  public static TableDescriptor decodeTable(Bytes bytes) {
    return decode("a table descriptor", TableDescriptorProto.parser(), TableMapping::decode, bytes);
  }

  public static Bytes encode(ChangeSegment segment) {
    return Wire.encode(ChangeMapping.encode(segment));
  }

  public static ChangeSegment decodeSegment(Bytes bytes) {
    return decode("a segment", ChangeSegmentProto.parser(), ChangeMapping::decode, bytes);
  }

  public static Bytes encode(ClusterMap map) {
    return Wire.encode(ClusterMapping.encode(map));
  }

  public static ClusterMap decodeMap(Bytes bytes) {
    return decode("a cluster map", ClusterMapProto.parser(), ClusterMapping::decode, bytes);
  }

  public static Bytes encode(ClusterMap.Partition partition) {
    return Wire.encode(ClusterMapping.encode(partition));
  }

  public static ClusterMap.Partition decodePartition(Bytes bytes) {
    return decode("a partition", PartitionProto.parser(), ClusterMapping::decode, bytes);
  }

  public static Bytes encode(SplitOperation operation) {
    return Wire.encode(ClusterMapping.encode(operation));
  }

  public static SplitOperation decodeSplit(Bytes bytes) {
    return decode("a split", SplitProto.parser(), ClusterMapping::decode, bytes);
  }

  public static Bytes encode(MergeOperation operation) {
    return Wire.encode(MergeMapping.encode(operation));
  }

  public static MergeOperation decodeMergeOperation(Bytes bytes) {
    return decode("a merge", MergeProto.parser(), MergeMapping::decode, bytes);
  }

  public static Bytes encode(Merge merge) {
    return Wire.encode(MergeMapping.encode(merge));
  }

  public static Merge decodeMerge(Bytes bytes) {
    return decode("a merge", MergeRecordProto.parser(), MergeMapping::decode, bytes);
  }

  public static Bytes encode(MoveOperation operation) {
    return Wire.encode(MembershipMapping.encode(operation));
  }

  public static MoveOperation decodeMove(Bytes bytes) {
    return decode("a move", MoveProto.parser(), MembershipMapping::decode, bytes);
  }

  public static Bytes encode(Membership membership) {
    return Wire.encode(MembershipMapping.encode(membership));
  }

  public static Membership decodeMembership(Bytes bytes) {
    return decode("a membership", MembershipProto.parser(), MembershipMapping::decode, bytes);
  }

  public static Bytes encode(Result result) {
    return Wire.encode(ResultMapping.encode(result));
  }

  public static Result decodeResult(Bytes bytes) {
    return decode("a result", ResultProto.parser(), ResultMapping::decode, bytes);
  }

  public static Bytes encode(Attempt attempt) {
    return Wire.encode(TransactionMapping.encode(attempt));
  }

  public static Attempt decodeAttempt(Bytes bytes) {
    return decode("an attempt", AttemptProto.parser(), TransactionMapping::decode, bytes);
  }

  private static <M extends MessageLite, R> R decode(
      String what, Parser<M> parser, Function<M, R> mapping, Bytes bytes) {
    try {
      return mapping.apply(Wire.parse(parser, bytes));
    } catch (IOException | IllegalArgumentException e) {
      throw new CorruptLogException("stored " + what + " does not decode: " + e.getMessage(), e);
    }
  }
}
