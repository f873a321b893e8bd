package dev.holdfast.protocol.model;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One attribute value as a tree of objects, for users and tests; the store itself works on {@link
 * EncodedValue}. Numbers are kept without trailing zeros, so equal values are equal records.
 */
public sealed interface AttributeValue {
  AttributeType type();

  /** The canonical bytes; fails with {@link IllegalArgumentException} beyond the depth limit. */
  default EncodedValue encode() {
    ItemEncoder encoder = new ItemEncoder().beginValue();
    TreeWriter.write(this, encoder);
    return encoder.finishValue();
  }

  static S s(String value) {
    return new S(value);
  }

  static N n(long value) {
    return new N(BigDecimal.valueOf(value));
  }

  /** Parses by DynamoDB's rules; see {@link DynamoNumber#parse}. */
  static N n(String text) {
    return new N(DynamoNumber.parse(text));
  }

  static B b(Bytes value) {
    return new B(value);
  }

  static Bool bool(boolean value) {
    return new Bool(value);
  }

  static Null nul() {
    return new Null();
  }

  static SS ss(String... values) {
    return new SS(distinct(List.of(values)));
  }

  static NS ns(BigDecimal... values) {
    return new NS(distinct(List.of(values).stream().map(DynamoNumber::canonical).toList()));
  }

  static BS bs(Bytes... values) {
    return new BS(distinct(List.of(values)));
  }

  static L l(AttributeValue... elements) {
    return new L(List.of(elements));
  }

  static M m(Map<String, ? extends AttributeValue> members) {
    return new M(new TreeMap<>(members));
  }

  /** A string. */
  record S(String value) implements AttributeValue {
    @Override
    public AttributeType type() {
      return AttributeType.S;
    }
  }

  /** A number of at most 38 significant digits. */
  record N(BigDecimal value) implements AttributeValue {
    public N {
      value = DynamoNumber.canonical(value);
    }

    @Override
    public AttributeType type() {
      return AttributeType.N;
    }
  }

  /** A binary. */
  record B(Bytes value) implements AttributeValue {
    @Override
    public AttributeType type() {
      return AttributeType.B;
    }
  }

  /** True or false. */
  record Bool(boolean value) implements AttributeValue {
    @Override
    public AttributeType type() {
      return AttributeType.BOOL;
    }
  }

  /** The null value. */
  record Null() implements AttributeValue {
    @Override
    public AttributeType type() {
      return AttributeType.NULL;
    }
  }

  /** A set of strings, never empty. */
  record SS(SortedSet<String> values) implements AttributeValue {
    public SS {
      values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
    }

    @Override
    public AttributeType type() {
      return AttributeType.SS;
    }
  }

  /** A set of numbers, never empty. */
  record NS(SortedSet<BigDecimal> values) implements AttributeValue {
    public NS {
      SortedSet<BigDecimal> canonical = new TreeSet<>();
      values.forEach(value -> canonical.add(DynamoNumber.canonical(value)));
      values = Collections.unmodifiableSortedSet(canonical);
    }

    @Override
    public AttributeType type() {
      return AttributeType.NS;
    }
  }

  /** A set of binaries, never empty. */
  record BS(SortedSet<Bytes> values) implements AttributeValue {
    public BS {
      values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
    }

    @Override
    public AttributeType type() {
      return AttributeType.BS;
    }
  }

  /** A list. */
  record L(List<AttributeValue> elements) implements AttributeValue {
    public L {
      elements = Collections.unmodifiableList(new ArrayList<>(elements));
    }

    @Override
    public AttributeType type() {
      return AttributeType.L;
    }
  }

  /** A map. */
  record M(SortedMap<String, AttributeValue> members) implements AttributeValue {
    public M {
      members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    }

    @Override
    public AttributeType type() {
      return AttributeType.M;
    }
  }

  private static <T extends Comparable<? super T>> SortedSet<T> distinct(Collection<T> values) {
    SortedSet<T> set = new TreeSet<>(values);
    if (set.size() != values.size()) {
      throw new IllegalArgumentException(ItemEncoder.DUPLICATES);
    }
    return set;
  }
}
