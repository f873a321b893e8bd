package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.Optional;

/**
 * What an item's attributes must be that are keys of the table's indexes. Messages are DynamoDB's;
 * source: answers of the service.
 */
final class IndexKeyChecks {
  /**
   * Which key of an index an attribute belongs to.
   *
   * <p>Limits: AWS Developer Guide, "Service, account, and table quotas".
   */
  private enum Role {
    PARTITION("hashkey", 2048),
    SORT("rangekey", 1024);

    private final String word;
    private final int bytesMax;

    Role(String word, int bytesMax) {
      this.word = word;
      this.bytesMax = bytesMax;
    }
  }

  private final Item item;
  private final boolean byUpdate;

  private IndexKeyChecks(Item item, boolean byUpdate) {
    this.item = item;
    this.byUpdate = byUpdate;
  }

  /**
   * Why an item cannot be in the table: an index's key of another type, empty or too long.
   *
   * @param byUpdate whether the item comes from an update, whose message differs
   */
  static Optional<String> objection(TableDescriptor table, Item after, boolean byUpdate) {
    IndexKeyChecks checks = new IndexKeyChecks(after, byUpdate);
    for (LocalIndex index : table.localIndexes()) {
      Optional<String> objection = checks.of(index.name(), index.sortKey(), Role.SORT);
      if (objection.isPresent()) {
        return objection;
      }
    }
    for (GlobalIndex index : table.followers().globalIndexes()) {
      Optional<String> objection = checks.of(index);
      if (objection.isPresent()) {
        return objection;
      }
    }
    return Optional.empty();
  }

  private Optional<String> of(GlobalIndex index) {
    for (KeyAttribute key : index.partitionKey()) {
      Optional<String> objection = of(index.name(), key, Role.PARTITION);
      if (objection.isPresent()) {
        return objection;
      }
    }
    for (KeyAttribute key : index.sortKey()) {
      Optional<String> objection = of(index.name(), key, Role.SORT);
      if (objection.isPresent()) {
        return objection;
      }
    }
    return Optional.empty();
  }

  private Optional<String> of(String index, KeyAttribute key, Role role) {
    EncodedValue value = item.attribute(key.name());
    if (value == null) {
      return Optional.empty();
    }
    if (!value.type().name().equals(key.type().name())) {
      return Optional.of(otherType(index, key, value));
    }
    int size = value.scalarBytes().size();
    if (size == 0) {
      return Optional.of(empty(index, key));
    }
    return size > role.bytesMax ? Optional.of(tooLong(role)) : Optional.empty();
  }

  private String otherType(String index, KeyAttribute key, EncodedValue value) {
    return byUpdate
        ? "The update expression attempted to update the secondary index key to unsupported type"
        : "One or more parameter values were invalid: Type mismatch for Index Key "
            + key.name()
            + " Expected: "
            + key.type()
            + " Actual: "
            + value.type()
            + " IndexName: "
            + index;
  }

  private String empty(String index, KeyAttribute key) {
    String empty =
        "The AttributeValue for a key attribute cannot contain an empty "
            + (key.type() == ScalarType.B ? "binary" : "string")
            + " value.";
    return "One or more parameter values are not valid. "
        + (byUpdate
            ? "The update expression attempted to update a secondary index key to a value that is"
                + " not supported. "
                + empty
            : "A value specified for a secondary index key is not supported. "
                + empty
                + " IndexName: "
                + index
                + ", IndexKey: "
                + key.name());
  }

  private String tooLong(Role role) {
    return byUpdate
        ? "The update expression attempted to update the secondary index key beyond allowed size"
            + " limits"
        : "One or more parameter values were invalid: Size of "
            + role.word
            + " has exceeded the maximum size limit of"
            + role.bytesMax
            + " bytes";
  }
}
