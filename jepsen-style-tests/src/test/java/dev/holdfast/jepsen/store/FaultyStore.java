package dev.holdfast.jepsen.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * In memory, and correct but for one mistake, which it makes at every twentieth call that it can
 * make it at. Its clients share it. Thread-safe.
 */
public final class FaultyStore implements Store, Clients {
  private static final int STRIKES_EVERY = 20;
  private static final int FASTER = 20;
  static final Comparator<Cell> ORDER =
      Comparator.comparing(Cell::table)
          .thenComparing(Cell::key)
          .thenComparing(Cell::sort, Comparator.nullsFirst(Comparator.naturalOrder()));

  /** What may be wrong with a store. */
  public enum Mistake {
    /** After which it creates none. */
    CREATES_ONE_TABLE,
    NONE,
    /** None either: every outcome that it leaves open is allowed. */
    LEAVES_OUTCOMES_OPEN,
    /** None either: a write that was in doubt may never happen. */
    FORGETS_WHAT_IS_IN_DOUBT,
    FORGETS_WRITES,
    APPLIES_TWICE,
    READS_WHAT_WAS_BEFORE,
    READS_NOTHING,
    READS_PIECEMEAL,
    CHANGES_ALL_BUT_ONE,
    IGNORES_CONDITIONS,
    REFUSES_ALL,
    PAGES_SKIP,
    PAGES_REPEAT,
    KEEPS_ITEMS_OF_DELETED_TABLES,
    INDEX_FORGETS,
    INDEX_ACTIVE_TOO_EARLY,
    STREAM_SKIPS,
    STREAM_REPEATS,
    STREAM_SWAPS
  }

  private final Mistake mistake;
  private final Set<String> tables = new HashSet<>();
  private final NavigableMap<Cell, Content> items = new TreeMap<>(ORDER);
  private final Map<Cell, Content> before = new HashMap<>();
  private final FaultyFollowers followers = new FaultyFollowers(this, this::strikes);
  private int calls;

  public FaultyStore(Mistake mistake) {
    this.mistake = mistake;
  }

  private boolean strikes(Mistake one) {
    return mistake == one && ++calls % STRIKES_EVERY == 0;
  }

  @Override
  public synchronized void createTable(String table, Shape shape) {
    if (mistake == Mistake.CREATES_ONE_TABLE && !tables.isEmpty()) {
      throw new IllegalStateException("nobody knows what became of " + table);
    }
    tables.add(table);
  }

  @Override
  public synchronized void deleteTable(String table) {
    tables.remove(table);
    if (mistake != Mistake.KEEPS_ITEMS_OF_DELETED_TABLES) {
      items.keySet().removeIf(cell -> cell.table().equals(table));
    }
  }

  private void requireTable(String table) {
    if (!tables.contains(table)) {
      throw new NoEffectException(new IllegalStateException("there is no table " + table));
    }
  }

  @Override
  public synchronized Content get(Cell cell, Level level) {
    requireTable(cell.table());
    if (strikes(Mistake.READS_NOTHING)) {
      return Content.NONE;
    }
    Map<Cell, Content> seen = strikes(Mistake.READS_WHAT_WAS_BEFORE) ? before : items;
    return seen.getOrDefault(cell, Content.NONE);
  }

  @Override
  public synchronized Answer change(Change change) {
    requireTable(change.cell().table());
    Content found = items.getOrDefault(change.cell(), Content.NONE);
    if (!holds(change)) {
      return new Answer(false, found);
    }
    List<Change> one = List.of(change);
    boolean doubted = apply(one);
    if (doubted) {
      throw new IllegalStateException("nobody knows");
    }
    return new Answer(true, change instanceof Change.Append ? found : Content.NONE);
  }

