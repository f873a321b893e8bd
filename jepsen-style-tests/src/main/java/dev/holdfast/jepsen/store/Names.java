package dev.holdfast.jepsen.store;

/** What the attributes of an item are called. */
final class Names {
  static final String KEY = "k";
  static final String SORT = "s";
  static final String VALUE = "v";
  static final String NUMBERS = "n";
  static final String GROUP = "g";

  private Names() {}
}
