package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.SortedMap;

/**
 * Consistent reads of global indexes, which the service refuses: a table asks for them with a tag
 * (decision 0041).
 */
final class ConsistentIndexes {
  static final String TAG = "holdfast:consistent-indexes";
  private static final String YES = "true";
  private static final String NO = "false";

  private ConsistentIndexes() {}

  /** Fails, in the words of the service, when the table has not asked for them. */
  static void requireOf(TableDescriptor table, String words) {
    if (!YES.equals(table.tags().get(TAG))) {
      throw ApiException.validation(words).ofOneVersion();
    }
  }

  /** Fails when the tag is there and says neither. */
  static void requireSound(SortedMap<String, String> tags) {
    String value = tags.get(TAG);
    if (value != null && !value.equals(YES) && !value.equals(NO)) {
      throw ApiException.invalidParameter(
          "The tag " + TAG + " must be true or false, not '" + value + "'");
    }
  }
}
