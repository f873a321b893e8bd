package dev.holdfast.client;

import dev.holdfast.protocol.model.Bytes;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Converts components of records to what {@link Document} takes, and back by their types. */
final class RecordValues {
  private static final Map<Class<?>, Function<BigDecimal, Object>> NUMBERS =
      Map.ofEntries(
          Map.entry(int.class, BigDecimal::intValueExact),
          Map.entry(Integer.class, BigDecimal::intValueExact),
          Map.entry(long.class, BigDecimal::longValueExact),
          Map.entry(Long.class, BigDecimal::longValueExact),
          Map.entry(short.class, BigDecimal::shortValueExact),
          Map.entry(Short.class, BigDecimal::shortValueExact),
          Map.entry(byte.class, BigDecimal::byteValueExact),
          Map.entry(Byte.class, BigDecimal::byteValueExact),
          Map.entry(double.class, BigDecimal::doubleValue),
          Map.entry(Double.class, BigDecimal::doubleValue),
          Map.entry(float.class, BigDecimal::floatValue),
          Map.entry(Float.class, BigDecimal::floatValue),
          Map.entry(BigInteger.class, BigDecimal::toBigIntegerExact),
          Map.entry(BigDecimal.class, number -> number));

  private RecordValues() {}

  /** Null stands for no attribute. */
  static @Nullable Object toAttribute(@Nullable Object value) {
    if (value == null) {
      return null;
    } else if (value instanceof Optional<?> optional) {
      return toAttribute(optional.orElse(null));
    } else if (value instanceof Record nested) {
      return mapOf(nested);
    } else if (value instanceof UUID || value instanceof Instant) {
      return value.toString();
    } else if (value instanceof Set<?> set) {
      return set.isEmpty() ? null : each(set, new LinkedHashSet<>());
    } else if (value instanceof Collection<?> list) {
      return each(list, new ArrayList<>());
    } else if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      map.forEach((name, member) -> members.put(String.valueOf(name), toAttribute(member)));
      return members;
    }
    return value;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the class of a record is a record class
  private static Object mapOf(Record nested) {
    return RecordMapper.of((Class) nested.getClass()).toMap(nested);
  }

  private static Object each(Collection<?> from, Collection<@Nullable Object> to) {
    from.forEach(element -> to.add(toAttribute(element)));
    return to;
  }

  /**
   * An attribute as a value of a component's type.
   *
   * @param where for the message of a failure
   */
  static @Nullable Object fromAttribute(@Nullable Object attribute, Type type, String where) {
    Class<?> raw = rawType(type);
    if (raw == Optional.class) {
      return Optional.ofNullable(fromAttribute(attribute, argument(type, 0), where));
    } else if (attribute == null) {
      return absent(raw, where);
    }
    try {
      return present(attribute, raw, type, where);
    } catch (ClassCastException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "attribute '" + where + "' does not fit " + type.getTypeName() + ": " + attribute, e);
    }
  }

  private static @Nullable Object absent(Class<?> raw, String where) {
    if (raw.isPrimitive()) {
      throw new IllegalArgumentException("attribute '" + where + "' is absent");
    } else if (raw == List.class || raw == Collection.class) {
      return List.of();
    } else if (raw == Set.class) {
      return Set.of();
    }
    return raw == Map.class ? Map.of() : null;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // classes are checked before they are cast
  private static Object present(Object attribute, Class<?> raw, Type type, String where) {
    Function<BigDecimal, Object> number = NUMBERS.get(raw);
    if (number != null) {
      return number.apply((BigDecimal) attribute);
    } else if (raw == boolean.class) {
      return Boolean.class.cast(attribute);
    } else if (raw == UUID.class) {
      return UUID.fromString((String) attribute);
    } else if (raw == Instant.class) {
      return Instant.parse((String) attribute);
    } else if (raw.isEnum()) {
      return Arrays.stream(raw.getEnumConstants())
          .filter(constant -> ((Enum<?>) constant).name().equals(attribute))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("no constant " + attribute + " in " + raw));
    } else if (raw.isRecord()) {
      return RecordMapper.of((Class) raw).fromMap((Map<String, Object>) attribute);
    } else if (raw == List.class || raw == Collection.class) {
      return elements((Collection<?>) attribute, argument(type, 0), where, new ArrayList<>());
    } else if (raw == Set.class) {
      return elements((Collection<?>) attribute, argument(type, 0), where, new LinkedHashSet<>());
    } else if (raw == Map.class) {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      ((Map<String, Object>) attribute)
          .forEach(
              (name, member) ->
                  members.put(name, fromAttribute(member, argument(type, 1), where + "." + name)));
      return members;
    } else if (raw == byte[].class) {
      return ((Bytes) attribute).toByteArray();
    }
    return raw.cast(attribute);
  }

  private static Collection<@Nullable Object> elements(
      Collection<?> from, Type type, String where, Collection<@Nullable Object> to) {
    from.forEach(element -> to.add(fromAttribute(element, type, where)));
    return to;
  }

  private static Class<?> rawType(Type type) {
    if (type instanceof Class<?> raw) {
      return raw;
    } else if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    }
    return Object.class;
  }

  private static Type argument(Type type, int index) {
    return type instanceof ParameterizedType parameterized
        ? parameterized.getActualTypeArguments()[index]
        : Object.class;
  }
}
