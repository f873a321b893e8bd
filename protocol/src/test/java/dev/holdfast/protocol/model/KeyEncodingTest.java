package dev.holdfast.protocol.model;

import static dev.holdfast.protocol.model.AttributeValue.n;
import static dev.holdfast.protocol.model.AttributeValue.s;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyEncodingTest {
  private static final TableId TABLE = new TableId(0x0102030405060708L);
  private static final KeySchema SCHEMA =
      new KeySchema(new KeyAttribute("p", ScalarType.S), new KeyAttribute("s", ScalarType.N));

  @Test
  void numbersOrderByValue() {
    List<String> ascending =
        List.of(
            "-9.9999999999999999999999999999999999999E125",
            "-100.5",
            "-100",
            "-12",
            "-1",
            "-0.5",
            "-1E-130",
            "0",
            "1E-130",
            "0.05",
            "0.1",
            "0.123",
            "1",
            "1.01",
            "2",
            "10",
            "10.5",
            "99",
            "100",
            "1E125");
    for (int i = 1; i < ascending.size(); i++) {
      Bytes lower = KeyEncoding.ordered(n(ascending.get(i - 1)).encode());
      Bytes higher = KeyEncoding.ordered(n(ascending.get(i)).encode());
      assertThat(lower).as(ascending.get(i)).isLessThan(higher);
    }
  }

  @Test
  void aRoutingKeyDecodesBackToTheKey() {
    for (String number : List.of("0", "-1", "12.5", "100", "0.001", "-1E-130", "99E100")) {
      Item key = Item.of(Map.of("p", s("a\0b"), "s", n(number)));
      Bytes routingKey = KeyEncoding.routingKey(TABLE, SCHEMA, key);
      assertThat(KeyEncoding.keyOf(SCHEMA, routingKey)).isEqualTo(key);
      assertThat(KeyEncoding.tableOf(routingKey)).isEqualTo(TABLE);
      Bytes prefix = KeyEncoding.collectionPrefix(TABLE, s("a\0b").encode());
      assertThat(routingKey.startsWith(prefix)).isTrue();
      assertThat(KeyEncoding.collectionPrefixSize(SCHEMA, routingKey)).isEqualTo(prefix.size());
    }
  }

  @Test
  void segmentsCoverTheTable() {
    Bytes next = KeyEncoding.tablePrefix(TABLE);
    for (int i = 0; i < 7; i++) {
      KeyRange range = KeyEncoding.segment(TABLE, i, 7);
      assertThat(range.startInclusive()).isEqualTo(next);
      next = range.endExclusive();
    }
    assertThat(next).isEqualTo(KeyEncoding.tableRange(TABLE).endExclusive());
  }

  @Test
  void theFormatOfStoredKeysDoesNotChange() {
    Item key = Item.of(Map.of("p", s("user"), "s", n("42")));
    assertThat(KeyEncoding.routingKey(TABLE, SCHEMA, key).toHex())
        .isEqualTo("010203040506070837543de63aa9bac775736572000103832b00");
  }
}
