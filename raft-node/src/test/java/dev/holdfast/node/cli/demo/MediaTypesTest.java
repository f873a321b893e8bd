package dev.holdfast.node.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.Document;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MediaTypesTest {
  @Test
  void theRecordsAreThousandsAndOfManyShapes() throws IOException {
    List<Document> documents = MediaTypes.read();

    assertThat(documents).hasSizeGreaterThan(2000);
    assertThat(MediaTypes.shapeCount(documents)).isGreaterThan(8);
  }

  @Test
  void aRecordBecomesAnItemWithTwoKeys() throws IOException {
    Document json =
        MediaTypes.read().stream()
            .filter(document -> document.string("subtype").equals("json"))
            .findFirst()
            .orElseThrow();

    assertThat(json.string("type")).isEqualTo("application");
    assertThat(json.string("source")).isEqualTo("iana");
    assertThat(json.bool("compressible")).isTrue();
    assertThat(json.list("extensions")).containsExactly("json", "map");
  }
}
