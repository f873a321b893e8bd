package dev.holdfast.client;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Maps a record to an item: each component is the attribute of its name.
 *
 * <pre>{@code
 * record Line(String article, int count) {}
 * record Order(String id, Instant placedAt, Set<String> tags, List<Line> lines) {}
 *
 * RecordMapper<Order> mapper = RecordMapper.of(Order.class);
 * Document item = mapper.toDocument(order);
 * }</pre>
 *
 * <p>Components may be numbers, strings, booleans, enums, {@code Bytes}, {@code UUID} and {@code
 * Instant} (as strings), {@code Optional}, lists, sets and maps with string keys, and records. A
 * component that is null, or an empty optional or set, has no attribute; an absent attribute is
 * read as null, an empty optional or collection, or for a primitive as an error.
 */
public final class RecordMapper<R extends Record> implements ItemMapper<R> {
  private final RecordComponent[] components;
  private final Constructor<R> constructor;

  private RecordMapper(Class<R> type) {
    this.components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      this.constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      for (RecordComponent component : components) {
        component.getAccessor().setAccessible(true);
      }
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("a record without its constructor", e);
    }
  }

  public static <R extends Record> RecordMapper<R> of(Class<R> type) {
    return new RecordMapper<>(type);
  }

  @Override
  public Document toDocument(R value) {
    return Document.of(toMap(value));
  }

  Map<String, @Nullable Object> toMap(R value) {
    Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
    for (RecordComponent component : components) {
      Object attribute = RecordValues.toAttribute(read(component, value));
      if (attribute != null) {
        attributes.put(component.getName(), attribute);
      }
    }
    return attributes;
  }

  private static @Nullable Object read(RecordComponent component, Record value) {
    try {
      return component.getAccessor().invoke(value);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  @Override
  public R fromDocument(Document document) {
    return fromMap(document.toMap());
  }

  R fromMap(Map<String, ? extends @Nullable Object> attributes) {
    @Nullable Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      arguments[i] =
          RecordValues.fromAttribute(
              attributes.get(component.getName()), component.getGenericType(), component.getName());
    }
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "the record does not accept the item: " + e.getCause(), e.getCause());
    } catch (InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException("cannot make " + constructor, e);
    }
  }
}
