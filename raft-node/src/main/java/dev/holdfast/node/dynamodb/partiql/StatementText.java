package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.partiql.Statement.Change;
import dev.holdfast.node.dynamodb.partiql.Statement.Ordering;
import dev.holdfast.node.dynamodb.partiql.Statement.Source;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.expression.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Statements as text that means the same. */
final class StatementText {
  private final StringBuilder text = new StringBuilder();

  private StatementText() {}

  static String of(Statement statement) {
    StatementText text = new StatementText();
    text.write(statement);
    return text.text.toString();
  }

  /** What a RETURNING clause says of this, without the keyword. */
  static String returning(ReturnValues values) {
    return switch (values) {
      case NONE -> "";
      case ALL_OLD -> "ALL OLD *";
      case ALL_NEW -> "ALL NEW *";
      case UPDATED_OLD -> "MODIFIED OLD *";
      case UPDATED_NEW -> "MODIFIED NEW *";
    };
  }

  private void write(Statement statement) {
    if (statement instanceof Statement.Select select) {
      text.append("SELECT ").append(paths(select.paths())).append(" FROM ");
      write(select.source());
      where(select.where());
      orderings(select.orderings());
    } else if (statement instanceof Statement.Insert insert) {
      text.append("INSERT INTO ");
      write(insert.source());
      text.append(" VALUE ");
      write(insert.item());
    } else if (statement instanceof Statement.Update update) {
      text.append(update.isWhereFirst() ? "FROM " : "UPDATE ");
      write(update.source());
      if (update.isWhereFirst()) {
        where(update.where());
      }
      update.changes().forEach(this::write);
      if (!update.isWhereFirst()) {
        where(update.where());
      }
      returningClause(update.returning());
    } else if (statement instanceof Statement.Delete delete) {
      text.append("DELETE FROM ");
      write(delete.source());
      where(delete.where());
      returningClause(delete.returning());
    } else if (statement instanceof Statement.Exists exists) {
      text.append("EXISTS(");
      write(exists.select());
      text.append(')');
    }
  }

  private static String paths(List<Path> paths) {
    return paths.isEmpty()
        ? "*"
        : paths.stream().map(StatementText::path).collect(Collectors.joining(", "));
  }

  private void write(Source source) {
    text.append(quoted(source.table(), '"'));
    String index = source.index();
    if (index != null) {
      text.append('.').append(quoted(index, '"'));
    }
  }

  private void where(@Nullable Term where) {
    if (where != null) {
      text.append(" WHERE ");
      write(where);
    }
  }

  private void orderings(List<Ordering> orderings) {
    String separator = " ORDER BY ";
    for (Ordering ordering : orderings) {
      text.append(separator)
          .append(quoted(ordering.attribute(), '"'))
          .append(ordering.isDescending() ? " DESC" : " ASC");
      separator = ", ";
    }
  }

  private void write(Change change) {
    Term value = change.value();
    text.append(value == null ? " REMOVE " : " SET ").append(path(change.path()));
    if (value != null) {
      text.append(" = ");
      write(value);
    }
  }

  private void returningClause(ReturnValues values) {
    if (values != ReturnValues.NONE) {
      text.append(" RETURNING ").append(returning(values));
    }
  }

  private void write(Term term) {
    if (term instanceof Term.Reference reference) {
      text.append(path(reference.path()));
    } else if (term instanceof Term.Text literal) {
      text.append(quoted(literal.value(), '\''));
    } else if (term instanceof Term.Numeral numeral) {
      text.append(numeral.text());
    } else if (term instanceof Term.Truth truth) {
      text.append(truth.value());
    } else if (term instanceof Term.Null) {
      text.append("null");
    } else if (term instanceof Term.Missing) {
      text.append("MISSING");
    } else if (term instanceof Term.Parameter) {
      text.append('?');
    } else if (term instanceof Term.Sequence sequence) {
      list("[", sequence.elements(), "]");
    } else if (term instanceof Term.Bag bag) {
      list("<<", bag.elements(), ">>");
    } else if (term instanceof Term.Struct struct) {
      members(struct.members());
    } else if (term instanceof Term.Call call) {
      text.append(call.function());
      list("(", call.operands(), ")");
    } else {
      compound(term);
    }
  }

  /** In brackets, so that nothing depends on what binds more strongly. */
  private void compound(Term term) {
    text.append('(');
    if (term instanceof Term.Binary binary) {
      infix(binary.left(), binary.operator(), binary.right());
    } else if (term instanceof Term.Signed signed) {
      text.append(signed.sign()).append(' ');
      write(signed.term());
    } else if (term instanceof Term.Junction junction) {
      infix(junction.left(), junction.isAnd() ? "AND" : "OR", junction.right());
    } else if (term instanceof Term.Negation negation) {
      text.append("NOT ");
      write(negation.negated());
    } else if (term instanceof Term.Between between) {
      infix(between.value(), "BETWEEN", between.low());
      text.append(" AND ");
      write(between.high());
    } else if (term instanceof Term.In in) {
      write(in.value());
      text.append(" IN ");
      list("[", in.candidates(), "]");
    } else if (term instanceof Term.Is is) {
      write(is.value());
      text.append(" IS ").append(is.type());
    }
    text.append(')');
  }

  private void infix(Term left, String operator, Term right) {
    write(left);
    text.append(' ').append(operator).append(' ');
    write(right);
  }

  private void list(String open, List<Term> elements, String close) {
    text.append(open);
    String separator = "";
    for (Term element : elements) {
      text.append(separator);
      write(element);
      separator = ", ";
    }
    text.append(close);
  }

  private void members(List<Term.Member> members) {
    text.append('{');
    String separator = "";
    for (Term.Member member : members) {
      text.append(separator);
      write(member.name());
      text.append(": ");
      write(member.value());
      separator = ", ";
    }
    text.append('}');
  }

  private static String path(Path path) {
    StringBuilder text = new StringBuilder();
    for (Path.Step step : path.steps()) {
      if (step instanceof Path.Step.Attribute attribute) {
        text.append(text.isEmpty() ? "" : ".").append(quoted(attribute.name(), '"'));
      } else if (step instanceof Path.Step.Element element) {
        text.append('[').append(element.index()).append(']');
      }
    }
    return text.toString();
  }

  private static String quoted(String content, char quote) {
    String mark = String.valueOf(quote);
    return mark + content.replace(mark, mark + mark) + mark;
  }
}
