package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.protocol.expression.Path;
import java.util.List;

/** A value or a condition as a statement spells it. */
public sealed interface Term {
  /** An attribute, or a part of one. */
  record Reference(Path path, Place place) implements Term {}

  /** {@code 'text'}. */
  record Text(String value) implements Term {}

  /** A number as written, with its sign if that is a minus. */
  record Numeral(String text) implements Term {}

  /** {@code true} or {@code false}. */
  record Truth(boolean value) implements Term {}

  /** {@code null}. */
  record Null() implements Term {}

  /** {@code MISSING}. */
  record Missing() implements Term {}

  /**
   * {@code ?}.
   *
   * @param index zero-based
   */
  record Parameter(int index, Place place) implements Term {}

  /** {@code [a, b]}, which may also be written {@code (a, b)}. */
  record Sequence(List<Term> elements) implements Term {
    public Sequence {
      elements = List.copyOf(elements);
    }
  }

  /** {@code <<a, b>>}: a set. */
  record Bag(List<Term> elements) implements Term {
    public Bag {
      elements = List.copyOf(elements);
    }
  }

  /** {@code {'a': b}}. */
  record Struct(List<Member> members) implements Term {
    public Struct {
      members = List.copyOf(members);
    }
  }

  /**
   * One member of a struct.
   *
   * @param name ought to be a text
   * @param place where the name begins
   */
  record Member(Term name, Term value, Place place) {}

  /**
   * {@code function(operands)}.
   *
   * @param function in lower case
   */
  record Call(String function, List<Term> operands, Place place) implements Term {
    public Call {
      operands = List.copyOf(operands);
    }
  }

  /** A comparison or arithmetic; {@code operator} as the trees of expressions spell it. */
  record Binary(String operator, Term left, Term right) implements Term {}

  /** A sign before something that is no number. */
  record Signed(String sign, Term term) implements Term {}

  /** {@code AND} and {@code OR}. */
  record Junction(boolean isAnd, Term left, Term right) implements Term {}

  /** {@code NOT}. */
  record Negation(Term negated) implements Term {}

  /** {@code value BETWEEN low AND high}. */
  record Between(Term value, Term low, Term high) implements Term {}

  /** {@code value IN [a, b]}; at least one candidate. */
  record In(Term value, List<Term> candidates) implements Term {
    public In {
      candidates = List.copyOf(candidates);
    }
  }

  /**
   * {@code value IS type}.
   *
   * @param type in upper case
   */
  record Is(Term value, String type, Place place) implements Term {}

  /** What messages call it. */
  default String kind() {
    if (this instanceof Reference reference) {
      return reference.path().isTopLevel() ? "VariableReference" : "PATH";
    } else if (this instanceof Parameter) {
      return "Parameter";
    } else if (this instanceof Call call) {
      return call.function();
    } else if (this instanceof Binary binary) {
      return binary.operator();
    } else if (this instanceof Signed signed) {
      return signed.sign();
    } else if (this instanceof Missing) {
      return "MISSING";
    } else if (this instanceof Is) {
      return "IsType";
    } else if (this instanceof Sequence || this instanceof Bag || this instanceof Struct) {
      return this instanceof Struct ? "STRUCT" : this instanceof Bag ? "BAG" : "LIST";
    } else if (this instanceof Text) {
      return "STRING";
    } else if (this instanceof Numeral) {
      return "INT";
    } else if (this instanceof Truth) {
      return "BOOL";
    } else if (this instanceof Null) {
      return "NULL";
    }
    return operator();
  }

  /** What messages call an operator that is no symbol. */
  private String operator() {
    if (this instanceof Junction junction) {
      return junction.isAnd() ? "and" : "or";
    } else if (this instanceof Between) {
      return "between";
    }
    return this instanceof In ? "in" : "not";
  }
}
