package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ChangeTimes;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.ResourcePolicy;
import dev.holdfast.protocol.model.TableClass;
import dev.holdfast.protocol.model.TableOptions;
import dev.holdfast.protocol.wire.ChangePolicyProto;
import dev.holdfast.protocol.wire.ChangeTimesProto;
import dev.holdfast.protocol.wire.OnDemandLimitsProto;
import dev.holdfast.protocol.wire.ResourcePolicyProto;
import dev.holdfast.protocol.wire.TableClassProto;
import dev.holdfast.protocol.wire.TableOptionsProto;

/** What is kept of tables for their description alone. */
final class TableOptionsMapping {
  private TableOptionsMapping() {}

  static TableOptionsProto encode(TableOptions options) {
    TableOptionsProto.Builder proto =
        TableOptionsProto.newBuilder()
            .setLimits(encode(options.limits()))
            .setTableClass(encode(options.tableClass()))
            .setTimes(encode(options.times()));
    ResourcePolicy policy = options.policy();
    if (policy != null) {
      proto.setPolicy(
          ResourcePolicyProto.newBuilder()
              .setDocument(policy.document())
              .setRevision(policy.revision()));
    }
    return proto.build();
  }

  static TableOptions decode(TableOptionsProto proto) {
    return new TableOptions(
        decode(proto.getLimits()),
        decode(proto.getTableClass()),
        proto.hasPolicy()
            ? new ResourcePolicy(proto.getPolicy().getDocument(), proto.getPolicy().getRevision())
            : null,
        decode(proto.getTimes()));
  }

  static OnDemandLimitsProto encode(OnDemandLimits limits) {
    return OnDemandLimitsProto.newBuilder()
        .setReadUnits(limits.readUnits())
        .setWriteUnits(limits.writeUnits())
        .build();
  }

  static OnDemandLimits decode(OnDemandLimitsProto proto) {
    return new OnDemandLimits(proto.getReadUnits(), proto.getWriteUnits());
  }

  static TableClassProto encode(TableClass tableClass) {
    return switch (tableClass) {
      case STANDARD -> TableClassProto.TABLE_CLASS_STANDARD;
      case STANDARD_INFREQUENT_ACCESS -> TableClassProto.TABLE_CLASS_STANDARD_INFREQUENT_ACCESS;
    };
  }

  static TableClass decode(TableClassProto proto) {
    return switch (proto) {
      case TABLE_CLASS_STANDARD -> TableClass.STANDARD;
      case TABLE_CLASS_STANDARD_INFREQUENT_ACCESS -> TableClass.STANDARD_INFREQUENT_ACCESS;
      case TABLE_CLASS_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("table class");
    };
  }

  static ChangePolicyProto encode(MetaCommand.ChangePolicy command) {
    ChangePolicyProto.Builder proto = ChangePolicyProto.newBuilder().setName(command.name());
    if (command.document() != null) {
      proto.setDocument(command.document());
    }
    if (command.expectedRevision() != null) {
      proto.setExpectedRevision(command.expectedRevision());
    }
    return proto.build();
  }

  static MetaCommand.ChangePolicy decode(ChangePolicyProto proto) {
    return new MetaCommand.ChangePolicy(
        proto.getName(),
        proto.hasDocument() ? proto.getDocument() : null,
        proto.hasExpectedRevision() ? proto.getExpectedRevision() : null);
  }

  private static ChangeTimesProto encode(ChangeTimes times) {
    return ChangeTimesProto.newBuilder()
        .setToOnDemandMillis(times.toOnDemandMillis())
        .setIncreaseMillis(times.increaseMillis())
        .setDecreaseMillis(times.decreaseMillis())
        .setDecreaseCount(times.decreaseCount())
        .setTableClassMillis(times.tableClassMillis())
        .build();
  }

  private static ChangeTimes decode(ChangeTimesProto proto) {
    return new ChangeTimes(
        proto.getToOnDemandMillis(),
        proto.getIncreaseMillis(),
        proto.getDecreaseMillis(),
        proto.getDecreaseCount(),
        proto.getTableClassMillis());
  }
}
