package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Path.Step;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a SELECT makes of an item: each path becomes an attribute with the name of its end, {@code
 * a.b} that of {@code b} and {@code a.b[1]} that of {@code b[1]}.
 */
public final class SelectedAttributes {
  private final List<Path> paths;

  private SelectedAttributes(List<Path> paths) {
    this.paths = paths;
  }

  /**
   * @param paths none for the whole item
   */
  static SelectedAttributes of(List<Path> paths) {
    Set<String> names = new HashSet<>();
    for (Path path : paths) {
      String name = name(path);
      if (!names.add(name)) {
        throw ApiException.validation("Duplicate identifiers in select clause: " + name);
      }
    }
    return new SelectedAttributes(paths);
  }

  /** The whole attributes in which the paths lie. */
  Projection projection() {
    return new Projection(paths.stream().map(Path::attribute).distinct().map(Path::of).toList());
  }

  private static String name(Path path) {
    List<Step> steps = path.steps();
    int from = steps.size() - 1;
    while (steps.get(from) instanceof Step.Element) {
      from--;
    }
    StringBuilder name = new StringBuilder();
    for (Step step : steps.subList(from, steps.size())) {
      if (step instanceof Step.Attribute attribute) {
        name.append(attribute.name());
      } else if (step instanceof Step.Element element) {
        name.append('[').append(element.index()).append(']');
      }
    }
    return name.toString();
  }

  /** What is selected of an item that was read with the projection. */
  public Item of(Item item) {
    if (paths.stream().allMatch(Path::isTopLevel)) {
      return item;
    }
    SortedMap<String, EncodedValue> selected = new TreeMap<>();
    for (Path path : paths) {
      EncodedValue value = value(item, path);
      if (value != null) {
        selected.put(name(path), value);
      }
    }
    return Item.ofEncoded(selected);
  }

  private static @Nullable EncodedValue value(Item item, Path path) {
    EncodedValue value = item.attribute(path.attribute());
    for (Step step : path.steps().subList(1, path.steps().size())) {
      if (value == null) {
        return null;
      }
      if (step instanceof Step.Attribute member) {
        value = value.type() == AttributeType.M ? value.member(member.name()) : null;
      } else if (step instanceof Step.Element element) {
        value = value.type() == AttributeType.L ? value.element(element.index()) : null;
      }
    }
    return value;
  }
}
