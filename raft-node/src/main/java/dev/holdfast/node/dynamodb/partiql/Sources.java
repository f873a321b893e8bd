package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.TableArns;
import dev.holdfast.node.dynamodb.partiql.Statement.Source;
import dev.holdfast.node.dynamodb.partiql.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** The grammar of what statements read from and write to. */
final class Sources {
  private static final int NAME_LENGTH_MIN = 3;
  private static final int NAME_LENGTH_MAX = 255;

  private final Tokens tokens;

  Sources(Tokens tokens) {
    this.tokens = tokens;
  }

  Source ofSelect() {
    Token first = tokens.peek();
    if (first.kind() == Kind.TEXT || first.is("?")) {
      throw ApiException.validation("Unexpected from source");
    }
    if (!first.isName()) {
      throw Refusals.malformed(Refusals.UNEXPECTED_TERM);
    }
    Source source = source();
    if (tokens.peek().is(",")) {
      throw ApiException.validation("Only select from a single table or index is supported.");
    }
    refuseAlias();
    return source;
  }

  Source ofWrite() {
    requireName();
    Source source = source();
    refuseAlias();
    if (source.index() != null) {
      throw ApiException.validation("This operation is not supported on an index");
    }
    return source;
  }

  Source ofInsert() {
    requireName();
    Source source = source();
    if (source.index() != null) {
      throw ApiException.validation(
          "FROM clause may only contain a single table name in data manipulation statements");
    }
    return source;
  }

  private void requireName() {
    if (!tokens.peek().isName()) {
      throw Refusals.malformed("Expected identifier for simple path");
    }
  }

  private void refuseAlias() {
    if (tokens.peek().isWord("AS") || tokens.peek().isName()) {
      throw alias();
    }
  }

  static ApiException alias() {
    return ApiException.validation("Aliasing is not supported");
  }

  private Source source() {
    List<String> names = new ArrayList<>();
    names.add(tokens.take().text());
    while (tokens.takeIf(".")) {
      Token name = tokens.take();
      if (!name.isName()) {
        throw Refusals.malformed("Invalid path dot component");
      }
      names.add(name.text());
    }
    if (tokens.peek().is("[")) {
      throw ApiException.validation("Invalid list expression in source.");
    }
    if (names.size() > 2) {
      throw ApiException.validation("A path may contain at most 2 components in the FROM clause");
    }
    if (names.contains("")) {
      throw Refusals.emptyName();
    }
    String table = TableArns.tableName(names.get(0));
    requireLegal(table);
    return new Source(table, names.size() == 1 ? null : names.get(1));
  }

  private static void requireLegal(String table) {
    boolean isLegal = table.length() >= NAME_LENGTH_MIN && table.length() <= NAME_LENGTH_MAX;
    for (int i = 0; i < table.length(); i++) {
      isLegal &= isLegal(table.charAt(i));
    }
    if (!isLegal) {
      throw ApiException.validation(
          "Table name should be within the length [3, 255] and only contain 'a-z', 'A-Z', '0-9', "
              + "'-', '_', '.'.");
    }
  }

  private static boolean isLegal(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.';
  }
}
