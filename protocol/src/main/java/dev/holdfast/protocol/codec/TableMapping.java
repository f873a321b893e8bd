package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableOptions;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.model.TimeToLive;
import dev.holdfast.protocol.model.Warmth;
import dev.holdfast.protocol.wire.BillingModeProto;
import dev.holdfast.protocol.wire.KeyAttributeProto;
import dev.holdfast.protocol.wire.KeySchemaProto;
import dev.holdfast.protocol.wire.LocalIndexProto;
import dev.holdfast.protocol.wire.ProjectionKindProto;
import dev.holdfast.protocol.wire.ScalarTypeProto;
import dev.holdfast.protocol.wire.TableDescriptorProto;
import dev.holdfast.protocol.wire.TableStatusProto;
import dev.holdfast.protocol.wire.TagProto;
import dev.holdfast.protocol.wire.TagTableProto;
import dev.holdfast.protocol.wire.ThroughputProto;
import dev.holdfast.protocol.wire.UntagTableProto;
import dev.holdfast.protocol.wire.WarmthProto;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tables. */
final class TableMapping {
  private TableMapping() {}

  static TableDescriptorProto encode(TableDescriptor table) {
    TableDescriptorProto.Builder proto =
        TableDescriptorProto.newBuilder()
            .setId(table.id().value())
            .setName(table.name())
            .setVersion(table.version())
            .setStatus(encode(table.status()))
            .setKeySchema(encode(table.keySchema()))
            .setBillingMode(encode(table.billingMode()))
            .setThroughput(encode(table.throughput()))
            .setDeletionProtection(table.deletionProtection())
            .addAllTags(encode(table.tags()))
            .setCreatedAtMillis(table.createdAtMillis());
    table.localIndexes().forEach(index -> proto.addLocalIndexes(encode(index)));
    if (!table.warmth().equals(Warmth.NONE)) {
      proto.setWarmth(encode(table.warmth()));
    }
    if (!table.options().equals(TableOptions.DEFAULT)) {
      proto.setOptions(TableOptionsMapping.encode(table.options()));
    }
    table.followers().streams().forEach(stream -> proto.addStreams(ChangeMapping.encode(stream)));
    table
        .followers()
        .globalIndexes()
        .forEach(index -> proto.addGlobalIndexes(IndexMapping.encode(index)));
    TimeToLive timeToLive = table.followers().timeToLive();
    if (timeToLive != null) {
      proto.setTimeToLive(ExpiryMapping.encode(timeToLive));
    }
    return proto.build();
  }

  static TableDescriptor decode(TableDescriptorProto proto) {
    return new TableDescriptor(
        new TableId(proto.getId()),
        proto.getName(),
        proto.getVersion(),
        decode(proto.getStatus()),
        decode(proto.getKeySchema()),
        proto.getLocalIndexesList().stream().map(TableMapping::decode).toList(),
        decode(proto.getBillingMode()),
        decode(proto.getThroughput()),
        proto.getDeletionProtection(),
        decode(proto.getTagsList()),
        proto.getCreatedAtMillis(),
        proto.hasWarmth() ? decode(proto.getWarmth()) : Warmth.NONE,
        proto.hasOptions() ? TableOptionsMapping.decode(proto.getOptions()) : TableOptions.DEFAULT,
        new Followers(
            proto.getStreamsList().stream().map(ChangeMapping::decode).toList(),
            proto.getGlobalIndexesList().stream().map(IndexMapping::decode).toList(),
            proto.hasTimeToLive() ? ExpiryMapping.decode(proto.getTimeToLive()) : null));
  }

