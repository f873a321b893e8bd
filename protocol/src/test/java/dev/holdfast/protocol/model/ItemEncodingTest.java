package dev.holdfast.protocol.model;

import static dev.holdfast.protocol.model.AttributeValue.b;
import static dev.holdfast.protocol.model.AttributeValue.bool;
import static dev.holdfast.protocol.model.AttributeValue.l;
import static dev.holdfast.protocol.model.AttributeValue.m;
import static dev.holdfast.protocol.model.AttributeValue.n;
import static dev.holdfast.protocol.model.AttributeValue.nul;
import static dev.holdfast.protocol.model.AttributeValue.s;
import static dev.holdfast.protocol.model.AttributeValue.ss;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ItemEncodingTest {
  private static final Item EVERYTHING =
      Item.of(
          Map.of(
              "id", s("köln"),
              "count", n("12.50"),
              "raw", b(Bytes.fromHex("00ff")),
              "yes", bool(true),
              "nothing", nul(),
              "tags", ss("b", "a"),
              "list", l(n(1), s("x"), l()),
              "map", m(Map.of("b", n(2), "a", m(Map.of())))));

  @Test
  void attributesAreFoundByNameAndDecodeToWhatWasEncoded() {
    assertThat(EVERYTHING.attributeCount()).isEqualTo(8);
    assertThat(value(EVERYTHING, "id").string()).isEqualTo("köln");
    assertThat(value(EVERYTHING, "count").numberText()).isEqualTo("12.5");
    assertThat(value(EVERYTHING, "tags").elementCount()).isEqualTo(2);
    EncodedValue inner = value(EVERYTHING, "map").member("b");
    assertThat(inner).isEqualTo(EncodedValue.ofNumber(2));
    assertThat(value(EVERYTHING, "list").element(1)).isEqualTo(EncodedValue.ofString("x"));
    assertThat(value(EVERYTHING, "list").element(3)).isNull();
    assertThat(EVERYTHING.attribute("absent")).isNull();
    assertThat(Item.of(EVERYTHING.toMap())).isEqualTo(EVERYTHING);
    assertThat(Item.checked(EVERYTHING.bytes())).isEqualTo(EVERYTHING);
  }

  @Test
  void theOrderOfWritingDoesNotShowInTheBytes() {
    Item one = new ItemEncoder().name("a").nul().name("b").bool(false).finish();
    Item other = new ItemEncoder().name("b").bool(false).name("a").nul().finish();
    assertThat(one).isEqualTo(other);
  }

  @Test
  void namesOrderByUtf8BytesNotByChars() {
    // U+FF5E sorts before U+1F600 in UTF-8 but after its surrogates in UTF-16
    Item item = new ItemEncoder().name("\ud83d\ude00").nul().name("\uff5e").nul().finish();
    assertThat(Item.checked(item.bytes()).has("\ud83d\ude00")).isTrue();
    assertThat(item.has("\uff5e")).isTrue();
  }

  @Test
  void duplicatesAreRejected() {
    assertThatThrownBy(() -> new ItemEncoder().name("a").nul().name("a").nul().finish())
        .isInstanceOf(IllegalArgumentException.class);
    ItemEncoder encoder = new ItemEncoder().name("a").beginSet(AttributeType.NS);
    encoder.number("1").number("1.0");
    assertThatThrownBy(encoder::endSet).hasMessageContaining("duplicates");
  }

  @Test
  void manyMembersKeepTheirOrderAndCount() {
    TreeMap<String, AttributeValue> members = new TreeMap<>();
    ItemEncoder encoder = new ItemEncoder();
    for (int i = 999; i >= 0; i--) {
      members.put("k" + i, n(i));
      encoder.name("k" + i).number(Integer.toString(i));
    }
    Item item = encoder.finish();
    assertThat(item).isEqualTo(Item.of(members));
    assertThat(item.attributeCount()).isEqualTo(1000);
    assertThat(value(item, "k500").numberText()).isEqualTo("500");
  }

  @Test
  void sizesFollowDynamoRules() {
    Item item = Item.of(Map.of("ab", s("ü"), "n", n("-123.45"), "l", l(nul(), nul())));
    assertThat(item.sizeBytes()).isEqualTo((2 + 2) + (1 + 5) + (1 + 3 + 2 + 2));
  }

  @Test
  void nestingIsLimited() {
    ItemEncoder encoder = new ItemEncoder().name("a");
    for (int i = 0; i < 32; i++) {
      encoder.beginList();
    }
    assertThatThrownBy(encoder::beginList).isInstanceOf(IllegalArgumentException.class);
  }

  private static EncodedValue value(Item item, String name) {
    EncodedValue value = item.attribute(name);
    if (value == null) {
      throw new AssertionError("no attribute " + name);
    }
    return value;
  }

  /** Measured at the service: nubo-db/dynamodb-conformance, tier3/limits/numberByteSize. */
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 2",
    "12, 2",
    "123, 3",
    "1234, 3",
    "12345678901234567890123456789012345678, 20",
    "0042, 2",
    "100, 2",
    "1010, 3",
    "0.0000001, 2",
    "1E125, 2",
    "1E-100, 2",
    "1.5, 3",
    "15, 2",
    "1.200, 3",
    "1.234, 4",
    "3.14159, 5",
    "123456, 4",
    "100.5, 4",
    "0.15, 2",
    "-42, 3",
    "-0, 1",
    "-1.5, 4"
  })
  void aNumberTakesAByteForTwoDigitsOnEitherSideOfThePoint(String number, int bytes) {
    assertThat(AttributeValue.n(number).encode().sizeBytes()).isEqualTo(bytes);
  }
}
