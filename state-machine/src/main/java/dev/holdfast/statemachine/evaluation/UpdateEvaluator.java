package dev.holdfast.statemachine.evaluation;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.ItemEncoder;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Applies an update to an item: opens the attributes that the update names and copies the others as
 * bytes. As a handler, each action returns the container that it changed.
 *
 * <p>Source: AWS Developer Guide, "Using update expressions".
 */
public final class UpdateEvaluator implements Update.Handler<DocumentNode> {
  /** DynamoDB's limit; source: AWS Developer Guide, "Service, account, and table quotas". */
  public static final int ITEM_BYTES_MAX = 400 * 1024;

  /** What an update answers that would make an item too large. */
  public static final String TOO_LARGE = InvalidUpdateException.TOO_LARGE;

  private final SetValueEvaluator values;

  /** The attributes that the update names, as they are before and become. */
  private final DocumentNode touched = DocumentNode.topLevel();

  private long setBytes;

  private UpdateEvaluator(Item before) {
    this.values = new SetValueEvaluator(before);
  }

  /**
   * @param before the item as it is; null when there is none
   * @param key what a new item begins with
   */
  public static UpdateOutcome update(@Nullable Item before, Item key, Update update) {
    UpdateEvaluator evaluator = new UpdateEvaluator(before == null ? Item.EMPTY : before);
    try {
      Item after = evaluator.apply(before == null ? key : before, update.actions());
      return after.sizeBytes() > ITEM_BYTES_MAX
          ? new UpdateOutcome.Invalid(InvalidUpdateException.TOO_LARGE)
          : new UpdateOutcome.Updated(after);
    } catch (InvalidUpdateException | IllegalArgumentException e) {
      // The second: the encoder's and the numbers' limits (depth, range), with DynamoDB's words.
      return new UpdateOutcome.Invalid(String.valueOf(e.getMessage()));
    }
  }

  private Item apply(Item base, List<Update.Action> actions) {
    Set<String> names = new TreeSet<>();
    for (Update.Action action : actions) {
      String name = action.path().attribute();
      if (names.add(name)) {
        EncodedValue value = base.attribute(name);
        if (value != null) {
          touched.set(new Path.Step.Attribute(name), value);
        }
      }
    }
    actions.forEach(action -> action.dispatch(this));
    ItemEncoder encoder = new ItemEncoder();
    base.forEachAttribute(
        (name, value) -> {
          if (!names.contains(name)) {
            encoder.name(name).value(value);
          }
        });
    touched.writeMembers(encoder);
    return encoder.finish();
  }

  @Override
  public DocumentNode set(Update.Action.Set action) {
    EncodedValue value = values.evaluate(action.value());
    setBytes += value.sizeBytes();
    if (setBytes > ITEM_BYTES_MAX) { // before copies of a large attribute pile up
      throw new InvalidUpdateException(InvalidUpdateException.TOO_LARGE);
    }
    DocumentNode parent = parentOf(action.path());
    parent.set(lastStep(action.path()), value);
    return parent;
  }

  @Override
  public DocumentNode remove(Update.Action.Remove action) {
    DocumentNode parent = parentOf(action.path());
    parent.set(lastStep(action.path()), null);
    return parent;
  }

  @Override
  public DocumentNode add(Update.Action.Add action) {
    DocumentNode parent = parentOf(action.path());
    Path.Step step = lastStep(action.path());
    EncodedValue present = parent.value(step);
    EncodedValue value = action.value();
    if (value.type() != AttributeType.N && !value.type().isSet()) {
      throw new InvalidUpdateException(InvalidUpdateException.WRONG_TYPE);
    }
    if (present == null) {
      parent.set(step, value);
    } else if (present.type() != value.type()) {
      throw new InvalidUpdateException(InvalidUpdateException.WRONG_TYPE);
    } else if (value.type() == AttributeType.N) {
      parent.set(step, SetValueEvaluator.add(present, value));
    } else {
      parent.set(step, SetAlgebra.union(present, value));
    }
    return parent;
  }

  @Override
  public DocumentNode delete(Update.Action.Delete action) {
    DocumentNode parent = parentOf(action.path());
    Path.Step step = lastStep(action.path());
    EncodedValue present = parent.value(step);
    EncodedValue value = action.value();
    if (present == null) {
      return parent;
    }
    if (!value.type().isSet() || present.type() != value.type()) {
      throw new InvalidUpdateException(InvalidUpdateException.WRONG_TYPE);
    }
    parent.set(step, SetAlgebra.difference(present, value));
    return parent;
  }

  private DocumentNode parentOf(Path path) {
    DocumentNode node = touched;
    for (Path.Step step : path.steps().subList(0, path.steps().size() - 1)) {
      node = node.descend(step);
    }
    return node;
  }

  private static Path.Step lastStep(Path path) {
    return path.steps().get(path.steps().size() - 1);
  }
}
