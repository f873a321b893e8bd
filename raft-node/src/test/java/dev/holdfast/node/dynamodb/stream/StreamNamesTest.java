package dev.holdfast.node.dynamodb.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.dynamodb.stream.ShardIterator.Start;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SegmentId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read back, and nothing else. */
class StreamNamesTest {
  private static final String TABLE = "arn:aws:dynamodb:eu-central-1:000000000000:table/songs";
  private static final StreamArn STREAM = new StreamArn("songs", 1_431_379_293_291L);
  private static final SegmentId SEGMENT = new SegmentId(new PartitionId(31), 42);
  private static final ShardIterator ITERATOR =
      new ShardIterator(STREAM, SEGMENT, 77, Start.PLACE, 1_700_000_000_000L);

  @Test
  void labelsAreTimes() {
    assertThat(STREAM.of(TABLE)).isEqualTo(TABLE + "/stream/2015-05-11T21:21:33.291");
    assertThat(StreamArn.parse(STREAM.of(TABLE))).contains(STREAM);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "songs",
        TABLE,
        TABLE + "/stream/",
        TABLE + "/stream/yesterday",
        TABLE + "/stream/2015-05-11T21:21:33",
        TABLE + "/stream/2015-13-11T21:21:33.291",
        "table/songs/stream/2015-05-11T21:21:33.291"
      })
  void whatIsNoStreamIsNotReadAsOne(String text) {
    assertThat(StreamArn.parse(text)).isEmpty();
  }

  @Test
  void shardsHaveNamesAsLongAsTheServiceAllows() {
    assertThat(ShardName.of(SEGMENT))
        .isEqualTo("shardId-00000000000000000042-0000001f")
        .hasSizeBetween(28, 65);
    SegmentId last = new SegmentId(new PartitionId(Long.MAX_VALUE), Long.MAX_VALUE);
    assertThat(ShardName.of(last)).hasSizeBetween(28, 65);
    assertThat(ShardName.parse(ShardName.of(SEGMENT))).contains(SEGMENT);
    assertThat(ShardName.parse(ShardName.of(last))).contains(last);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shardId-00000000000000000042",
        "shardId-99999999999999999999-0000001f",
        "shardId-00000000000000000042-ffffffffffffffff",
        "shardId-00000000000000000042-0000001F",
        "shardId-0000000000000000004٤-0000001f"
      })
  void whatIsNoShardIsNotReadAsOne(String text) {
    assertThat(ShardName.parse(text)).isEmpty();
  }

  @Test
  void sequenceNumbersHaveTwentyOneDigitsAndAreOrderedAsTexts() {
    assertThat(SequenceNumber.of(42)).isEqualTo("100000000000000000042");
    assertThat(SequenceNumber.parse(SequenceNumber.of(Long.MAX_VALUE))).hasValue(Long.MAX_VALUE);
    assertThat(SequenceNumber.of(9)).isLessThan(SequenceNumber.of(10));
    for (String other :
        new String[] {
          "000000000000000000042",
          "1000000000000000000042",
          "10000000000000000004x",
          "199999999999999999999",
          "1-0000000000000000042"
        }) {
      assertThat(SequenceNumber.parse(other)).as(other).isEmpty();
    }
  }

  @Test
  void iteratorsAreReadBackAndLastAQuarterOfAnHour() {
    String text = ITERATOR.text(TABLE);
    assertThat(text).startsWith(STREAM.of(TABLE) + "|1|").hasSizeLessThan(2048);
    assertThat(ShardIterator.parse(text)).contains(ITERATOR);
    long issued = ITERATOR.issuedMillis();
    assertThat(ITERATOR.isExpiredAt(issued + 15 * 60 * 1000)).isFalse();
    assertThat(ITERATOR.isExpiredAt(issued + 15 * 60 * 1000 + 1)).isTrue();
  }

  /** Whichever character is changed. */
  @Test
  void aChangedIteratorIsNone() {
    String text = ITERATOR.text(TABLE);
    for (int i = 0; i < text.length() - 1; i++) { // the last one has bits that mean nothing
      char other = text.charAt(i) == 'A' ? 'B' : 'A';
      String changed = text.substring(0, i) + other + text.substring(i + 1);
      assertThat(ShardIterator.parse(changed)).as("character " + i).isEmpty();
    }
    assertThat(ShardIterator.parse("")).isEmpty();
    assertThat(ShardIterator.parse(text.substring(0, text.length() - 4))).isEmpty();
    assertThat(ShardIterator.parse(text + "AAAA")).isEmpty();
  }
}
