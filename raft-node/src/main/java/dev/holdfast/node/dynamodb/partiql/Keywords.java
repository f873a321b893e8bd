package dev.holdfast.node.dynamodb.partiql;

import java.util.Locale;
import java.util.Set;

/**
 * The words that name nothing unless they stand in double quotes: those of SQL-92 that are
 * reserved, and PartiQL's own. Source: what DynamoDB Local takes for a name and what not.
 */
final class Keywords {
  private static final Set<String> WORDS =
      Set.of(
          """
          absolute action add all allocate alter and any are as asc assertion at authorization avg
          bag begin between bit bit_length blob bool boolean by cascade cascaded case cast catalog
          char char_length character character_length check clob close coalesce collate collation
          column commit conflict connect connection constraint constraints continue convert
          corresponding count create cross current current_date current_time current_timestamp
          current_user cursor date date_add date_diff deallocate dec decimal declare default
          deferrable deferred delete desc describe descriptor diagnostics disconnect distinct do
          domain double drop else end escape except exception exec execute exists external extract
          false fetch first float for foreign found from full get global go goto grant group having
          identity immediate in index indicator initially inner input insensitive insert int integer
          intersect interval into is isolation join key language last left let level like limit list
          local lower match max min missing modified module names national natural nchar new next no
          not nothing null nullif numeric octet_length of old on only open option or order outer
          output overlaps pad partial pivot position precision prepare preserve primary prior
          privileges procedure public read real references relative remove restrict returning revoke
          right rollback rows schema scroll section select session session_user set sexp size
          smallint some space sql sqlcode sqlerror sqlstate string struct substring sum symbol
          system_user table temporary then time timestamp to transaction translate translation trim
          true tuple union unique unknown unpivot update upper usage user using value values varchar
          varying view when whenever where with work write zone\
          """
              .split("\\s+"));

  /** Those that stand between two terms. */
  private static final Set<String> OPERATORS = Set.of("and", "or", "is", "in", "like", "between");

  /** Those that a bracket may follow without making a function of them. */
  private static final Set<String> STRUCTURE =
      Set.of(
          "all",
          "any",
          "as",
          "by",
          "case",
          "delete",
          "except",
          "from",
          "group",
          "having",
          "insert",
          "intersect",
          "into",
          "limit",
          "missing",
          "not",
          "null",
          "on",
          "order",
          "pivot",
          "remove",
          "returning",
          "select",
          "set",
          "true",
          "false",
          "union",
          "unpivot",
          "update",
          "value",
          "values",
          "where");

  private Keywords() {}

  static boolean contains(String word) {
    return WORDS.contains(lower(word));
  }

  static boolean isOperator(String word) {
    return OPERATORS.contains(lower(word));
  }

  /** Whether the word, right before a bracket, is the name of a function. */
  static boolean canBeFunction(String word) {
    return !OPERATORS.contains(lower(word)) && !STRUCTURE.contains(lower(word));
  }

  private static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }
}
