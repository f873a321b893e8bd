package dev.holdfast.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KeyWordsTest {
  private static final KeySchema SCHEMA =
      new KeySchema(new KeyAttribute("id", ScalarType.S), new KeyAttribute("line", ScalarType.N));
  private static final TableDescriptor ORDERS =
      new TableDescriptor(
          new TableId(5),
          "Orders",
          1,
          TableStatus.ACTIVE,
          SCHEMA,
          List.of(),
          TableDescriptor.BillingMode.PAY_PER_REQUEST,
          new TableDescriptor.Throughput(0, 0),
          false,
          new TreeMap<>(),
          0);

  private final KeyWords words = new KeyWords(List.of(ORDERS));

  private static Item item(String id, int line) {
    return Item.of(
        new TreeMap<>(
            Map.of(
                "id",
                new AttributeValue.S(id),
                "line",
                new AttributeValue.N(BigDecimal.valueOf(line)))));
  }

  @Test
  void anItemsKeyIsItsTableAndAttributes() {
    Bytes key = KeyEncoding.routingKey(ORDERS.id(), SCHEMA, item("a-7", 12));

    assertThat(words.of(key)).isEqualTo("Orders id=a-7 line=12");
  }

  @Test
  void anItemCollectionHasItsPartitionKeyOnly() {
    Bytes prefix =
        KeyEncoding.collectionPrefix(ORDERS.id(), EncodedValue.of(new AttributeValue.S("a-7")));

    assertThat(words.of(prefix)).isEqualTo("Orders id=a-7");
  }

  @Test
  void theEdgeOfATableIsItsName() {
    assertThat(words.of(KeyEncoding.tablePrefix(ORDERS.id()))).isEqualTo("Orders");
  }

  @Test
  void aPlaceBetweenItemsIsAHash() {
    Bytes key = KeyEncoding.tablePrefix(ORDERS.id()).concat(Bytes.wrap(new byte[] {(byte) 0x80}));

    assertThat(words.of(key)).isEqualTo("Orders from hash 80");
    assertThat(words.of(KeyEncoding.segment(ORDERS.id(), 1, 4).startInclusive()))
        .isEqualTo("Orders from hash 4000000000000000");
  }

  @Test
  void whatBelongsToNoTableStaysAsItIs() {
    assertThat(words.of(Bytes.wrap(new byte[] {0x40}))).isEqualTo("40");
    assertThat(words.of(KeyEncoding.tablePrefix(new TableId(6)))).isEqualTo("0000000000000006");
    assertThat(words.from(Bytes.EMPTY)).isEqualTo("start");
    assertThat(words.to(null)).isEqualTo("end");
  }

  @Test
  void longValuesAreShortened() {
    Bytes key = KeyEncoding.routingKey(ORDERS.id(), SCHEMA, item("x".repeat(100), 1));

    assertThat(words.of(key)).isEqualTo("Orders id=" + "x".repeat(24) + "… line=1");
  }
}
