package dev.holdfast.statemachine.storage;

import dev.holdfast.protocol.model.Bytes;

/**
 * The kinds of rows in one store, told apart by the first byte of the key.
 *
 * <p>Rows below {@link #FIRST_OF_DECIDERS} belong to the replica's shell: applied index, identity,
 * request-id window. A decider owns the rest and lays out its rows as it likes:
 *
 * <table>
 *   <caption>Kinds</caption>
 *   <tr><td>0x01</td><td>the shell's header, one row</td></tr>
 *   <tr><td>0x02</td><td>request ids and results, a row per log entry, by index</td></tr>
 *   <tr><td>0x10</td><td>items, by routing key</td></tr>
 *   <tr><td>0x11</td><td>local index rows: collection prefix, index, index key, sort key</td></tr>
 *   <tr><td>0x12</td><td>table descriptors and tombstones, by table id</td></tr>
 *   <tr><td>0x13</td><td>how many items a table and its indexes have here, by table id</td></tr>
 *   <tr><td>0x14</td><td>intents of transactions, a row per item, by routing key</td></tr>
 *   <tr><td>0x15</td><td>attempts at transactions, open, by deadline and id</td></tr>
 *   <tr><td>0x16</td><td>spent client tokens, by period of time and token</td></tr>
 *   <tr><td>0x17</td><td>how many bytes a collection has, by collection prefix</td></tr>
 *   <tr><td>0x18</td><td>how many of these there are, one row</td></tr>
 *   <tr><td>0x19</td><td>attempts that are over, by deadline and id</td></tr>
 *   <tr><td>0x1a</td><td>the shell's: rows of a partition that is being absorbed</td></tr>
 *   <tr><td>0x1b</td><td>segments of change logs, by table and segment</td></tr>
 *   <tr><td>0x1c</td><td>records of change logs, by table, segment and number</td></tr>
 *   <tr><td>0x1d</td><td>where the change log of a table has got to, by table id</td></tr>
 *   <tr><td>0x1e</td><td>when items expire, by table, second and rest of the routing key; before
 *       those of a table, by table id, what is to be done about them yet</td></tr>
 *   <tr><td>0x1f</td><td>which keys a new global index has, by table id and index id</td></tr>
 *   <tr><td>0x20…0x2f</td><td>the meta group</td></tr>
 * </table>
 */
public final class KeyLayout {
  public static final byte HEADER = 0x01;
  public static final byte WINDOW = 0x02;
  public static final byte FIRST_OF_DECIDERS = 0x10;
  public static final byte ITEM = 0x10;
  public static final byte LOCAL_INDEX = 0x11;
  public static final byte TABLE = 0x12;
  public static final byte TOTALS = 0x13;
  public static final byte INTENT = 0x14;
  public static final byte ATTEMPT = 0x15;
  public static final byte TOKEN = 0x16;
  public static final byte COLLECTION = 0x17;
  public static final byte TRANSACTION_COUNTS = 0x18;
  public static final byte ATTEMPT_OVER = 0x19;
  public static final byte STAGED = 0x1a;
  public static final byte CHANGE_SEGMENT = 0x1b;
  public static final byte CHANGE = 0x1c;
  public static final byte CHANGE_HEAD = 0x1d;
  public static final byte EXPIRY = 0x1e;
  public static final byte BACKFILL = 0x1f;
  public static final byte META_FIRST = 0x20;
  public static final byte META_LAST = 0x2f;

  private KeyLayout() {}

  /** A row's key: the kind, then the rest. */
  public static Bytes key(byte kind, Bytes rest) {
    byte[] key = new byte[1 + rest.size()];
    key[0] = kind;
    rest.copyTo(key, 1);
    return Bytes.wrap(key);
  }

  /** A row's key: the kind, then a number whose unsigned order is the rows' order. */
  public static Bytes key(byte kind, long number) {
    byte[] key = new byte[1 + Long.BYTES];
    key[0] = kind;
    for (int i = 0; i < Long.BYTES; i++) {
      key[1 + i] = (byte) (number >>> (56 - 8 * i));
    }
    return Bytes.wrap(key);
  }

  /** The number of a key made by {@link #key(byte, long)}. */
  public static long number(Bytes key) {
    long number = 0;
    for (int i = 1; i <= Long.BYTES; i++) {
      number = (number << 8) | (key.get(i) & 0xff);
    }
    return number;
  }

  /** The first key of a kind. */
  public static Bytes start(byte kind) {
    return Bytes.wrap(new byte[] {kind});
  }

  /** The key after the last of a kind. */
  public static Bytes end(byte kind) {
    return Bytes.wrap(new byte[] {(byte) (kind + 1)});
  }
}
