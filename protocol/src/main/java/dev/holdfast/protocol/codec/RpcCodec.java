package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.wire.NodeReplyProto;
import dev.holdfast.protocol.wire.NodeRequestProto;
import java.io.IOException;

/**
 * Requests, replies and failures between clients and nodes. Length and correlation id are the
 * transport's. What was decoded holds slices of the bytes, which must not change.
 */
public final class RpcCodec {
  private RpcCodec() {}

  public static Bytes encode(NodeRequest request) {
    return Wire.encode(RequestMapping.encode(request));
  }

  /**
   * @throws InvalidRequestException when these are not the bytes of a request
   */
  public static NodeRequest decodeRequest(Bytes bytes) {
    try {
      return RequestMapping.decode(Wire.parse(NodeRequestProto.parser(), bytes));
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidRequestException("The request does not decode: " + e.getMessage());
    }
  }

  public static Bytes encode(NodeReply reply) {
    return Wire.encode(ReplyMapping.encode(reply));
  }

  public static Bytes encode(StoreException failure) {
    return Wire.encode(
        NodeReplyProto.newBuilder().setFailure(FailureMapping.encode(failure)).build());
  }

  /**
   * The answer of a node.
   *
   * @throws StoreException the failure that the node answered; an {@link IndeterminateException} of
   *     our own when the bytes are not those of an answer, for the request may have been applied
   */
  public static NodeReply decodeReply(Bytes bytes) {
    try {
      return ReplyMapping.decode(Wire.parse(NodeReplyProto.parser(), bytes));
    } catch (IOException | IllegalArgumentException e) {
      throw new IndeterminateException("The node's answer does not decode: " + e.getMessage(), e);
    }
  }
}
