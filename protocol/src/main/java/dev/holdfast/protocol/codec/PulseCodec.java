package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.ClockReading;
import dev.holdfast.protocol.rpc.Pulse;
import dev.holdfast.protocol.wire.PulseProto;
import java.io.IOException;
import java.util.stream.Collectors;

/** What nodes tell each other of themselves, as bytes. */
public final class PulseCodec {
  private PulseCodec() {}

  public static Bytes encode(Pulse pulse) {
    PulseProto.Builder proto =
        PulseProto.newBuilder()
            .setFrom(pulse.from().name())
            .setOpen(pulse.open())
            .setSystemMicros(pulse.clock().systemMicros())
            .setAgreedMicros(pulse.clock().agreedMicros())
            .setAstray(pulse.clock().astray());
    pulse.hears().stream().map(NodeId::name).sorted().forEach(proto::addHears);
    pulse.leads().stream().map(PartitionId::value).sorted().forEach(proto::addLeads);
    return Wire.encode(proto.build());
  }

  /**
   * @throws IOException when these are not the bytes of a pulse
   */
  public static Pulse decode(Bytes bytes) throws IOException {
    PulseProto proto = Wire.parse(PulseProto.parser(), bytes);
    try {
      return new Pulse(
          new NodeId(proto.getFrom()),
          proto.getOpen(),
          proto.getHearsList().stream().map(NodeId::new).collect(Collectors.toUnmodifiableSet()),
          proto.getLeadsList().stream()
              .map(PartitionId::new)
              .collect(Collectors.toUnmodifiableSet()),
          new ClockReading(proto.getSystemMicros(), proto.getAgreedMicros(), proto.getAstray()));
    } catch (IllegalArgumentException e) {
      throw new IOException("not a pulse: " + e.getMessage(), e);
    }
  }
}
