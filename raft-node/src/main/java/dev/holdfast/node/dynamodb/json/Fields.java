package dev.holdfast.node.dynamodb.json;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a structure that a request gives; null ones count as absent. */
public final class Fields {
  private final Map<String, Object> values = new HashMap<>();

  void put(String name, Object value) {
    values.put(name, value);
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  Map<String, Object> values() {
    return values;
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  public int size() {
    return values.size();
  }

  public @Nullable String text(String name) {
    return (String) values.get(name);
  }

  public @Nullable Long whole(String name) {
    return (Long) values.get(name);
  }

  public @Nullable Boolean truth(String name) {
    return (Boolean) values.get(name);
  }

  /** Whether a flag is given and set. */
  public boolean isTrue(String name) {
    return Boolean.TRUE.equals(values.get(name));
  }

  public @Nullable AttributeMap attributes(String name) {
    return (AttributeMap) values.get(name);
  }

  public @Nullable Fields fields(String name) {
    return (Fields) values.get(name);
  }

  /** A list, whose elements are what the shape says. */
  @SuppressWarnings("unchecked") // the reader put it there by the shape of the member
  public <T> @Nullable List<T> list(String name) {
    return (List<T>) values.get(name);
  }

  /** A map in the order of the request, whose values are what the shape says. */
  @SuppressWarnings("unchecked") // the reader put it there by the shape of the member
  public <T> @Nullable Map<String, T> map(String name) {
    return (Map<String, T>) values.get(name);
  }
}
