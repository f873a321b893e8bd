package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.Values;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.rpc.StoreException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever the bytes: an answer or the declared exception, nothing else. */
class DamagedBytesProperties {
  private static final List<Proposal> PROPOSALS =
      Samples.commands().values().stream()
          .map(command -> new Proposal(new RequestId(1, 2), 5, false, command))
          .toList();

  @Property(tries = 5000)
  void aDamagedLogEntryIsCorruptOrAnother(@ForAll long seed) {
    Proposal proposal = PROPOSALS.get((int) Math.floorMod(seed, (long) PROPOSALS.size()));
    Bytes entry = CommandCodec.encode(new LogEntry(9, List.of(proposal)));
    try {
      CommandCodec.encode(CommandCodec.decode(Values.damaged(entry, seed)));
    } catch (CorruptLogException expected) {
      // the declared exception
    }
  }

  @Property(tries = 2000)
  void aDamagedRequestIsInvalidOrAnother(@ForAll long seed) {
    Bytes request = RpcCodec.encode(new NodeRequest.Write(new PartitionId(1), 2, PROPOSALS, 1000));
    try {
      RpcCodec.decodeRequest(Values.damaged(request, seed));
    } catch (StoreException.InvalidRequestException expected) {
      // the declared exception
    }
  }

  @Property(tries = 2000)
  void aDamagedReplyIsAFailureOrAnother(@ForAll long seed) {
    Bytes reply = RpcCodec.encode(new NodeReply.Written(Samples.results(), Position.NONE));
    try {
      RpcCodec.decodeReply(Values.damaged(reply, seed));
    } catch (StoreException expected) {
      // what the node answered, or indeterminate
    }
  }

  @Property(tries = 2000)
  void damagedStateIsCorruptOrAnother(@ForAll long seed) {
    try {
      StateCodec.decodeTable(Values.damaged(StateCodec.encode(Samples.TABLE), seed));
      StateCodec.decodeMap(Values.damaged(StateCodec.encode(Samples.MAP), seed));
    } catch (CorruptLogException expected) {
      // the declared exception
    }
  }

  @Property(tries = 2000)
  void randomBytesAreRejectedOrAnswered(@ForAll byte[] junk) {
    Bytes bytes = Bytes.wrap(junk);
    try {
      CommandCodec.decode(bytes);
    } catch (CorruptLogException expected) {
      // the declared exception
    }
    try {
      RpcCodec.decodeRequest(bytes);
    } catch (StoreException.InvalidRequestException expected) {
      // the declared exception
    }
  }
}
