package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.partiql.Statement.Change;
import dev.holdfast.node.dynamodb.partiql.Statement.Ordering;
import dev.holdfast.node.dynamodb.partiql.Statement.Source;
import dev.holdfast.node.dynamodb.partiql.Token.Kind;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.expression.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of statements.
 *
 * <pre>
 * SELECT (* | path {, path}) FROM source [WHERE term] [ORDER BY path [ASC | DESC] {, …}]
 * INSERT INTO source VALUE struct
 * UPDATE source changes [WHERE term] [RETURNING …]
 * FROM source [WHERE term] changes [RETURNING …]
 * DELETE FROM source [WHERE term] [RETURNING …]
 * EXISTS ( SELECT … )
 *
 * changes    = (SET path = sum {, path = sum} | REMOVE path) {changes}
 * returning  = (ALL | MODIFIED) (OLD | NEW) *
 * </pre>
 */
final class StatementGrammar {
  private final Tokens tokens;
  private final TermGrammar terms;
  private final Sources sources;

  StatementGrammar(Tokens tokens) {
    this.tokens = tokens;
    this.terms = new TermGrammar(tokens);
    this.sources = new Sources(tokens);
  }

  Statement parse() {
    Statement statement = statement();
    tokens.expectEnd();
    return statement;
  }

  private Statement statement() {
    Token first = tokens.peek();
    if (first.kind() == Kind.WORD) {
      switch (first.text().toLowerCase(Locale.ROOT)) {
        case "select" -> {
          return select();
        }
        case "insert" -> {
          return insert();
        }
        case "update" -> {
          return update();
        }
        case "from" -> {
          return fromFirst();
        }
        case "delete" -> {
          return delete();
        }
        case "exists" -> {
          return exists();
        }
        default -> {
          // a term, then
        }
      }
    }
    Term term = terms.term();
    tokens.expectEnd();
    throw ApiException.validation("Unsupported operation: " + term.kind());
  }

  private Statement exists() {
    tokens.take();
    tokens.expect("(");
    if (!tokens.peek().isWord("SELECT")) {
      throw tokens.unexpected();
    }
    Statement.Select select = select();
    tokens.expect(")");
    return new Statement.Exists(select);
  }

  private Statement.Select select() {
    tokens.take();
    List<Path> paths = new ArrayList<>();
    if (tokens.peek().isWord("VALUE") || tokens.peek().isWord("PIVOT")) {
      throw ApiException.validation("Select projection doesn't support value or pivot keywords");
    }
    if (tokens.peek().isWord("DISTINCT")) {
      throw ApiException.validation("Unsupported token in expression: DISTINCT");
    }
    if (!tokens.takeIf("*")) {
      do {
        paths.add(projected());
      } while (tokens.takeIf(","));
    }
    tokens.expectWord("FROM");
    Source source = sources.ofSelect();
    Term where = where();
    refuseClauses();
    List<Ordering> orderings = tokens.takeIfWord("ORDER") ? orderings() : List.of();
    refuseClauses();
    return new Statement.Select(paths, source, where, orderings);
  }

  private Path projected() {
    Token first = tokens.peek();
    if (first.kind() == Kind.WORD && tokens.peekSecond().is("(")) {
      throw Refusals.at("Unexpected path component", first.place());
    }
    Term term = terms.sum();
    if (!(term instanceof Term.Reference reference)) {
      throw Refusals.at("Unexpected path component", first.place());
    }
    if (tokens.peek().isWord("AS") || tokens.peek().isName()) {
      throw Sources.alias();
    }
    return reference.path();
  }

  private void refuseClauses() {
    Token token = tokens.peek();
    if (token.isWord("LIMIT")) {
      throw Refusals.at("Unsupported clause: LIMIT", tokens.peekSecond().place());
    }
    if (token.isWord("GROUP") || token.isWord("HAVING")) {
      throw ApiException.validation(
          "Unsupported clause: " + (token.isWord("GROUP") ? "GROUP BY" : "HAVING"));
    }
  }

