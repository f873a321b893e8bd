package dev.holdfast.node.dynamodb.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request, or a part of one, may look like: the members it knows, their types, and the
 * constraints that DynamoDB's API model declares for them. An operation's description is one such
 * tree; {@link RequestReader} reads by it, {@link Constraints} checks by it. Members that no shape
 * names are refused.
 *
 * <p>Source of types and constraints: the service's API model as its SDKs carry it; of the order in
 * which words are listed: the messages of the service.
 */
public sealed interface Shape {
  Shape TEXT = new Text(0, Integer.MAX_VALUE);
  Shape WHOLE = new Whole(Long.MIN_VALUE, Long.MAX_VALUE);
  Shape TRUTH = new Truth();
  Shape ATTRIBUTES = new Attributes();
  Shape ATTRIBUTE = new Attribute();
  Shape ANYTHING = new Anything();

  /**
   * A string.
   *
   * @param lengthMin characters, inclusive, as {@code lengthMax}
   */
  record Text(int lengthMin, int lengthMax) implements Shape {}

  /**
   * A string that is one of these words.
   *
   * @param words in the order in which messages list them
   */
  record Choice(List<String> words) implements Shape {
    public Choice {
      words = List.copyOf(words);
    }
  }

  /** A name of a table or index: letters, digits and {@code _.-}, 255 at most. */
  record Name(int lengthMin) implements Shape {}

  /** The name of a table, or its ARN. As a member of a request it is checked before all others. */
  record Table(Asker asker) implements Shape {}

  /**
   * An integer, kept as a {@code Long}.
   *
   * @param min inclusive, as {@code max}
   */
  record Whole(long min, long max) implements Shape {}

  /** A boolean. */
  record Truth() implements Shape {}

  /** A map of attribute values, kept as {@link AttributeMap}. */
  record Attributes() implements Shape {}

  /** One attribute value, kept as an {@link AttributeMap} with the value under {@code value}. */
  record Attribute() implements Shape {}

  /** Whatever it is, only its presence counts; kept as {@code Boolean.TRUE}. */
  record Anything() implements Shape {}

  /**
   * An array, kept as a {@code List}.
   *
   * @param countMin of its elements, inclusive, as {@code countMax}
   */
  record ListOf(Shape element, int countMin, int countMax) implements Shape {
    public ListOf(Shape element) {
      this(element, 0, Integer.MAX_VALUE);
    }
  }

  /**
   * An object with free names, kept as a {@code LinkedHashMap}.
   *
   * @param key what the names must be
   */
  record MapOf(Shape key, Shape value) implements Shape {
    public MapOf(Shape value) {
      this(TEXT, value);
    }
  }

  /**
   * An object with these members, kept as {@link Fields}.
   *
   * @param type as messages name it; empty for those that no message shows
   * @param members in the order in which their violations are reported
   */
  record Structure(String type, Map<String, Member> members) implements Shape {
    public Structure {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    @Nullable Member member(String name) {
      return members.get(name);
    }
  }

  /**
   * A member of a structure.
   *
   * @param spelling of the name in messages: {@code tableName}
   */
  record Member(String name, String spelling, Shape shape, Presence presence) {}

  /** Whether a structure may be without a member. */
  enum Presence {
    OPTIONAL,
    REQUIRED
  }

  /** Who asks for a table: operations on items and on tables have other words and limits. */
  enum Asker {
    /** A name of one or two characters is merely no table. */
    ITEMS(1),
    TABLES(3);

    private final int lengthMin;

    Asker(int lengthMin) {
      this.lengthMin = lengthMin;
    }

    int lengthMin() {
      return lengthMin;
    }
  }

  static Structure structure(Member... members) {
    return typed("", members);
  }

  /** A structure that messages name. */
  static Structure typed(String type, Member... members) {
    Map<String, Member> byName = new LinkedHashMap<>();
    for (Member member : members) {
      if (byName.put(member.name(), member) != null) {
        throw new IllegalArgumentException("declared twice: " + member.name());
      }
    }
    return new Structure(type, byName);
  }

  static Member required(String name, Shape shape) {
    return new Member(name, spelling(name), shape, Presence.REQUIRED);
  }

  static Member optional(String name, Shape shape) {
    return new Member(name, spelling(name), shape, Presence.OPTIONAL);
  }

  /** As messages spell a member. */
  static String spelling(String name) {
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  static Shape choice(String... words) {
    return new Choice(List.of(words));
  }

  static Shape text(int lengthMin, int lengthMax) {
    return new Text(lengthMin, lengthMax);
  }

  static Shape atLeast(long min) {
    return new Whole(min, Long.MAX_VALUE);
  }

  static Shape between(long min, long max) {
    return new Whole(min, max);
  }

  static Shape listOf(Shape element, int countMin, int countMax) {
    return new ListOf(element, countMin, countMax);
  }
}
