package dev.holdfast.node.http;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What the Date header of answers says; made once a second. Thread-safe. */
final class AnswerDate {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private volatile Text latest = new Text(Long.MIN_VALUE, "");

  private record Text(long second, String words) {}

  AnswerDate(InstantSource clock) {
    this.clock = clock;
  }

  String now() {
    long second = Math.floorDiv(clock.millis(), 1_000L);
    Text text = latest;
    if (text.second() != second) {
      text = new Text(second, FORM.format(Instant.ofEpochSecond(second)));
      latest = text;
    }
    return text.words();
  }
}
