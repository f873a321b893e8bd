package dev.holdfast.client;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update.Action;
import dev.holdfast.protocol.expression.Update.SetValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes of an item, all made at once; every right-hand side sees the item as it was before.
 * Immutable: each method returns a longer update. Begins at {@link Expressions}.
 *
 * <pre>{@code
 * set("status", "paid")
 *     .set("address.city", "Bergen")
 *     .setIfAbsent("createdBy", "me")
 *     .increment("version", 1)
 *     .add("tags", Set.of("gift"))
 *     .remove("draft")
 * }</pre>
 */
public final class Update {
  static final Update NONE = new Update(List.of());

  private final List<Action> actions;

  private Update(List<Action> actions) {
    this.actions = List.copyOf(actions);
  }

  static Update of(dev.holdfast.protocol.expression.Update tree) {
    return new Update(tree.actions());
  }

  /** Sets the value at the path; another {@link Attribute} is copied. */
  public Update set(String path, @Nullable Object value) {
    return with(new Action.Set(Paths.parse(path), value(value)));
  }

  /** Sets the value unless there is one. */
  public Update setIfAbsent(String path, @Nullable Object value) {
    Path target = Paths.parse(path);
    return with(new Action.Set(target, new SetValue.IfNotExists(target, value(value))));
  }

  /** Adds to a number that must be there; for one that may be absent use {@link #add}. */
  public Update increment(String path, Number by) {
    Path target = Paths.parse(path);
    return with(
        new Action.Set(target, new SetValue.Plus(new SetValue.Attribute(target), value(by))));
  }

  /** Appends to a list that must be there. */
  public Update append(String path, List<?> elements) {
    Path target = Paths.parse(path);
    return with(
        new Action.Set(
            target, new SetValue.ListAppend(new SetValue.Attribute(target), value(elements))));
  }

  /** Puts elements before those of a list that must be there. */
  public Update prepend(String path, List<?> elements) {
    Path target = Paths.parse(path);
    return with(
        new Action.Set(
            target, new SetValue.ListAppend(value(elements), new SetValue.Attribute(target))));
  }

  /** Adds a number to a number, or members to a set; an absent attribute counts as 0 or empty. */
  public Update add(String path, Object numberOrSet) {
    return with(new Action.Add(Paths.parse(path), Values.encoded(numberOrSet)));
  }

  /** Takes members out of a set. */
  public Update delete(String path, java.util.Set<?> members) {
    return with(new Action.Delete(Paths.parse(path), Values.encoded(members)));
  }

  /** Removes attributes or elements. */
  public Update remove(String... paths) {
    Update update = this;
    for (String path : paths) {
      update = update.with(new Action.Remove(Paths.parse(path)));
    }
    return update;
  }

  private Update with(Action action) {
    List<Action> longer = new ArrayList<>(actions);
    longer.add(action);
    return new Update(longer);
  }

  private static SetValue value(@Nullable Object value) {
    return value instanceof Attribute attribute
        ? new SetValue.Attribute(attribute.path())
        : new SetValue.Literal(Values.encoded(value));
  }

  dev.holdfast.protocol.expression.Update tree() {
    return new dev.holdfast.protocol.expression.Update(actions);
  }
}