  static List<TagProto> encode(SortedMap<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> TagProto.newBuilder().setKey(tag.getKey()).setValue(tag.getValue()).build())
        .toList();
  }

  static SortedMap<String, String> decode(List<TagProto> protos) {
    SortedMap<String, String> tags = new TreeMap<>();
    protos.forEach(tag -> tags.put(tag.getKey(), tag.getValue()));
    return tags;
  }

  static MetaCommand.TagTable decode(TagTableProto proto) {
    return new MetaCommand.TagTable(proto.getName(), decode(proto.getTagsList()));
  }

  static MetaCommand.UntagTable decode(UntagTableProto proto) {
    return new MetaCommand.UntagTable(proto.getName(), proto.getKeysList());
  }

  static BillingModeProto encode(BillingMode mode) {
    return switch (mode) {
      case PROVISIONED -> BillingModeProto.BILLING_MODE_PROVISIONED;
      case PAY_PER_REQUEST -> BillingModeProto.BILLING_MODE_PAY_PER_REQUEST;
    };
  }

  static BillingMode decode(BillingModeProto proto) {
    return switch (proto) {
      case BILLING_MODE_PROVISIONED -> BillingMode.PROVISIONED;
      case BILLING_MODE_PAY_PER_REQUEST -> BillingMode.PAY_PER_REQUEST;
      case BILLING_MODE_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("billing mode");
    };
  }

  static ThroughputProto encode(Throughput throughput) {
    return ThroughputProto.newBuilder()
        .setReadUnits(throughput.readUnits())
        .setWriteUnits(throughput.writeUnits())
        .build();
  }

  static Throughput decode(ThroughputProto proto) {
    return new Throughput(proto.getReadUnits(), proto.getWriteUnits());
  }

  static WarmthProto encode(Warmth warmth) {
    return WarmthProto.newBuilder()
        .setReadUnits(warmth.readUnits())
        .setWriteUnits(warmth.writeUnits())
        .setSegments(warmth.segments())
        .build();
  }

  static Warmth decode(WarmthProto proto) {
    return new Warmth(proto.getReadUnits(), proto.getWriteUnits(), proto.getSegments());
  }

  private static KeySchemaProto encode(KeySchema schema) {
    KeySchemaProto.Builder proto =
        KeySchemaProto.newBuilder().setPartitionKey(encode(schema.partitionKey()));
    KeyAttribute sortKey = schema.sortKey();
    if (sortKey != null) {
      proto.setSortKey(encode(sortKey));
    }
    return proto.build();
  }

  private static KeySchema decode(KeySchemaProto proto) {
    return new KeySchema(
        decode(proto.getPartitionKey()), proto.hasSortKey() ? decode(proto.getSortKey()) : null);
  }

  static KeyAttributeProto encode(KeyAttribute attribute) {
    return KeyAttributeProto.newBuilder()
        .setName(attribute.name())
        .setType(encode(attribute.type()))
        .build();
  }

  static KeyAttribute decode(KeyAttributeProto proto) {
    return new KeyAttribute(proto.getName(), decode(proto.getType()));
  }

  private static LocalIndexProto encode(LocalIndex index) {
    return LocalIndexProto.newBuilder()
        .setName(index.name())
        .setSortKey(encode(index.sortKey()))
        .setProjectionKind(encode(index.projection().kind()))
        .addAllInclude(index.projection().include())
        .build();
  }

  private static LocalIndex decode(LocalIndexProto proto) {
    return new LocalIndex(
        proto.getName(),
        decode(proto.getSortKey()),
        new IndexProjection(decode(proto.getProjectionKind()), proto.getIncludeList()));
  }

  private static TableStatusProto encode(TableStatus status) {
    return switch (status) {
      case CREATING -> TableStatusProto.TABLE_STATUS_CREATING;
      case ACTIVE -> TableStatusProto.TABLE_STATUS_ACTIVE;
      case UPDATING -> TableStatusProto.TABLE_STATUS_UPDATING;
      case DELETING -> TableStatusProto.TABLE_STATUS_DELETING;
    };
  }

  private static TableStatus decode(TableStatusProto proto) {
    return switch (proto) {
      case TABLE_STATUS_CREATING -> TableStatus.CREATING;
      case TABLE_STATUS_ACTIVE -> TableStatus.ACTIVE;
      case TABLE_STATUS_UPDATING -> TableStatus.UPDATING;
      case TABLE_STATUS_DELETING -> TableStatus.DELETING;
      case TABLE_STATUS_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("table status");
    };
  }

  private static ScalarTypeProto encode(ScalarType type) {
    return switch (type) {
      case S -> ScalarTypeProto.SCALAR_TYPE_S;
      case N -> ScalarTypeProto.SCALAR_TYPE_N;
      case B -> ScalarTypeProto.SCALAR_TYPE_B;
    };
  }

  private static ScalarType decode(ScalarTypeProto proto) {
    return switch (proto) {
      case SCALAR_TYPE_S -> ScalarType.S;
      case SCALAR_TYPE_N -> ScalarType.N;
      case SCALAR_TYPE_B -> ScalarType.B;
      case SCALAR_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("key type");
    };
  }

  static ProjectionKindProto encode(IndexProjection.Kind kind) {
    return switch (kind) {
      case ALL -> ProjectionKindProto.PROJECTION_KIND_ALL;
      case KEYS_ONLY -> ProjectionKindProto.PROJECTION_KIND_KEYS_ONLY;
      case INCLUDE -> ProjectionKindProto.PROJECTION_KIND_INCLUDE;
    };
  }

  static IndexProjection.Kind decode(ProjectionKindProto proto) {
    return switch (proto) {
      case PROJECTION_KIND_ALL -> IndexProjection.Kind.ALL;
      case PROJECTION_KIND_KEYS_ONLY -> IndexProjection.Kind.KEYS_ONLY;
      case PROJECTION_KIND_INCLUDE -> IndexProjection.Kind.INCLUDE;
      case PROJECTION_KIND_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("projection type");
    };
  }
}
