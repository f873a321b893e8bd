package dev.holdfast.client;

import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.DynamoNumber;
import dev.holdfast.protocol.model.EncodedValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Java objects to attribute values and back; the table of types is in {@link Document}. */
final class Values {
  private Values() {}

  static EncodedValue encoded(@Nullable Object value) {
    try {
      return of(value).encode();
    } catch (IllegalArgumentException e) {
      throw new HoldfastException.InvalidRequestException(e.getMessage());
    }
  }

  static AttributeValue of(@Nullable Object value) {
    if (value == null) {
      return AttributeValue.nul();
    } else if (value instanceof AttributeValue attribute) {
      return attribute;
    } else if (value instanceof String text) {
      return AttributeValue.s(text);
    } else if (value instanceof Number number) {
      return new AttributeValue.N(decimal(number));
    } else if (value instanceof Boolean bool) {
      return AttributeValue.bool(bool);
    } else if (value instanceof Document document) {
      return AttributeValue.m(document.toItem().toMap());
    } else if (value instanceof Enum<?> constant) {
      return AttributeValue.s(constant.name());
    } else if (value instanceof Set<?> set) {
      return setOf(set);
    } else if (value instanceof Collection<?> list) {
      return new AttributeValue.L(list.stream().map(Values::of).toList());
    } else if (value instanceof Map<?, ?> map) {
      return mapOf(map);
    }
    return AttributeValue.b(binary(value));
  }

  private static AttributeValue mapOf(Map<?, ?> map) {
    SortedMap<String, AttributeValue> members = new TreeMap<>();
    map.forEach((name, member) -> members.put(String.valueOf(name), of(member)));
    return new AttributeValue.M(members);
  }

  private static AttributeValue setOf(Set<?> set) {
    if (set.isEmpty()) {
      throw new HoldfastException.InvalidRequestException("a set may not be empty");
    }
    Object first = set.iterator().next();
    if (first instanceof String || first instanceof Enum<?>) {
      TreeSet<String> texts = new TreeSet<>();
      set.forEach(member -> texts.add(member instanceof Enum<?> e ? e.name() : (String) member));
      return new AttributeValue.SS(texts);
    } else if (first instanceof Number) {
      TreeSet<BigDecimal> numbers = new TreeSet<>();
      set.forEach(member -> numbers.add(decimal((Number) member)));
      return new AttributeValue.NS(numbers);
    }
    TreeSet<Bytes> binaries = new TreeSet<>();
    set.forEach(member -> binaries.add(binary(member)));
    return new AttributeValue.BS(binaries);
  }

  private static Bytes binary(Object value) {
    if (value instanceof Bytes bytes) {
      return bytes;
    } else if (value instanceof byte[] array) {
      return Bytes.copyOf(array);
    } else if (value instanceof ByteBuffer buffer) {
      return Bytes.copyOf(buffer);
    }
    throw new HoldfastException.InvalidRequestException(
        "no attribute type for " + value.getClass().getName());
  }

  private static BigDecimal decimal(Number number) {
    try {
      if (number instanceof BigDecimal decimal) {
        return DynamoNumber.canonical(decimal);
      } else if (number instanceof BigInteger integer) {
        return DynamoNumber.canonical(new BigDecimal(integer));
      } else if (number instanceof Double || number instanceof Float) {
        return DynamoNumber.canonical(new BigDecimal(number.toString()));
      }
      return BigDecimal.valueOf(number.longValue());
    } catch (IllegalArgumentException e) {
      throw new HoldfastException.InvalidRequestException("not a number: " + number);
    }
  }

  /** The Java object that a value stands for; null for the null value. */
  static @Nullable Object toJava(AttributeValue value) {
    if (value instanceof AttributeValue.S s) {
      return s.value();
    } else if (value instanceof AttributeValue.N n) {
      return n.value();
    } else if (value instanceof AttributeValue.Bool bool) {
      return bool.value();
    } else if (value instanceof AttributeValue.B b) {
      return b.value();
    } else if (value instanceof AttributeValue.SS ss) {
      return ss.values();
    } else if (value instanceof AttributeValue.NS ns) {
      return ns.values();
    } else if (value instanceof AttributeValue.BS bs) {
      return bs.values();
    } else if (value instanceof AttributeValue.L list) {
      List<@Nullable Object> elements = new ArrayList<>();
      list.elements().forEach(element -> elements.add(toJava(element)));
      return elements;
    } else if (value instanceof AttributeValue.M map) {
      return toJava(map.members());
    }
    return null;
  }

  static Map<String, @Nullable Object> toJava(Map<String, AttributeValue> members) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    members.forEach((name, member) -> map.put(name, toJava(member)));
    return map;
  }
}
