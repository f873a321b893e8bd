package dev.holdfast.benchmarks.load;

import java.util.Locale;

/**
 * The item that every workload writes: about 300 bytes in five attributes, the same for all
 * systems.
 *
 * @param number names the item
 */
public record SampleItem(long number) {
  public static final String KEY_ATTRIBUTE = "pk";

  /** With the names and the other values this makes about 300 bytes. */
  public static final String NOTE = "holdfast ".repeat(22).trim();

  /** 20 characters. */
  public String key() {
    return String.format(Locale.ROOT, "customer-%011d", number);
  }

  public String name() {
    return "Customer number " + number;
  }

  public String email() {
    return "customer." + number + "@example.com";
  }

  public long visits() {
    return number * 7 % 1000;
  }

  /** As {@code {"pk":{"S":…},…}}. */
  public String dynamoDbJson() {
    return "{\"pk\":{\"S\":\""
        + key()
        + "\"},\"name\":{\"S\":\""
        + name()
        + "\"},\"email\":{\"S\":\""
        + email()
        + "\"},\"visits\":{\"N\":\""
        + visits()
        + "\"},\"note\":{\"S\":\""
        + NOTE
        + "\"}}";
  }

  /** The attribute names and values one after another: what a store of plain values keeps. */
  public String plainText() {
    return "pk" + key() + "name" + name() + "email" + email() + "visits" + visits() + "note" + NOTE;
  }
}
