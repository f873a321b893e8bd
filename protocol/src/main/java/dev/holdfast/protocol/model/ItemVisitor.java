package dev.holdfast.protocol.model;

/**
 * Sees an item or value in order of its bytes, without objects: what JSON is written from.
 *
 * <p>Texts are passed as positions in the item's own array, which must not be changed or kept. Set
 * elements come as {@link #string}, {@link #number} or {@link #binary}.
 */
public interface ItemVisitor {
  /** The name of the member whose value follows, in UTF-8. */
  void name(byte[] array, int offset, int size);

  /** In UTF-8. */
  void string(byte[] array, int offset, int size);

  /** As canonical decimal in ASCII. */
  void number(byte[] array, int offset, int size);

  void binary(byte[] array, int offset, int size);

  void bool(boolean value);

  void nul();

  void beginMap();

  void endMap();

  void beginList();

  void endList();

  void beginSet(AttributeType type);

  void endSet();
}
