package dev.holdfast.statemachine.evaluation;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.ItemEncoder;
import java.util.List;
import java.util.TreeMap;

/**
 * Picks the parts of an item that some paths lead to. Containers on the way appear with those parts
 * only; elements of a list close up, in order; a container in which nothing was found is left out.
 */
public final class ProjectionEvaluator {
  /** The paths below one step: a leaf takes the whole value. */
  private static final class Tree {
    private final TreeMap<String, Tree> members = new TreeMap<>();
    private final TreeMap<Integer, Tree> elements = new TreeMap<>();
    private boolean leaf;

    private Tree below(Path.Step step) {
      return step instanceof Path.Step.Attribute member
          ? members.computeIfAbsent(member.name(), name -> new Tree())
          : elements.computeIfAbsent(((Path.Step.Element) step).index(), index -> new Tree());
    }
  }

  private ProjectionEvaluator() {}

  public static Item project(Item item, Projection projection) {
    return projection.isAll() ? item : project(item, projection.paths());
  }

  /** No paths: nothing. */
  public static Item project(Item item, List<Path> paths) {
    Tree root = new Tree();
    for (Path path : paths) {
      Tree tree = root;
      for (Path.Step step : path.steps()) {
        tree = tree.below(step);
      }
      tree.leaf = true;
    }
    ItemEncoder encoder = new ItemEncoder();
    root.members.forEach(
        (name, tree) -> {
          EncodedValue value = item.attribute(name);
          if (value != null && hasAny(value, tree)) {
            write(value, tree, encoder.name(name));
          }
        });
    return encoder.finish();
  }

  private static boolean hasAny(EncodedValue value, Tree tree) {
    if (tree.leaf) {
      return true;
    }
    if (value.type() == AttributeType.M) {
      return tree.members.entrySet().stream()
          .anyMatch(
              entry -> {
                EncodedValue member = value.member(entry.getKey());
                return member != null && hasAny(member, entry.getValue());
              });
    }
    return value.type() == AttributeType.L
        && tree.elements.entrySet().stream()
            .anyMatch(
                entry -> {
                  EncodedValue element = value.element(entry.getKey());
                  return element != null && hasAny(element, entry.getValue());
                });
  }

  /** Writes a value in which something was found. */
  private static void write(EncodedValue value, Tree tree, ItemEncoder encoder) {
    if (tree.leaf) {
      encoder.value(value);
    } else if (value.type() == AttributeType.M) {
      encoder.beginMap();
      tree.members.forEach(
          (name, below) -> {
            EncodedValue member = value.member(name);
            if (member != null && hasAny(member, below)) {
              write(member, below, encoder.name(name));
            }
          });
      encoder.endMap();
    } else {
      encoder.beginList();
      tree.elements.forEach(
          (index, below) -> {
            EncodedValue element = value.element(index);
            if (element != null && hasAny(element, below)) {
              write(element, below, encoder);
            }
          });
      encoder.endList();
    }
  }
}
