package dev.holdfast.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ItemEncodingProperties {
  @Provide
  Arbitrary<Map<String, AttributeValue>> items() {
    return Values.items().withoutEdgeCases();
  }

  @Provide
  Arbitrary<AttributeValue> values() {
    return Values.values(2).withoutEdgeCases();
  }

  @Provide
  Arbitrary<AttributeValue> scalars() {
    return Values.scalars();
  }

  @Provide
  Arbitrary<String> strings() {
    return Values.strings();
  }

  @Property(tries = 300)
  void anItemDecodesToWhatWasEncoded(@ForAll("items") Map<String, AttributeValue> attributes) {
    Item item = Item.of(attributes);

    assertThat(item.toMap()).isEqualTo(attributes);
    assertThat(item.attributeCount()).isEqualTo(attributes.size());
    assertThat(Item.checked(item.bytes())).isEqualTo(item);
    assertThat(Item.ofEncoded(item.toEncodedMap())).isEqualTo(item);
    attributes.forEach(
        (name, value) -> {
          EncodedValue found = Objects.requireNonNull(item.attribute(name));
          assertThat(found).isEqualTo(value.encode());
          assertThat(found.decode()).isEqualTo(value);
        });
  }

  @Property(tries = 300)
  void anyOrderOfWritingGivesTheSameBytes(
      @ForAll("items") Map<String, AttributeValue> attributes, @ForAll long seed) {
    List<String> names = new ArrayList<>(attributes.keySet());
    Collections.shuffle(names, new Random(seed));
    ItemEncoder encoder = new ItemEncoder();
    for (String name : names) {
      TreeWriter.write(Objects.requireNonNull(attributes.get(name)), encoder.name(name));
    }

    assertThat(encoder.finish()).isEqualTo(Item.of(attributes));
  }

  @Property(tries = 300)
  void valuesAreEqualExactlyWhenTheirBytesAre(
      @ForAll("values") AttributeValue left, @ForAll("values") AttributeValue right) {
    assertThat(left.encode().equals(right.encode())).isEqualTo(left.equals(right));
    assertThat(left.encode()).isEqualTo(left.encode().decode().encode());
  }

  @Property(tries = 300)
  void lookingUpFindsWhatIsThereAndNothingElse(
      @ForAll("items") Map<String, AttributeValue> attributes, @ForAll("strings") String name) {
    Item item = Item.of(attributes);

    assertThat(item.has(name)).isEqualTo(attributes.containsKey(name));
    assertThat(AttributeValue.m(attributes).encode().member(name)).isEqualTo(item.attribute(name));
  }

  @Property(tries = 300)
  void sizesFollowTheRulesOfDynamo(@ForAll("items") Map<String, AttributeValue> attributes) {
    int expected = 0;
    for (Map.Entry<String, AttributeValue> attribute : attributes.entrySet()) {
      expected += utf8Size(attribute.getKey()) + dynamoSize(attribute.getValue());
    }

    assertThat(Item.of(attributes).sizeBytes()).isEqualTo(expected);
  }

  @Property(tries = 300)
  void aVisitorSeesEverything(@ForAll("items") Map<String, AttributeValue> attributes) {
    Item item = Item.of(attributes);
    CopyingVisitor copy = new CopyingVisitor();
    item.accept(copy);

    assertThat(copy.encoder.finish()).isEqualTo(item);
  }

  /** What the check lets through is canonical, so it can be read and written back byte by byte. */
  @Property(tries = 2000)
  void damagedBytesAreRejectedOrAreAnotherItem(
      @ForAll("items") Map<String, AttributeValue> attributes, @ForAll long seed) {
    Bytes damaged = Values.damaged(Item.of(attributes).bytes(), seed);
    Item item;
    try {
      item = Item.checked(damaged);
    } catch (IllegalArgumentException rejected) {
      return;
    }

    assertThat(Item.of(item.toMap())).isEqualTo(item);
    assertThat(item.sizeBytes()).isNotNegative();
  }

  @Property(tries = 300)
  void listsAndSetsContainTheirElements(
      @ForAll("values") AttributeValue container, @ForAll("scalars") AttributeValue other) {
    EncodedValue encoded = container.encode();
    if (!(container instanceof AttributeValue.L) && !encoded.type().isSet()) {
      return;
    }
    List<EncodedValue> elements = new ArrayList<>();
    encoded.forEachElement(elements::add);

    assertThat(elements).hasSize(encoded.elementCount()).allMatch(encoded::containsElement);
    assertThat(encoded.containsElement(other.encode()))
        .isEqualTo(elements.contains(other.encode()));
  }

  @Property(tries = 500)
  void scalarsCompareByValue(
      @ForAll("scalars") AttributeValue left, @ForAll("scalars") AttributeValue right) {
    if (left instanceof AttributeValue.N a && right instanceof AttributeValue.N b) {
      assertThat(sign(left, right)).isEqualTo(a.value().compareTo(b.value()));
    } else if (left instanceof AttributeValue.B a && right instanceof AttributeValue.B b) {
      assertThat(sign(left, right)).isEqualTo(Integer.signum(a.value().compareTo(b.value())));
    } else if (left instanceof AttributeValue.S a && right instanceof AttributeValue.S b) {
      assertThat(sign(left, right))
          .isEqualTo(Integer.signum(Bytes.utf8(a.value()).compareTo(Bytes.utf8(b.value()))));
    }
  }

  private static int sign(AttributeValue left, AttributeValue right) {
    return Integer.signum(left.encode().compareScalar(right.encode()));
  }

  private static int dynamoSize(AttributeValue value) {
    if (value instanceof AttributeValue.S s) {
      return utf8Size(s.value());
    } else if (value instanceof AttributeValue.N n) {
      return numberSize(n.value());
    } else if (value instanceof AttributeValue.B b) {
      return b.value().size();
    } else if (value instanceof AttributeValue.SS ss) {
      return ss.values().stream().mapToInt(ItemEncodingProperties::utf8Size).sum();
    } else if (value instanceof AttributeValue.NS ns) {
      return ns.values().stream().mapToInt(ItemEncodingProperties::numberSize).sum();
    } else if (value instanceof AttributeValue.BS bs) {
      return bs.values().stream().mapToInt(Bytes::size).sum();
    } else if (value instanceof AttributeValue.L l) {
      return 3 + l.elements().stream().mapToInt(element -> 1 + dynamoSize(element)).sum();
    } else if (value instanceof AttributeValue.M m) {
      return 3
          + m.members().entrySet().stream()
              .mapToInt(member -> 1 + utf8Size(member.getKey()) + dynamoSize(member.getValue()))
              .sum();
    }
    return 1;
  }

  private static int numberSize(BigDecimal number) {
    BigDecimal stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    int sign = stripped.signum() < 0 ? 1 : 0;
    int digits = stripped.signum() == 0 ? 0 : stripped.precision();
    int afterPoint = Math.max(0, stripped.scale());
    boolean straddles = afterPoint > 0 && afterPoint < digits;
    return straddles
        ? 1 + (digits - afterPoint + 1) / 2 + (afterPoint + 1) / 2 + sign
        : 1 + (digits + 1) / 2 + sign;
  }

  private static int utf8Size(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Writes what it sees into another encoder. */
  private static final class CopyingVisitor implements ItemVisitor {
    private final ItemEncoder encoder = new ItemEncoder();

    @Override
    public void name(byte[] array, int offset, int size) {
      encoder.name(text(array, offset, size));
    }

    @Override
    public void string(byte[] array, int offset, int size) {
      encoder.string(text(array, offset, size));
    }

    @Override
    public void number(byte[] array, int offset, int size) {
      encoder.number(text(array, offset, size));
    }

    @Override
    public void binary(byte[] array, int offset, int size) {
      encoder.binary(array, offset, size);
    }

    @Override
    public void bool(boolean value) {
      encoder.bool(value);
    }

    @Override
    public void nul() {
      encoder.nul();
    }

    @Override
    public void beginMap() {
      encoder.beginMap();
    }

    @Override
    public void endMap() {
      encoder.endMap();
    }

    @Override
    public void beginList() {
      encoder.beginList();
    }

    @Override
    public void endList() {
      encoder.endList();
    }

    @Override
    public void beginSet(AttributeType type) {
      encoder.beginSet(type);
    }

    @Override
    public void endSet() {
      encoder.endSet();
    }

    private static String text(byte[] array, int offset, int size) {
      return new String(array, offset, size, StandardCharsets.UTF_8);
    }
  }
}
