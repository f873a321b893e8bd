package dev.holdfast.client;

import java.util.List;

/**
 * All items of a table, or of a segment of it, in no order that means anything. Immutable: each
 * method returns another scan.
 *
 * <pre>{@code
 * Scan.all().filter(attribute("status").eq("open")).select("id", "total")
 * Scan.all().segment(3, 16) // one of sixteen parts, to be read side by side
 * }</pre>
 */
public final class Scan {
  private final int segment;
  private final int segmentCount;
  private final Selection selection;

  private Scan(int segment, int segmentCount, Selection selection) {
    this.segment = segment;
    this.segmentCount = segmentCount;
    this.selection = selection;
  }

  public static Scan all() {
    return new Scan(0, 1, Selection.ALL);
  }

  /**
   * One of {@code total} parts of about the same size.
   *
   * @param index zero-based
   */
  public Scan segment(int index, int total) {
    return new Scan(index, total, selection);
  }

  /** The items that a local index shows. */
  public Scan index(String name) {
    return with(selection.withIndex(name));
  }

  /** Returns only items for which this holds; the others still count as looked at. */
  public Scan filter(Condition condition) {
    return with(selection.withFilter(condition));
  }

  /** Returns only the values at these paths. */
  public Scan select(String... paths) {
    return with(selection.withPaths(List.of(paths)));
  }

  /** Looks at no more items than this for a page. */
  public Scan pageSize(int itemCountMax) {
    return with(selection.withPageSize(itemCountMax));
  }

  /** Goes on after the last key of an earlier page ({@link Page#lastKey}). */
  public Scan startAfter(Document lastKey) {
    return with(selection.withStart(lastKey));
  }

  private Scan with(Selection other) {
    return new Scan(segment, segmentCount, other);
  }

  int segment() {
    return segment;
  }

  int segmentCount() {
    return segmentCount;
  }

  Selection selection() {
    return selection;
  }
}
