package dev.holdfast.protocol.model;

import java.math.BigDecimal;
import java.util.Arrays;

/**
 * Writes items and values in canonical bytes as they stream in. Members and set elements may come
 * in any order; they are sorted when their container ends.
 *
 * <ul>
 *   <li>One thread at a time; reusable after {@link #finish}, {@link #finishValue} or {@link
 *       #beginItem}, and then without allocating anything but the result.
 *   <li>Bad input (too deep, an empty set, a duplicate name or element, an impossible number) is an
 *       {@link IllegalArgumentException} with DynamoDB's message; a wrong sequence of calls is an
 *       {@link IllegalStateException}.
 * </ul>
 */
public final class ItemEncoder {
  /**
   * How deep lists and maps nest. Source: AWS Developer Guide, "Quotas: nested attribute depth".
   */
  public static final int DEPTH_MAX = 32;

  static final String DUPLICATES =
      "One or more parameter values were invalid: Input collection contains duplicates";
  static final String TOO_DEEP =
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
          + "beyond supported limit";

  private static final int KEPT_BYTES_MAX = 1 << 20;
  private static final int NO_TYPE = -1;

  /** What is open: the root and the containers in it. */
  private enum Frame {
    ITEM,
    VALUE,
    MAP,
    LIST,
    SET
  }

  private final Frame[] frames = new Frame[DEPTH_MAX + 2];

  /** For each frame where its count byte stands. */
  private final int[] payloads = new int[DEPTH_MAX + 2];

  private final int[] counts = new int[DEPTH_MAX + 2];

  /** For each frame how many entries of outer frames are in {@link #starts}. */
  private final int[] outerStarts = new int[DEPTH_MAX + 2];

  private byte[] buffer = new byte[512];
  private int size;
  private int depth;
  private boolean awaitsValue;
  private byte setTag = NO_TYPE;

  /** Where the entries of the open maps and sets begin. */
  private int[] starts = new int[64];

  private int startCount;

  /** Where entries are put into order. */
  private byte[] scratch = {};

  /** Begins an item. */
  public ItemEncoder() {
    beginItem();
  }

  /** Forgets what was written and begins an item: its names and values follow. */
  public ItemEncoder beginItem() {
    return begin(Frame.ITEM);
  }

  /** Forgets what was written and begins a single value. */
  public ItemEncoder beginValue() {
    return begin(Frame.VALUE);
  }

  /** The name of the member that follows; legal in an item and in a map. */
  public ItemEncoder name(String name) {
    if ((frames[depth] != Frame.ITEM && frames[depth] != Frame.MAP) || awaitsValue) {
      throw new IllegalStateException("no name can stand here");
    }
    startEntry();
    writeText(name);
    awaitsValue = true;
    return this;
  }

  public ItemEncoder string(String value) {
    beginScalar(ValueFormat.S);
    writeText(value);
    return this;
  }

  /** Parses by DynamoDB's rules; see {@link DynamoNumber#parse}. */
  public ItemEncoder number(String text) {
    return canonicalNumber(DynamoNumber.canonicalText(text));
  }

  public ItemEncoder number(BigDecimal value) {
    return canonicalNumber(DynamoNumber.text(value));
  }

  public ItemEncoder binary(Bytes value) {
    return binary(value.backingArray(), value.arrayOffset(), value.size());
  }

  public ItemEncoder binary(byte[] array, int offset, int length) {
    beginScalar(ValueFormat.B);
    reserve(length + 5);
    size = ValueFormat.writeVarint(length, buffer, size);
    System.arraycopy(array, offset, buffer, size, length);
    size += length;
    return this;
  }

  public ItemEncoder bool(boolean value) {
    beginValue(value ? ValueFormat.TRUE : ValueFormat.FALSE);
    return this;
  }

  public ItemEncoder nul() {
    beginValue(ValueFormat.NULL);
    return this;
  }

