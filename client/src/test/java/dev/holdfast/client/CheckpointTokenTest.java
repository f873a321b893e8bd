package dev.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableId;
import java.util.Base64;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CheckpointTokenTest {
  private static CheckpointToken token(Random random) {
    SortedMap<SegmentId, Long> positions = new TreeMap<>();
    SortedSet<SegmentId> finished = new TreeSet<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      SegmentId segment = segment(random);
      long ahead = random.nextLong() >>> (2 + random.nextInt(60));
      positions.put(segment, random.nextInt(5) == 0 ? 0 : segment.number() + ahead);
      finished.add(segment(random));
    }
    return new CheckpointToken(
        new TableId(random.nextLong()), random.nextLong() >>> 1, positions, finished);
  }

  private static SegmentId segment(Random random) {
    return new SegmentId(
        new PartitionId(1 + (random.nextLong() >>> (2 + random.nextInt(60)))),
        1 + (random.nextLong() >>> (2 + random.nextInt(60))));
  }

  @Property
  void aTokenIsReadBackFromItsText(@ForAll long seed) {
    CheckpointToken token = token(new Random(seed));
    CheckpointToken read = CheckpointToken.parse(token.toString());
    assertThat(read.table()).isEqualTo(token.table());
    assertThat(read.stream()).isEqualTo(token.stream());
    assertThat(read.positions()).isEqualTo(token.positions());
    assertThat(read.finished()).isEqualTo(token.finished());
    assertThat(read).isEqualTo(token).hasSameHashCodeAs(token);
    assertThat(token.toString()).matches("[A-Za-z0-9_-]+");
  }

  @Property
  void whatWasChangedIsNoToken(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = Base64.getUrlDecoder().decode(token(random).toString());
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    assertRefused(text(bytes), "not a checkpoint token");
  }

  /** The checksum is no secret. */
  @Property
  void nonsenseWithARightChecksumIsNoToken(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[5 + random.nextInt(100)];
    random.nextBytes(bytes);
    bytes[0] = 1;
    try {
      assertThat(CheckpointToken.parse(signed(bytes)).toString()).isNotEmpty();
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("not a checkpoint token");
    }
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String signed(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, bytes.length - 4);
    java.nio.ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) crc.getValue());
    return text(bytes);
  }

  private static void assertRefused(String text, String message) {
    assertThatThrownBy(() -> CheckpointToken.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void otherTextsAreNoTokens() {
    assertRefused("", "not a checkpoint token");
    assertRefused("AAAA", "not a checkpoint token");
    assertRefused("h1~1.2", "not a checkpoint token");
    assertRefused("A".repeat(2 << 20), "not a checkpoint token");
  }

  @Test
  void aTokenOfALaterVersionIsSaidToBeOne() {
    byte[] bytes = Base64.getUrlDecoder().decode(token(new Random(1)).toString());
    bytes[0] = 2;
    assertRefused(signed(bytes), "a checkpoint token of version 2");
  }

  /** A thousand shards, each with a million changes, are some kilobytes. */
  @Test
  void aTokenIsSmall() {
    SortedMap<SegmentId, Long> positions = new TreeMap<>();
    for (int i = 0; i < 1_000; i++) {
      positions.put(new SegmentId(new PartitionId(1 + i), 500_000_000L + i), 501_000_000L + i);
    }
    CheckpointToken token = new CheckpointToken(new TableId(-1), 1, positions, new TreeSet<>());
    assertThat(token.toString()).hasSizeLessThan(15_000);
  }
}
