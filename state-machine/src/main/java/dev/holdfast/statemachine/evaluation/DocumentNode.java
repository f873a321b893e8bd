package dev.holdfast.statemachine.evaluation;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.ItemEncoder;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A map or list that an update reaches into. Only containers on the way to a change are opened;
 * their other members stay the bytes they were. Every index is one of the list before the update:
 * removed elements leave gaps, and elements beyond the end are appended in the order of their
 * indices; both close up when the list is written.
 */
final class DocumentNode {
  /** What stands at a step: an unopened value or an opened container. */
  private record Child(@Nullable EncodedValue value, @Nullable DocumentNode opened) {}

  private final AttributeType type;
  private final TreeMap<String, Child> members = new TreeMap<>();
  private final TreeMap<Integer, Child> elements = new TreeMap<>();

  private DocumentNode(AttributeType type) {
    this.type = type;
  }

  /** The top level of an item: attributes are added as they are touched. */
  static DocumentNode topLevel() {
    return new DocumentNode(AttributeType.M);
  }

  /** Opens a map or list; any other type has no inside to update. */
  static DocumentNode open(EncodedValue container) {
    DocumentNode node = new DocumentNode(container.type());
    switch (container.type()) {
      case M ->
          container.forEachMember((name, value) -> node.members.put(name, new Child(value, null)));
      case L ->
          container.forEachElement(
              value -> node.elements.put(node.elements.size(), new Child(value, null)));
      default -> throw new InvalidUpdateException(InvalidUpdateException.WRONG_PATH);
    }
    return node;
  }

  /** The unopened value at a step, or null; an opened one has no value until it is written. */
  @Nullable EncodedValue value(Path.Step step) {
    Child child = child(step);
    return child == null ? null : child.value();
  }

  /** Sets or, given null, removes what stands at a step. */
  void set(Path.Step step, @Nullable EncodedValue value) {
    put(step, value == null ? null : new Child(value, null));
  }

  /** Descends into the container at a step, opening it. */
  DocumentNode descend(Path.Step step) {
    Child child = child(step);
    if (child == null) {
      throw new InvalidUpdateException(InvalidUpdateException.WRONG_PATH);
    }
    DocumentNode opened = child.opened();
    if (opened == null) {
      EncodedValue value = child.value();
      if (value == null) {
        throw new IllegalStateException("neither value nor container");
      }
      opened = open(value);
      put(step, new Child(null, opened));
    }
    return opened;
  }

  /** Writes the members of the top level, or what is left of it, by name. */
  void writeMembers(ItemEncoder encoder) {
    members.forEach((name, child) -> write(child, encoder.name(name)));
  }

  private static void write(Child child, ItemEncoder encoder) {
    EncodedValue value = child.value();
    DocumentNode opened = child.opened();
    if (value != null) {
      encoder.value(value);
    } else if (opened != null && opened.type == AttributeType.M) {
      encoder.beginMap();
      opened.writeMembers(encoder);
      encoder.endMap();
    } else if (opened != null) {
      encoder.beginList();
      opened.elements.values().forEach(element -> write(element, encoder));
      encoder.endList();
    }
  }

  private @Nullable Child child(Path.Step step) {
    if (step instanceof Path.Step.Attribute member) {
      requireType(AttributeType.M);
      return members.get(member.name());
    }
    requireType(AttributeType.L);
    return elements.get(((Path.Step.Element) step).index());
  }

  private void put(Path.Step step, @Nullable Child child) {
    if (step instanceof Path.Step.Attribute member) {
      requireType(AttributeType.M);
      if (child == null) {
        members.remove(member.name());
      } else {
        members.put(member.name(), child);
      }
      return;
    }
    requireType(AttributeType.L);
    int index = ((Path.Step.Element) step).index();
    if (child == null) {
      elements.remove(index);
    } else {
      elements.put(index, child);
    }
  }

  private void requireType(AttributeType required) {
    if (type != required) {
      throw new InvalidUpdateException(InvalidUpdateException.WRONG_PATH);
    }
  }
}
