package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.DynamoNumber;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.ItemEncoder;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The values of terms that name no attribute, with the parameters of a request put in. */
public final class Constants {
  /** How many lists and maps of a statement may be open at once. */
  private static final int DEPTH_MAX = 31;

  private static final Trail ROOT = new Trail(null, "root", 0);

  private final List<EncodedValue> parameters;

  /** Where in a value we are; becomes a text only when something is wrong there. */
  private record Trail(@Nullable Trail outer, String step, int depth) {
    Trail to(String inner) {
      Trail trail = new Trail(this, inner, depth + 1);
      if (trail.depth > DEPTH_MAX) {
        throw ApiException.validation(
            "Nesting Levels have exceeded supported limits under " + trail);
      }
      return trail;
    }

    @Override
    public String toString() {
      Deque<String> steps = new ArrayDeque<>();
      for (Trail trail = this; trail != null; trail = trail.outer) {
        steps.push(trail.step);
      }
      return String.join("", steps);
    }
  }

  /**
   * @param parameters at least as many as the statement needs
   */
  public Constants(List<EncodedValue> parameters) {
    this.parameters = List.copyOf(parameters);
  }

  static boolean isConstant(Term term) {
    return term instanceof Term.Text
        || term instanceof Term.Numeral
        || term instanceof Term.Truth
        || term instanceof Term.Null
        || term instanceof Term.Parameter
        || term instanceof Term.Sequence
        || term instanceof Term.Bag
        || term instanceof Term.Struct;
  }

  /** The value of a term; fails unless it is a constant. No parameter may be inside of one. */
  EncodedValue value(Term term) {
    if (term instanceof Term.Parameter parameter) {
      return parameters.get(parameter.index());
    }
    ItemEncoder encoder = new ItemEncoder().beginValue();
    try {
      write(term, ROOT, encoder);
      return encoder.finishValue();
    } catch (IllegalArgumentException e) {
      throw ApiException.validation(String.valueOf(e.getMessage()));
    }
  }

  /** The item that an INSERT spells. */
  Item item(Term term) {
    if (!(term instanceof Term.Struct struct)) {
      throw ApiException.validation(
          "Unsupported format in item expression. Please use struct format {...} to express item "
              + "values for insert statement.");
    }
    SortedMap<String, EncodedValue> attributes = new TreeMap<>();
    for (Term.Member member : struct.members()) {
      String name = name(member, ROOT);
      if (attributes.containsKey(name)) {
        throw duplicate(name, ROOT);
      }
      attributes.put(name, value(member.value()));
    }
    try {
      return Item.ofEncoded(attributes);
    } catch (IllegalArgumentException e) {
      throw ApiException.validation(String.valueOf(e.getMessage()));
    }
  }

  private void write(Term term, Trail path, ItemEncoder encoder) {
    if (term instanceof Term.Text text) {
      encoder.string(text.value());
    } else if (term instanceof Term.Numeral numeral) {
      encoder.number(number(numeral, path));
    } else if (term instanceof Term.Truth truth) {
      encoder.bool(truth.value());
    } else if (term instanceof Term.Null) {
      encoder.nul();
    } else if (term instanceof Term.Sequence sequence) {
      encoder.beginList();
      int index = 0;
      for (Term element : sequence.elements()) {
        write(element, path.to("[" + index + "]"), encoder);
        index++;
      }
      encoder.endList();
    } else if (term instanceof Term.Struct struct) {
      writeStruct(struct, path, encoder);
    } else if (term instanceof Term.Bag bag) {
      writeSet(bag, path, encoder);
    } else if (term instanceof Term.Call call) {
      throw Refusals.at(unsupported(term, path), call.place());
    } else if (term instanceof Term.Parameter parameter) {
      throw Refusals.at(unsupported(term, path), parameter.place());
    } else if (term instanceof Term.Reference reference) {
      throw Refusals.at(unsupported(term, path), reference.place());
    } else {
      throw ApiException.validation(unsupported(term, path));
    }
  }

  private static String unsupported(Term term, Trail path) {
    return "Unsupported data type: " + term.kind() + " under key " + path;
  }

  private void writeStruct(Term.Struct struct, Trail path, ItemEncoder encoder) {
    encoder.beginMap();
    Set<String> names = new HashSet<>();
    for (Term.Member member : struct.members()) {
      String name = name(member, path);
      if (!names.add(name)) {
        throw duplicate(name, path);
      }
      write(member.value(), path.to("." + name), encoder.name(name));
    }
    encoder.endMap();
  }

  private static String name(Term.Member member, Trail path) {
    if (!(member.name() instanceof Term.Text text)) {
      throw Refusals.at(
          "Tuple keys must be of type String. Actual type: "
              + member.name().kind()
              + " under "
              + path,
          member.place());
    }
    if (text.value().isEmpty()) {
      throw Refusals.emptyName();
    }
    return text.value();
  }

  private static ApiException duplicate(String name, Trail path) {
    return ApiException.validation("Duplicate keys in tuple. Key: " + name + " under " + path);
  }

  /** A set of texts or numbers; parameters cannot be among them. */
  private static void writeSet(Term.Bag bag, Trail path, ItemEncoder encoder) {
    List<Term> elements = bag.elements();
    if (elements.isEmpty()) {
      throw ApiException.validation("Empty bags are not supported");
    }
    boolean isText = elements.get(0) instanceof Term.Text;
    encoder.beginSet(isText ? AttributeType.SS : AttributeType.NS);
    Set<Object> seen = new HashSet<>();
    boolean isDistinct = true;
    for (Term element : elements) {
      if (isText && element instanceof Term.Text text) {
        isDistinct &= seen.add(text.value());
      } else if (!isText && element instanceof Term.Numeral numeral) {
        isDistinct &= seen.add(number(numeral, path));
      } else {
        throw ApiException.validation(
            "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in "
                + "bags");
      }
    }
    if (!isDistinct) {
      throw duplicates(elements, isText ? "." : "! under " + path);
    }
    for (Term element : elements) {
      if (element instanceof Term.Text text) {
        encoder.string(text.value());
      } else if (element instanceof Term.Numeral numeral) {
        encoder.number(number(numeral, path));
      }
    }
    encoder.endSet();
  }

  private static ApiException duplicates(List<Term> elements, String end) {
    String shown =
        elements.stream()
            .map(
                element ->
                    element instanceof Term.Text text
                        ? text.value()
                        : ((Term.Numeral) element).text())
            .collect(Collectors.joining(", ", "[", "]"));
    return ApiException.invalidParameter(
        "Input collection " + shown + " contains duplicates" + end);
  }

  private static BigDecimal number(Term.Numeral numeral, Trail path) {
    try {
      return DynamoNumber.parse(numeral.text());
    } catch (IllegalArgumentException e) {
      throw ApiException.validation(e.getMessage() + " under " + path);
    }
  }
}
