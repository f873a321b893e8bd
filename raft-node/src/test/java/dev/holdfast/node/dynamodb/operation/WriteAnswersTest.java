package dev.holdfast.node.dynamodb.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What no request reaches in a test: collections of gigabytes. */
class WriteAnswersTest {
  private static final TableDescriptor TABLE =
      new TableDescriptor(
          new TableId(1),
          "songs",
          1,
          TableStatus.ACTIVE,
          new KeySchema(new KeyAttribute("pk", ScalarType.S), new KeyAttribute("sk", ScalarType.S)),
          List.of(),
          BillingMode.PAY_PER_REQUEST,
          Throughput.NONE,
          false,
          new TreeMap<>(),
          0);

  @Test
  void aCollectionIsBetweenTwoWholeGigabytes() {
    assertThat(range(0)).isEqualTo("[0.0,1.0]");
    assertThat(range((1L << 30) - 1)).isEqualTo("[0.0,1.0]");
    assertThat(range(1L << 30)).isEqualTo("[1.0,2.0]");
    assertThat(range((10L << 30) - 1)).isEqualTo("[9.0,10.0]");
  }

  private static String range(long bytes) {
    Item key = Item.ofEncoded(new TreeMap<>(Map.of("pk", EncodedValue.ofString("x"))));
    JsonOutput output = new JsonOutput();
    WriteAnswers.collectionMetrics(output, TABLE, key, new WriteCost(1, new TreeMap<>(), bytes));
    String answer = new String(output.bytes().toByteArray(), UTF_8);
    return answer.substring(answer.indexOf('['), answer.indexOf(']') + 1);
  }
}
