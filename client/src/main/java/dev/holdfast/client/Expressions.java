package dev.holdfast.client;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where conditions and updates begin; meant to be imported statically.
 *
 * <pre>{@code
 * import static dev.holdfast.client.Expressions.*;
 *
 * accounts.update(
 *     Key.of("a-1"),
 *     add("balance", -30).set("touched", now),
 *     attribute("balance").ge(30));
 * }</pre>
 *
 * <p>Paths read {@code attribute.member[0]}; no placeholder is ever needed, whatever the name.
 *
 * <p>Or in DynamoDB's language, with its placeholders, reserved words and messages; both kinds mix:
 *
 * <pre>{@code
 * accounts.update(
 *     Key.of("a-1"),
 *     update("SET #s = :s ADD balance :back", Map.of("#s", "status", ":s", "open", ":back", 30)),
 *     condition("balance >= :least AND attribute_exists(#o)", Map.of(":least", 30, "#o", "owner"))
 *         .and(attribute("frozen").notExists()));
 * }</pre>
 */
public final class Expressions {
  private Expressions() {}

  /** The attribute at a path. */
  public static Attribute attribute(String path) {
    return Attribute.at(Paths.parse(path));
  }

  /** A condition in DynamoDB's language, such as {@code attribute_not_exists(id)}. */
  public static Condition condition(String expression) {
    return condition(expression, Map.of());
  }

  /**
   * A condition in DynamoDB's language.
   *
   * @param placeholders what {@code #name}s and {@code :value}s stand for; all must be used
   */
  public static Condition condition(String expression, Map<String, ?> placeholders) {
    return ExpressionText.condition(expression, placeholders);
  }

  /** An update in DynamoDB's language, such as {@code REMOVE draft}. */
  public static Update update(String expression) {
    return update(expression, Map.of());
  }

  /**
   * An update in DynamoDB's language.
   *
   * @param placeholders what {@code #name}s and {@code :value}s stand for; all must be used
   */
  public static Update update(String expression, Map<String, ?> placeholders) {
    return ExpressionText.update(expression, placeholders);
  }

  /** As {@link Update#set}. */
  public static Update set(String path, @Nullable Object value) {
    return Update.NONE.set(path, value);
  }

  /** As {@link Update#setIfAbsent}. */
  public static Update setIfAbsent(String path, @Nullable Object value) {
    return Update.NONE.setIfAbsent(path, value);
  }

  /** As {@link Update#increment}. */
  public static Update increment(String path, Number by) {
    return Update.NONE.increment(path, by);
  }

  /** As {@link Update#append}. */
  public static Update append(String path, List<?> elements) {
    return Update.NONE.append(path, elements);
  }

  /** As {@link Update#prepend}. */
  public static Update prepend(String path, List<?> elements) {
    return Update.NONE.prepend(path, elements);
  }

  /** As {@link Update#add}. */
  public static Update add(String path, Object numberOrSet) {
    return Update.NONE.add(path, numberOrSet);
  }

  /** As {@link Update#delete}. */
  public static Update delete(String path, java.util.Set<?> members) {
    return Update.NONE.delete(path, members);
  }

  /** As {@link Update#remove}. */
  public static Update remove(String... paths) {
    return Update.NONE.remove(paths);
  }
}
