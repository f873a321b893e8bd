package dev.holdfast.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.benchmarks.load.PlacedItem;
import dev.holdfast.benchmarks.load.SampleItem;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TransactionBodiesTest {
  private static final SampleItem ITEM = new SampleItem(1);
  private static final String KEY = "{\"pk\":{\"S\":\"customer-00000000001\"}}";

  private final TransactionBodies bodies = new TransactionBodies(List.of("a", "b"));
  private final List<PlacedItem> both =
      List.of(new PlacedItem(0, ITEM), new PlacedItem(1, ITEM), new PlacedItem(0, ITEM));

  @Test
  void eachPlaceHasItsTable() {
    assertThat(bodies.transactGets(both.subList(0, 2)))
        .isEqualTo(
            "{\"TransactItems\":[{\"Get\":{\"TableName\":\"a\",\"Key\":"
                + KEY
                + "}},{\"Get\":{\"TableName\":\"b\",\"Key\":"
                + KEY
                + "}}]}");
  }

  @Test
  void putsHaveAToken() {
    assertThat(bodies.transactPuts(both.subList(1, 2), new UUID(0, 1)))
        .isEqualTo(
            "{\"ClientRequestToken\":\"00000000-0000-0000-0000-000000000001\",\"TransactItems\":["
                + "{\"Put\":{\"TableName\":\"b\",\"Item\":"
                + ITEM.dynamoDbJson()
                + "}}]}");
  }

  @Test
  void aBatchNamesATableOnce() {
    assertThat(bodies.strongBatchGet(both))
        .isEqualTo(
            "{\"RequestItems\":{\"a\":{\"ConsistentRead\":true,\"Keys\":["
                + KEY
                + ","
                + KEY
                + "]},\"b\":{\"ConsistentRead\":true,\"Keys\":["
                + KEY
                + "]}}}");
  }
}