  private List<Ordering> orderings() {
    tokens.expectWord("BY");
    List<Ordering> orderings = new ArrayList<>();
    do {
      Term term = terms.sum();
      if (!(term instanceof Term.Reference reference) || !reference.path().isTopLevel()) {
        throw ApiException.validation(
            "Argument to ORDER BY must be of type VariableReference. Type: " + term.kind());
      }
      boolean isDescending = tokens.takeIfWord("DESC");
      if (!isDescending) {
        tokens.takeIfWord("ASC");
      }
      orderings.add(new Ordering(reference.path().attribute(), isDescending));
    } while (tokens.takeIf(","));
    return orderings;
  }

  private @Nullable Term where() {
    return tokens.takeIfWord("WHERE") ? terms.term() : null;
  }

  private Statement insert() {
    tokens.take();
    tokens.expectWord("INTO");
    Source source = sources.ofInsert();
    if (!tokens.takeIfWord("VALUE")) {
      if (tokens.peek().isWord("VALUES") || tokens.peek().is("<<") || tokens.peek().is("{")) {
        throw ApiException.validation(
            "Unsupported operation: Inserting multiple items in a single statement is not "
                + "supported, use \"INSERT INTO tableName VALUE item\" instead");
      }
      throw tokens.unexpected();
    }
    Term item = terms.term();
    if (tokens.peek().isWord("ON")) {
      throw ApiException.validation("Unsupported clause: ON CONFLICT");
    }
    if (tokens.peek().isWord("RETURNING")) {
      throw ApiException.validation("RETURNING is not supported in INSERT");
    }
    return new Statement.Insert(source, item);
  }

  private Statement update() {
    tokens.take();
    Source source = sources.ofWrite();
    List<Change> changes = changes();
    Term where = where();
    return new Statement.Update(source, changes, where, returning(), false);
  }

  private Statement fromFirst() {
    tokens.take();
    Source source = sources.ofWrite();
    Term where = where();
    return new Statement.Update(source, changes(), where, returning(), true);
  }

  private List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    while (true) {
      if (tokens.takeIfWord("SET")) {
        do {
          Path path = terms.path().path();
          tokens.expect("=");
          changes.add(new Change(path, terms.sum()));
        } while (tokens.takeIf(","));
      } else if (tokens.takeIfWord("REMOVE")) {
        changes.add(new Change(terms.path().path(), null));
      } else if (changes.isEmpty()) {
        throw Refusals.malformed(Refusals.NO_CHANGES);
      } else {
        return changes;
      }
    }
  }

  private Statement delete() {
    tokens.take();
    tokens.expectWord("FROM");
    Source source = sources.ofWrite();
    Term where = where();
    ReturnValues returning = returning();
    if (returning != ReturnValues.NONE && returning != ReturnValues.ALL_OLD) {
      throw ApiException.validation(
          "Invalid returning clause: RETURNING "
              + StatementText.returning(returning)
              + ". Only RETURNING ALL OLD * is allowed in DELETE statements.");
    }
    return new Statement.Delete(source, where, returning);
  }

  private ReturnValues returning() {
    if (!tokens.takeIfWord("RETURNING")) {
      return ReturnValues.NONE;
    }
    boolean isAll = tokens.takeIfWord("ALL");
    if (!isAll) {
      tokens.expectWord("MODIFIED");
    }
    boolean isOld = tokens.takeIfWord("OLD");
    if (!isOld) {
      tokens.expectWord("NEW");
    }
    if (!tokens.takeIf("*")) {
      throw tokens.isEnd()
          ? tokens.unexpected()
          : ApiException.validation(
              "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause");
    }
    if (tokens.peek().is(",")) {
      throw ApiException.validation(
          "Invalid syntax with multiple returning elements in RETURNING clause");
    }
    if (isAll) {
      return isOld ? ReturnValues.ALL_OLD : ReturnValues.ALL_NEW;
    }
    return isOld ? ReturnValues.UPDATED_OLD : ReturnValues.UPDATED_NEW;
  }
}
