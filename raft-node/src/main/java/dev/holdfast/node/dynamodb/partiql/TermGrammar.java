package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.partiql.Token.Kind;
import dev.holdfast.protocol.expression.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The grammar of terms, by recursive descent: what is open at once is limited by {@link
 * Tokens#descend}, what stands in one row by {@link Tokens#countOperator}.
 *
 * <pre>
 * term       = conjunct {OR conjunct}
 * conjunct   = negation {AND negation}
 * negation   = {NOT} comparison
 * comparison = sum {comparator sum | IS [NOT] type | [NOT] IN list | [NOT] BETWEEN sum AND sum}
 * sum        = product {(+ | - | ||) product}
 * product    = signed {(* | / | %) signed}
 * signed     = {+ | -} primary
 * primary    = literal | ? | path | function(…) | (term) | [term, …]
 *            | &lt;&lt;term, …&gt;&gt; | {term: term, …}
 * </pre>
 */
final class TermGrammar {
  private static final Set<String> COMPARATORS = Set.of("=", "<>", "!=", "<", "<=", ">", ">=");
  private static final Set<String> SUMS = Set.of("+", "-", "||");
  private static final Set<String> PRODUCTS = Set.of("*", "/", "%");
  private static final Set<String> TYPES =
      Set.of("MISSING", "NULL", "BOOLEAN", "BLOB", "STRING", "NUMERIC", "STRUCT", "TUPLE", "LIST");

  /** Those of PartiQL that DynamoDB does not know. */
  private static final Set<String> OTHER_TYPES =
      Set.of(
          "ANY",
          "BAG",
          "BOOL",
          "CHAR",
          "CHARACTER",
          "CLOB",
          "DATE",
          "DECIMAL",
          "DOUBLE",
          "FLOAT",
          "INT",
          "INT4",
          "INT8",
          "INTEGER",
          "REAL",
          "SEXP",
          "SMALLINT",
          "SYMBOL",
          "TIME",
          "TIMESTAMP",
          "VARCHAR");

  private static final int STEP_COUNT_MAX = 32;

  private final Tokens tokens;

  TermGrammar(Tokens tokens) {
    this.tokens = tokens;
  }

  Term term() {
    tokens.descend();
    Term left = conjunct();
    while (tokens.takeIfWord("OR")) {
      tokens.countOperator();
      requireRight();
      left = new Term.Junction(false, left, conjunct());
    }
    tokens.ascend();
    return left;
  }

  private Term conjunct() {
    Term left = negation();
    while (tokens.takeIfWord("AND")) {
      tokens.countOperator();
      requireRight();
      left = new Term.Junction(true, left, negation());
    }
    return left;
  }

  private Term negation() {
    int negations = 0;
    while (tokens.takeIfWord("NOT")) {
      tokens.countOperator();
      negations++;
    }
    Term term = comparison();
    for (; negations > 0; negations--) {
      term = new Term.Negation(term);
    }
    return term;
  }

  private Term comparison() {
    Term left = sum();
    while (true) {
      Token token = tokens.peek();
      if (token.kind() == Kind.SYMBOL && COMPARATORS.contains(token.text())) {
        tokens.take();
        tokens.countOperator();
        requireRight();
        left = new Term.Binary(token.is("!=") ? "<>" : token.text(), left, sum());
      } else if (token.isWord("LIKE")) {
        throw ApiException.validation(
            "Unsupported operator in Condition Expression. Operator: like");
      } else if (token.isWord("IS")) {
        left = is(left);
      } else if (token.isWord("NOT") || token.isWord("IN") || token.isWord("BETWEEN")) {
        left = range(left);
      } else {
        return left;
      }
    }
  }

  private Term is(Term left) {
    tokens.take();
    tokens.countOperator();
    boolean isNegated = tokens.takeIfWord("NOT");
    if (isNegated) {
      tokens.countOperator();
    }
    Token name = tokens.take();
    String type = name.text().toUpperCase(Locale.ROOT);
    if (name.kind() != Kind.WORD || (!TYPES.contains(type) && !OTHER_TYPES.contains(type))) {
      throw Refusals.malformed("Expected type name");
    }
    if (type.equals("DOUBLE")) {
      tokens.takeIfWord("PRECISION");
    } else if (type.equals("CHARACTER")) {
      tokens.takeIfWord("VARYING");
    }
    Term is = new Term.Is(left, type.equals("INT") ? "INTEGER" : type, name.place());
    return isNegated ? new Term.Negation(is) : is;
  }

  static boolean isSupportedType(String type) {
    return TYPES.contains(type);
  }

  private Term range(Term left) {
    boolean isNegated = tokens.takeIfWord("NOT");
    if (isNegated) {
      tokens.countOperator();
    }
    tokens.countOperator();
    Term range;
    if (tokens.takeIfWord("IN")) {
      range = new Term.In(left, candidates());
    } else if (tokens.takeIfWord("BETWEEN")) {
      Term low = sum();
      tokens.expectWord("AND");
      range = new Term.Between(left, low, sum());
    } else {
      throw tokens.unexpected();
    }
    return isNegated ? new Term.Negation(range) : range;
  }

  private List<Term> candidates() {
    List<Term> candidates = List.of();
    if (tokens.takeIf("(")) {
      candidates = elements(")");
    } else {
      Term list = sum();
      if (list instanceof Term.Sequence sequence) {
        candidates = sequence.elements();
      } else if (list instanceof Term.Bag bag) {
        candidates = bag.elements();
      }
    }
    if (candidates.isEmpty()) {
      throw ApiException.validation(
          "IN operator must have a left hand argument of type Variable Reference and right hand "
              + "argument of type Seq with at least one member");
    }
    return candidates;
  }

  /** What an assignment may set: no comparison, unless in brackets. */
  Term sum() {
    Term left = product();
    while (tokens.peek().kind() == Kind.SYMBOL && SUMS.contains(tokens.peek().text())) {
      String operator = tokens.take().text();
      tokens.countOperator();
      requireRight();
      left = new Term.Binary(operator, left, product());
    }
    return left;
  }

  private Term product() {
    Term left = signed();
    while (tokens.peek().kind() == Kind.SYMBOL && PRODUCTS.contains(tokens.peek().text())) {
      String operator = tokens.take().text();
      tokens.countOperator();
      requireRight();
      left = new Term.Binary(operator, left, signed());
    }
    return left;
  }

  private void requireRight() {
    if (tokens.isEnd()) {
      throw Refusals.malformed("Missing right-hand side expression of infix operator");
    }
  }

  private Term signed() {
    List<String> signs = new ArrayList<>();
    while (tokens.peek().is("+") || tokens.peek().is("-")) {
      if (!signs.isEmpty()) {
        tokens.countOperator();
      }
      signs.add(tokens.take().text());
    }
    Term term = primary();
    for (int i = signs.size() - 1; i >= 0; i--) {
      term = signed(signs.get(i), term);
    }
    return term;
  }

  private static Term signed(String sign, Term term) {
    if (!(term instanceof Term.Numeral numeral)) {
      return new Term.Signed(sign, term);
    }
    if (sign.equals("+")) {
      return numeral;
    }
    String text = numeral.text();
    return new Term.Numeral(text.startsWith("-") ? text.substring(1) : "-" + text);
  }

  private Term primary() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case TEXT -> new Term.Text(tokens.take().text());
      case NUMBER -> new Term.Numeral(tokens.take().text());
      case QUOTED -> path();
      case WORD -> word(token);
      case SYMBOL -> bracket(token);
      case ION -> throw ApiException.validation("Ion Literals are not supported");
      case END -> throw Refusals.malformed(Refusals.UNEXPECTED_TERM);
    };
  }

  private Term word(Token word) {
    if (tokens.peekSecond().is("(") && Keywords.canBeFunction(word.text())) {
      return call();
    }
    if (word.isName()) {
      return path();
    }
    switch (word.text().toLowerCase(Locale.ROOT)) {
      case "true", "false" -> {
        return new Term.Truth(tokens.take().isWord("true"));
      }
      case "null" -> {
        tokens.take();
        return new Term.Null();
      }
      case "missing" -> {
        tokens.take();
        return new Term.Missing();
      }
      case "from" -> throw Refusals.malformed(Refusals.NO_CHANGES);
      default ->
          throw Refusals.malformed(
              Keywords.isOperator(word.text()) ? "Unexpected operator" : "Unexpected keyword");
    }
  }

  private Term call() {
    Token name = tokens.take();
    tokens.take();
    tokens.countOperator();
    if (tokens.peek().isWord("SELECT")) {
      throw Refusals.at("Unsupported token in expression: SELECT", tokens.peek().place());
    }
    return new Term.Call(name.text().toLowerCase(Locale.ROOT), elements(")"), name.place());
  }

  private Term bracket(Token symbol) {
    switch (symbol.text()) {
      case "?" -> {
        tokens.take();
        return new Term.Parameter(tokens.nextParameter(), symbol.place());
      }
      case "@" -> {
        tokens.take();
        return path();
      }
      case "(" -> {
        tokens.take();
        List<Term> elements = elements(")");
        if (elements.isEmpty()) {
          throw Refusals.malformed(Refusals.UNEXPECTED_TERM);
        }
        return elements.size() == 1 ? elements.get(0) : new Term.Sequence(elements);
      }
      case "[" -> {
        tokens.take();
        return new Term.Sequence(elements("]"));
      }
      case "<<" -> {
        tokens.take();
        return new Term.Bag(elements(">>"));
      }
      case "{" -> {
        return struct();
      }
      default -> {
        boolean isOperator = COMPARATORS.contains(symbol.text()) || isArithmetic(symbol.text());
        throw Refusals.malformed(isOperator ? "Unexpected operator" : Refusals.UNEXPECTED_TERM);
      }
    }
  }

  private static boolean isArithmetic(String symbol) {
    return SUMS.contains(symbol) || PRODUCTS.contains(symbol);
  }

  /** Terms with commas between them, up to and with the bracket that closes them. */
  private List<Term> elements(String close) {
    List<Term> elements = new ArrayList<>();
    if (tokens.takeIf(close)) {
      return elements;
    }
    do {
      elements.add(term());
    } while (tokens.takeIf(","));
    tokens.expect(close);
    return elements;
  }

  private Term struct() {
    tokens.take();
    List<Term.Member> members = new ArrayList<>();
    if (tokens.takeIf("}")) {
      return new Term.Struct(members);
    }
    do {
      Place place = tokens.peek().place();
      Term name = term();
      tokens.expect(":");
      members.add(new Term.Member(name, term(), place));
    } while (tokens.takeIf(","));
    tokens.expect("}");
    return new Term.Struct(members);
  }

  /** A document path: {@code a.b[2]."c"['d']}. */
  Term.Reference path() {
    Token first = tokens.peek();
    if (!first.isName()) {
      throw tokens.unexpected();
    }
    List<Path.Step> steps = new ArrayList<>();
    steps.add(step(tokens.take()));
    while (true) {
      if (tokens.takeIf(".")) {
        steps.add(member());
      } else if (tokens.takeIf("[")) {
        steps.add(element());
        tokens.expect("]");
      } else {
        break;
      }
    }
    if (steps.size() > STEP_COUNT_MAX) {
      throw ApiException.validation(
          "The document path has too many nesting levels; nesting levels: " + steps.size());
    }
    return new Term.Reference(new Path(steps), first.place());
  }

  private Path.Step member() {
    Token token = tokens.take();
    if (token.is("*")) {
      throw ApiException.validation("Changing item's hierarchy while reading isn't supported");
    }
    if (!token.isName()) {
      throw Refusals.malformed("Invalid path dot component");
    }
    return step(token);
  }

  private Path.Step element() {
    boolean isNegative = tokens.takeIf("-");
    Token token = tokens.take();
    if (!isNegative && (token.kind() == Kind.TEXT || token.kind() == Kind.QUOTED)) {
      return step(token);
    }
    if (token.is("*")) {
      throw ApiException.validation("Wildcard path component like a[*].b are not supported");
    }
    if (token.kind() != Kind.NUMBER) {
      throw ApiException.validation("Unexpected path component at " + token.place());
    }
    int index = index(token.text());
    if (index < 0 || (isNegative && index > 0)) {
      throw Refusals.at(
          "List index is not within the allowable range; index: ["
              + (isNegative ? "-" : "")
              + token.text()
              + "]",
          token.place());
    }
    return new Path.Step.Element(index);
  }

  private static int index(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static Path.Step step(Token token) {
    if (token.text().isEmpty()) {
      throw Refusals.emptyName();
    }
    return new Path.Step.Attribute(token.text());
  }
}
