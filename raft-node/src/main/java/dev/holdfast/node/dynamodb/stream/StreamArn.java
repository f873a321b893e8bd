package dev.holdfast.node.dynamodb.stream;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * What a stream is called: {@code arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL}.
 *
 * @param labelMillis when it was enabled, which its label spells out in UTC, to the millisecond
 */
public record StreamArn(String tableName, long labelMillis) {
  private static final String BEFORE_TABLE = ":table/";
  private static final String BEFORE_LABEL = "/stream/";
  private static final DateTimeFormatter LABEL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT);

  /** As the stream's label, such as {@code 2015-05-11T21:21:33.291}. */
  public static String label(long millis) {
    return LABEL.format(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
  }

  /**
   * @param tableArn of the table
   */
  public String of(String tableArn) {
    return tableArn + BEFORE_LABEL + label(labelMillis);
  }

  /** What an ARN names, whichever region it speaks of; empty when it names no stream. */
  public static Optional<StreamArn> parse(String arn) {
    int table = arn.indexOf(BEFORE_TABLE);
    int label = arn.indexOf(BEFORE_LABEL, Math.max(table, 0));
    if (!arn.startsWith("arn:") || table < 0 || label < 0) {
      return Optional.empty();
    }
    String name = arn.substring(table + BEFORE_TABLE.length(), label);
    try {
      long millis =
          LocalDateTime.parse(arn.substring(label + BEFORE_LABEL.length()), LABEL)
              .toInstant(ZoneOffset.UTC)
              .toEpochMilli();
      return Optional.of(new StreamArn(name, millis));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