  /** A whole value, copied; in a set it must be of the element type. */
  public ItemEncoder value(EncodedValue value) {
    Bytes bytes = value.bytes();
    byte tag = bytes.get(0);
    int from = 0;
    if (frames[depth] == Frame.SET) {
      beginScalar(tag);
      from = 1;
    } else {
      checkDepth(value);
      beforeValue();
    }
    reserve(bytes.size());
    System.arraycopy(
        bytes.backingArray(), bytes.arrayOffset() + from, buffer, size, bytes.size() - from);
    size += bytes.size() - from;
    return this;
  }

  public ItemEncoder beginMap() {
    return open(Frame.MAP, ValueFormat.M);
  }

  public ItemEncoder endMap() {
    return close(Frame.MAP);
  }

  public ItemEncoder beginList() {
    return open(Frame.LIST, ValueFormat.L);
  }

  public ItemEncoder endList() {
    return close(Frame.LIST);
  }

  /** A set of this type; its elements follow as scalars. */
  public ItemEncoder beginSet(AttributeType type) {
    byte elementTag = ValueFormat.tag(type.elementType());
    open(Frame.SET, ValueFormat.tag(type));
    setTag = elementTag;
    return this;
  }

  public ItemEncoder endSet() {
    if (frames[depth] == Frame.SET && counts[depth] == 0) {
      throw new IllegalArgumentException(
          switch (setTag) {
            case ValueFormat.S ->
                "One or more parameter values were invalid: " + "An string set  may not be empty";
            case ValueFormat.N ->
                "One or more parameter values were invalid: " + "An number set  may not be empty";
            default -> "One or more parameter values were invalid: Binary sets should not be empty";
          });
    }
    return close(Frame.SET);
  }

  /** How many bytes have been written, an upper bound of the item's DynamoDB size so far. */
  public int writtenBytes() {
    return size;
  }

  /** The item; the encoder begins a new one. */
  public Item finish() {
    finishRoot(Frame.ITEM);
    endEntries();
    Item item = new Item(Bytes.wrap(Arrays.copyOf(buffer, size)));
    release();
    return item;
  }

  /** The value; the encoder begins a new item. */
  public EncodedValue finishValue() {
    finishRoot(Frame.VALUE);
    if (counts[0] != 1) {
      throw new IllegalStateException("no value was written");
    }
    EncodedValue value = new EncodedValue(Bytes.wrap(Arrays.copyOf(buffer, size)));
    release();
    return value;
  }

  private ItemEncoder begin(Frame root) {
    depth = 0;
    frames[0] = root;
    payloads[0] = 0;
    counts[0] = 0;
    outerStarts[0] = 0;
    startCount = 0;
    awaitsValue = false;
    size = root == Frame.ITEM ? 1 : 0; // room for the count
    return this;
  }

  private void finishRoot(Frame root) {
    if (depth != 0 || frames[0] != root || awaitsValue) {
      throw new IllegalStateException("something is still open");
    }
  }

  private void release() {
    if (buffer.length > KEPT_BYTES_MAX) {
      buffer = new byte[512];
      starts = new int[64];
      scratch = new byte[0];
    }
    beginItem();
  }

  private ItemEncoder canonicalNumber(String text) {
    beginScalar(ValueFormat.N);
    writeText(text);
    return this;
  }

  /** In a set the tag is known and only the element's start is noted. */
  private void beginScalar(byte tag) {
    if (frames[depth] != Frame.SET) {
      beginValue(tag);
    } else if (tag != setTag) {
      throw new IllegalStateException("an element of another type than its set");
    } else {
      startEntry();
    }
  }

  private void beginValue(byte tag) {
    beforeValue();
    reserve(1);
    buffer[size++] = tag;
  }

  private void beforeValue() {
    switch (frames[depth]) {
      case ITEM, MAP -> {
        if (!awaitsValue) {
          throw new IllegalStateException("a value needs a name");
        }
        awaitsValue = false;
      }
      case LIST -> counts[depth]++;
      case VALUE -> {
        if (counts[0]++ > 0) {
          throw new IllegalStateException("more than one value");
        }
      }
      case SET -> throw new IllegalStateException("a set holds scalars of its type only");
    }
  }

  private void startEntry() {
    if (startCount == starts.length) {
      starts = Arrays.copyOf(starts, startCount * 2);
    }
    starts[startCount++] = size;
    counts[depth]++;
  }

