package dev.holdfast.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

class KeyEncodingProperties {
  private static final List<Arbitrary<? extends AttributeValue>> SCALARS =
      List.of(
          Values.strings().map(AttributeValue.S::new),
          Values.numbers().map(AttributeValue.N::new),
          Values.binaries().map(AttributeValue.B::new));

  /** Two scalars of one type. */
  @Provide
  Arbitrary<Tuple2<EncodedValue, EncodedValue>> pairs() {
    return Arbitraries.of(SCALARS)
        .flatMap(
            scalars ->
                Combinators.combine(scalars, scalars)
                    .as((left, right) -> Tuple.of(left.encode(), right.encode())));
  }

  @Provide
  Arbitrary<EncodedValue> scalars() {
    return Values.scalars().map(AttributeValue::encode);
  }

  /** Bytes order as values do, and so also: different values have different bytes. */
  @Property(tries = 3000)
  void orderIsPreserved(@ForAll("pairs") Tuple2<EncodedValue, EncodedValue> pair) {
    Bytes left = KeyEncoding.ordered(pair.get1());
    Bytes right = KeyEncoding.ordered(pair.get2());

    assertThat(Integer.signum(left.compareTo(right)))
        .isEqualTo(Integer.signum(pair.get1().compareScalar(pair.get2())));
  }

  @Property(tries = 2000)
  void noEncodingIsThePrefixOfAnother(@ForAll("pairs") Tuple2<EncodedValue, EncodedValue> pair) {
    Bytes left = KeyEncoding.ordered(pair.get1());
    Bytes right = KeyEncoding.ordered(pair.get2());

    assertThat(right.startsWith(left)).isEqualTo(left.equals(right));
  }

  @Property(tries = 2000)
  void prefixesOfValuesArePrefixesOfTheirBytes(
      @ForAll("pairs") Tuple2<EncodedValue, EncodedValue> pair) {
    if (pair.get1().type() == AttributeType.N) {
      return;
    }
    boolean isPrefix = pair.get2().scalarBytes().startsWith(pair.get1().scalarBytes());

    Bytes ordered = KeyEncoding.ordered(pair.get2());
    assertThat(ordered.startsWith(KeyEncoding.orderedPrefix(pair.get1()))).isEqualTo(isPrefix);
  }

  @Property(tries = 2000)
  void aRoutingKeyDecodesToTheKeyItWasMadeFrom(
      @ForAll("scalars") EncodedValue partition, @ForAll("scalars") EncodedValue sort) {
    KeySchema schema = new KeySchema(attribute("p", partition), attribute("s", sort));
    Item key = Item.of(Map.of("p", partition.decode(), "s", sort.decode()));
    Item item =
        Item.of(
            Map.of("p", partition.decode(), "s", sort.decode(), "other", AttributeValue.s("x")));
    TableId table = new TableId(-5);
    Bytes routingKey = KeyEncoding.routingKey(table, schema, item);

    assertThat(KeyEncoding.routingKey(table, schema, key)).isEqualTo(routingKey);
    assertThat(KeyEncoding.keyOf(schema, routingKey)).isEqualTo(key).isEqualTo(item.keyOf(schema));
    assertThat(KeyEncoding.tableRange(table).contains(routingKey)).isTrue();
    assertThat(routingKey)
        .isEqualTo(
            KeyEncoding.collectionPrefix(table, partition).concat(KeyEncoding.ordered(sort)));
    assertThat(KeyEncoding.collectionPrefixSize(schema, routingKey))
        .isEqualTo(KeyEncoding.collectionPrefix(table, partition).size());
  }

  @Property(tries = 500)
  void segmentsPartitionTheTable(@ForAll("scalars") EncodedValue partition, @ForAll byte many) {
    int total = 1 + (many & 0x7f);
    TableId table = new TableId(-1);
    KeySchema schema = new KeySchema(attribute("p", partition), null);
    Bytes key = KeyEncoding.routingKey(table, schema, Item.of(Map.of("p", partition.decode())));
    long holding = 0;
    for (int segment = 0; segment < total; segment++) {
      holding += KeyEncoding.segment(table, segment, total).contains(key) ? 1 : 0;
    }

    assertThat(holding).isEqualTo(1);
  }

  /** A damaged key is rejected or is the key of another item; nothing else can happen. */
  @Property(tries = 2000)
  void damagedKeysDoNotDecodeToSomethingElse(
      @ForAll("scalars") EncodedValue partition,
      @ForAll("scalars") EncodedValue sort,
      @ForAll long seed) {
    KeySchema schema = new KeySchema(attribute("p", partition), attribute("s", sort));
    Item key = Item.of(Map.of("p", partition.decode(), "s", sort.decode()));
    Bytes damaged = Values.damaged(KeyEncoding.routingKey(new TableId(7), schema, key), seed);
    try {
      Item decoded = KeyEncoding.keyOf(schema, damaged);
      assertThat(Item.checked(decoded.bytes())).isEqualTo(decoded);
    } catch (IllegalArgumentException rejected) {
      assertThat(rejected).hasMessageNotContaining("null");
    }
  }

  private static KeyAttribute attribute(String name, EncodedValue value) {
    return new KeyAttribute(name, ScalarType.valueOf(value.type().name()));
  }
}
