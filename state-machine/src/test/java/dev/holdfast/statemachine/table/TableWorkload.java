package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.statemachine.evaluation.RandomExpressions;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;

/** Random writes to a table of few keys, with two local indexes. */
@NullUnmarked // null is "no condition"
public final class TableWorkload {
  public static final KeySchema SCHEMA =
      new KeySchema(new KeyAttribute("pk", ScalarType.S), new KeyAttribute("sk", ScalarType.N));

  public static final TableDescriptor TABLE =
      new TableDescriptor(
          new TableId(0xfedcba9876543210L),
          "orders",
          1,
          TableStatus.ACTIVE,
          SCHEMA,
          List.of(
              new LocalIndex(
                  "byA",
                  new KeyAttribute("a", ScalarType.S),
                  new IndexProjection(IndexProjection.Kind.KEYS_ONLY, List.of())),
              new LocalIndex(
                  "byB",
                  new KeyAttribute("b", ScalarType.N),
                  new IndexProjection(IndexProjection.Kind.INCLUDE, List.of("c"))),
              new LocalIndex(
                  "byZ",
                  new KeyAttribute("z", ScalarType.B),
                  new IndexProjection(IndexProjection.Kind.ALL, List.of()))),
          BillingMode.PAY_PER_REQUEST,
          Throughput.NONE,
          false,
          new TreeMap<>(),
          0);

  public static final TableRef REF = TableRef.of(TABLE);

  private static final List<String> SORTS = List.of("-10", "-1.5", "0", "0.25", "3", "20", "1E+20");

  private static final List<ReturnValues> RETURN_VALUES = List.of(ReturnValues.values());

  private final Random random;
  private final RandomExpressions expressions;

  public TableWorkload(Random random) {
    this.random = random;
    this.expressions = new RandomExpressions(random);
  }

  public RandomExpressions expressions() {
    return expressions;
  }

  public Command.ItemWrite write() {
    Condition condition = random.nextInt(3) == 0 ? expressions.condition(1) : null;
    ReturnOnFailure onFailure =
        random.nextBoolean() ? ReturnOnFailure.ALL_OLD : ReturnOnFailure.NONE;
    ReturnValues oldOrNone = random.nextBoolean() ? ReturnValues.ALL_OLD : ReturnValues.NONE;
    return switch (random.nextInt(6)) {
      case 0, 1, 2 -> {
        SortedMap<String, AttributeValue> attributes = attributes();
        attributes.putAll(key());
        yield new Command.Put(REF, Item.of(attributes), condition, oldOrNone, onFailure);
      }
      case 3 -> new Command.Delete(REF, Item.of(key()), condition, oldOrNone, onFailure);
      default -> {
        Update update = random.nextInt(10) == 0 ? Update.NONE : expressions.update();
        ReturnValues returned = RETURN_VALUES.get(random.nextInt(RETURN_VALUES.size()));
        yield new Command.Modify(REF, Item.of(key()), update, condition, returned, onFailure);
      }
    };
  }

  /** Mostly with values that the indexes take. */
  private SortedMap<String, AttributeValue> attributes() {
    SortedMap<String, AttributeValue> attributes = expressions.attributes();
    if (random.nextInt(8) > 0) {
      attributes.remove("a");
      attributes.remove("b");
      attributes.remove("z");
      if (random.nextBoolean()) {
        attributes.put("a", new AttributeValue.S("a" + random.nextInt(4)));
      }
      if (random.nextBoolean()) {
        attributes.put("b", new AttributeValue.N(BigDecimal.valueOf(random.nextInt(5) - 2)));
      }
    }
    return attributes;
  }

  public SortedMap<String, AttributeValue> key() {
    SortedMap<String, AttributeValue> key = new TreeMap<>();
    key.put("pk", partitionKey());
    key.put("sk", sortKey());
    return key;
  }

  public AttributeValue partitionKey() {
    return new AttributeValue.S("p" + random.nextInt(3));
  }

  public AttributeValue sortKey() {
    return new AttributeValue.N(new BigDecimal(SORTS.get(random.nextInt(SORTS.size()))));
  }
}