  private ItemEncoder open(Frame frame, byte tag) {
    if (depth == DEPTH_MAX) {
      throw new IllegalArgumentException(TOO_DEEP);
    }
    beginValue(tag);
    reserve(5);
    size += 4; // the payload's size
    depth++;
    frames[depth] = frame;
    payloads[depth] = size;
    counts[depth] = 0;
    outerStarts[depth] = startCount;
    size++; // the count, when it takes one byte
    return this;
  }

  private ItemEncoder close(Frame frame) {
    if (frames[depth] != frame || awaitsValue) {
      throw new IllegalStateException("no " + frame + " to end here");
    }
    endEntries();
    ValueFormat.writeInt32(size - payloads[depth], buffer, payloads[depth] - 4);
    depth--;
    return this;
  }

  /** Sorts the entries of the innermost frame, rejects duplicates, and writes their count. */
  private void endEntries() {
    int first = outerStarts[depth];
    if (frames[depth] != Frame.LIST) {
      if (!isAscending(first)) {
        sortEntries(first);
      }
      startCount = first;
    }
    int count = counts[depth];
    int extra = ValueFormat.varintSize(count) - 1;
    int payload = payloads[depth];
    if (extra > 0) {
      reserve(extra);
      System.arraycopy(buffer, payload + 1, buffer, payload + 1 + extra, size - payload - 1);
      size += extra;
    }
    ValueFormat.writeVarint(count, buffer, payload);
  }

  private boolean isAscending(int first) {
    for (int i = first + 1; i < startCount; i++) {
      if (compareEntries(starts[i - 1], starts[i]) >= 0) {
        return false;
      }
    }
    return true;
  }

  private void sortEntries(int first) {
    int from = starts[first];
    sortStarts(first, startCount);
    if (!isAscending(first)) {
      throw new IllegalArgumentException(
          frames[depth] == Frame.SET ? DUPLICATES : "An attribute name occurs twice in one map");
    }
    if (scratch.length < size - from) {
      scratch = new byte[buffer.length];
    }
    int at = 0;
    for (int i = first; i < startCount; i++) {
      int start = starts[i];
      int end = ValueFormat.textEnd(buffer, start);
      if (frames[depth] != Frame.SET) {
        end = ValueFormat.valueEnd(buffer, end);
      }
      System.arraycopy(buffer, start, scratch, at, end - start);
      at += end - start;
    }
    System.arraycopy(scratch, 0, buffer, from, at);
  }

  /** Heap sort: in place, and no input makes it slow. */
  private void sortStarts(int from, int to) {
    int length = to - from;
    for (int root = length / 2 - 1; root >= 0; root--) {
      siftDown(from, root, length);
    }
    for (int last = length - 1; last > 0; last--) {
      int largest = starts[from];
      starts[from] = starts[from + last];
      starts[from + last] = largest;
      siftDown(from, 0, last);
    }
  }

  private void siftDown(int from, int root, int length) {
    int start = starts[from + root];
    int at = root;
    for (int child = 2 * at + 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length
          && compareEntries(starts[from + child], starts[from + child + 1]) < 0) {
        child++;
      }
      if (compareEntries(start, starts[from + child]) >= 0) {
        break;
      }
      starts[from + at] = starts[from + child];
      at = child;
    }
    starts[from + at] = start;
  }

  private int compareEntries(int left, int right) {
    return frames[depth] == Frame.SET && setTag == ValueFormat.N
        ? ValueFormat.compareNumbers(buffer, left, right)
        : ValueFormat.compareTexts(buffer, left, right);
  }

  private void checkDepth(EncodedValue value) {
    if (depth + value.depth() > DEPTH_MAX) {
      throw new IllegalArgumentException(TOO_DEEP);
    }
  }

  private void writeText(String text) {
    int textSize = Utf8.size(text);
    reserve(textSize + 5);
    size = ValueFormat.writeVarint(textSize, buffer, size);
    size = Utf8.write(text, buffer, size);
  }

  private void reserve(int bytes) {
    int needed = Math.addExact(size, bytes);
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, (int) Math.min(buffer.length * 2L, 1 << 30)));
    }
  }
}
