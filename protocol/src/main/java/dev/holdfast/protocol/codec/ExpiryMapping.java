package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.ExpiryEntry;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TimeToLive;
import dev.holdfast.protocol.model.TimeToLive.State;
import dev.holdfast.protocol.wire.ChangeTimeToLiveProto;
import dev.holdfast.protocol.wire.ExpireProto;
import dev.holdfast.protocol.wire.ExpiredPageProto;
import dev.holdfast.protocol.wire.ExpiredProto;
import dev.holdfast.protocol.wire.ExpiryEntryProto;
import dev.holdfast.protocol.wire.SettleTimeToLiveProto;
import dev.holdfast.protocol.wire.TendExpiryProto;
import dev.holdfast.protocol.wire.TimeToLiveProto;
import dev.holdfast.protocol.wire.TimeToLiveStateProto;

/** Time to live. */
final class ExpiryMapping {
  private ExpiryMapping() {}

  static TimeToLiveProto encode(TimeToLive timeToLive) {
    return TimeToLiveProto.newBuilder()
        .setAttribute(timeToLive.attribute())
        .setState(encode(timeToLive.state()))
        .setSince(timeToLive.since())
        .build();
  }

  static TimeToLive decode(TimeToLiveProto proto) {
    return new TimeToLive(proto.getAttribute(), decode(proto.getState()), proto.getSince());
  }

  private static TimeToLiveStateProto encode(State state) {
    return switch (state) {
      case ENABLING -> TimeToLiveStateProto.TIME_TO_LIVE_STATE_ENABLING;
      case ENABLED -> TimeToLiveStateProto.TIME_TO_LIVE_STATE_ENABLED;
      case DISABLING -> TimeToLiveStateProto.TIME_TO_LIVE_STATE_DISABLING;
    };
  }

  private static State decode(TimeToLiveStateProto proto) {
    return switch (proto) {
      case TIME_TO_LIVE_STATE_ENABLING -> State.ENABLING;
      case TIME_TO_LIVE_STATE_ENABLED -> State.ENABLED;
      case TIME_TO_LIVE_STATE_DISABLING -> State.DISABLING;
      case TIME_TO_LIVE_STATE_UNSPECIFIED, UNRECOGNIZED ->
          throw Wire.unknown("state of a time to live");
    };
  }

  private static ExpiryEntryProto encode(ExpiryEntry entry) {
    return ExpiryEntryProto.newBuilder()
        .setSecond(entry.second())
        .setKey(Wire.share(entry.key()))
        .build();
  }

  private static ExpiryEntry decode(ExpiryEntryProto proto) {
    return new ExpiryEntry(proto.getSecond(), Wire.share(proto.getKey()));
  }

  static ExpireProto encode(Command.Expire command) {
    return ExpireProto.newBuilder()
        .addAllEntries(command.entries().stream().map(ExpiryMapping::encode).toList())
        .build();
  }

  static Command.Expire decode(ExpireProto proto) {
    return new Command.Expire(proto.getEntriesList().stream().map(ExpiryMapping::decode).toList());
  }

  static TendExpiryProto encode(Command.TendExpiry command) {
    return TendExpiryProto.newBuilder()
        .setTable(command.table().value())
        .setLimit(command.limit())
        .setBytesMax(command.bytesMax())
        .build();
  }

  static Command.TendExpiry decode(TendExpiryProto proto) {
    return new Command.TendExpiry(
        new TableId(proto.getTable()), proto.getLimit(), proto.getBytesMax());
  }

  static ChangeTimeToLiveProto encode(MetaCommand.ChangeTimeToLive command) {
    return ChangeTimeToLiveProto.newBuilder()
        .setName(command.name())
        .setAttribute(command.attribute())
        .setEnabled(command.enabled())
        .build();
  }

  static MetaCommand.ChangeTimeToLive decode(ChangeTimeToLiveProto proto) {
    return new MetaCommand.ChangeTimeToLive(
        proto.getName(), proto.getAttribute(), proto.getEnabled());
  }

  static SettleTimeToLiveProto encode(MetaCommand.SettleTimeToLive command) {
    return SettleTimeToLiveProto.newBuilder()
        .setTable(command.table().value())
        .setVersion(command.version())
        .build();
  }

  static MetaCommand.SettleTimeToLive decode(SettleTimeToLiveProto proto) {
    return new MetaCommand.SettleTimeToLive(new TableId(proto.getTable()), proto.getVersion());
  }

  static ExpiredProto encode(Read.Expired read) {
    return ExpiredProto.newBuilder()
        .setNowSeconds(read.nowSeconds())
        .setFrom(Wire.share(read.from()))
        .setLimit(read.limit())
        .build();
  }

  static Read.Expired decode(ExpiredProto proto) {
    return new Read.Expired(proto.getNowSeconds(), Wire.share(proto.getFrom()), proto.getLimit());
  }

  static ExpiredPageProto encode(ReadResult.Expired result) {
    return ExpiredPageProto.newBuilder()
        .addAllEntries(result.entries().stream().map(ExpiryMapping::encode).toList())
        .setNext(Wire.share(result.next()))
        .addAllUntended(result.untended().stream().map(TableId::value).toList())
        .build();
  }

  static ReadResult.Expired decode(ExpiredPageProto proto) {
    return new ReadResult.Expired(
        proto.getEntriesList().stream().map(ExpiryMapping::decode).toList(),
        Wire.share(proto.getNext()),
        proto.getUntendedList().stream().map(TableId::new).toList());
  }
}