  /** Returns whether the answer is to be lost. */
  private boolean apply(List<Change> changes) {
    if (strikes(Mistake.FORGETS_WHAT_IS_IN_DOUBT)) {
      return true;
    }
    if (!strikes(Mistake.FORGETS_WRITES)) {
      changes.forEach(this::apply);
    }
    if (strikes(Mistake.APPLIES_TWICE)) {
      changes.forEach(this::apply);
    }
    return strikes(Mistake.LEAVES_OUTCOMES_OPEN);
  }

  private void apply(Change change) {
    Content old = items.getOrDefault(change.cell(), Content.NONE);
    Content fresh = after(change, old);
    if (!fresh.equals(old)) {
      if (fresh.equals(Content.NONE)) {
        items.remove(change.cell());
      } else {
        items.put(change.cell(), fresh);
      }
      before.put(change.cell(), old);
      followers.changed(change, old, fresh);
    }
  }

  private static Content after(Change change, Content old) {
    if (change instanceof Change.Put put) {
      return new Content(put.value(), List.of());
    }
    if (change instanceof Change.Add add) {
      Long value = old.value();
      return new Content((value == null ? 0 : value) + add.delta(), old.numbers());
    }
    if (change instanceof Change.Append append) {
      List<Long> numbers = new ArrayList<>(old.numbers());
      numbers.add(append.number());
      return new Content(old.value(), numbers);
    }
    return change instanceof Change.Delete ? Content.NONE : old;
  }

  private boolean holds(Change change) {
    return mistake != Mistake.REFUSES_ALL
        && (change.expectation().holds(items.getOrDefault(change.cell(), Content.NONE))
            || strikes(Mistake.IGNORES_CONDITIONS));
  }

  @Override
  public synchronized Map<Cell, Content> getTogether(Collection<Cell> cells) {
    boolean piecemeal = strikes(Mistake.READS_PIECEMEAL);
    Map<Cell, Content> found = new HashMap<>();
    for (Cell cell : cells) {
      boolean old = piecemeal && found.size() % 2 == 0;
      found.put(cell, (old ? before : items).getOrDefault(cell, Content.NONE));
    }
    return found;
  }

  @Override
  public synchronized boolean changeTogether(List<Change> changes) {
    for (Change change : changes) {
      if (!holds(change)) {
        return false;
      }
    }
    int left = strikes(Mistake.CHANGES_ALL_BUT_ONE) ? changes.size() - 1 : changes.size();
    if (apply(changes.subList(0, left))) {
      throw new IllegalStateException("nobody knows");
    }
    return true;
  }

  @Override
  public synchronized Page scan(String table, int limit, @Nullable Cell after) {
    requireTable(table);
    return page(new Cell(table, "", null), new Cell(table + "\0", "", null), limit, after);
  }

  @Override
  public synchronized Page query(String table, String key, int limit, @Nullable Cell after) {
    return page(new Cell(table, key, null), new Cell(table, key + "\0", null), limit, after);
  }

  private Page page(Cell from, Cell end, int limit, @Nullable Cell after) {
    List<Cell> all =
        new ArrayList<>(
            items.subMap(after == null ? from : after, after == null, end, false).keySet());
    if (strikes(Mistake.PAGES_SKIP) && !all.isEmpty()) {
      all.remove(0);
    }
    List<Cell> some = all.subList(0, Math.min(limit, all.size()));
    Cell last = some.size() < all.size() ? some.get(some.size() - 1) : null;
    if (strikes(Mistake.PAGES_REPEAT) && after != null) {
      List<Cell> again = new ArrayList<>(some);
      again.add(0, after);
      return new Page(again, last);
    }
    return new Page(List.copyOf(some), last);
  }

  @Override
  public FollowedTables followed() {
    return followers;
  }

  @Override
  public String sessionToken() {
    return "";
  }

  @Override
  public int nodeCount() {
    return 1;
  }

  @Override
  public Store open(int node) {
    return this;
  }

  @Override
  public Store openSession(int node, String token) {
    return this;
  }

  /** Much shorter: it answers at once. */
  @Override
  public void rest(long nanos) {
    LockSupport.parkNanos(nanos / FASTER);
  }

  @Override
  public void close() {}
}
