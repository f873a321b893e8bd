package dev.holdfast.jepsen.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What the shim has remembered of one file: what each change since the last sync destroyed. Undone
 * from the last to the first they leave the file as it was then.
 *
 * <p>The layout is that of {@code struct journal_header} and {@code struct record} in {@code
 * shim.c}, in the byte order of the machine. A record that is cut off belongs to a change that was
 * not made.
 */
final class UndoJournal implements AutoCloseable {
  private static final long JOURNAL_MAGIC = 0x314f444e55465248L;
  private static final int RECORD_MAGIC = 0x4f444e55;
  private static final int HEADER_BYTES = 32;
  private static final int RECORD_BYTES = 40;
  private static final long FLAG_CREATED = 1;
  private static final int KIND_WRITE = 1;
  private static final int KIND_MAPPED = 3;
  private static final int KIND_NAMED = 4;
  private static final int PAGE_BYTES = 4096;
  private static final int SECTOR_BYTES = 512;
  private static final int PAGES_KEPT_MAX = 8192;

  /**
   * @param length of what was written; 0 for a change of the size
   * @param at where in the journal the old bytes are, which were at the offset
   */
  private record Change(int kind, long offset, long length, long oldSize, long oldBytes, long at) {
    boolean isWrite() {
      return kind == KIND_WRITE;
    }
  }

  private final FileChannel journal;
  private final boolean isNew;
  private final List<Change> changes;

  private UndoJournal(FileChannel journal, boolean isNew, List<Change> changes) {
    this.journal = journal;
    this.isNew = isNew;
    this.changes = changes;
  }

  /** The caller closes it. */
  static UndoJournal open(Path file) throws IOException {
    FileChannel journal = FileChannel.open(file, StandardOpenOption.READ);
    ByteBuffer header = read(journal, 0, HEADER_BYTES);
    if (header.remaining() < HEADER_BYTES || header.getLong(0) != JOURNAL_MAGIC) {
      return new UndoJournal(journal, false, List.of()); // cut off before its first record
    }
    List<Change> changes = new ArrayList<>();
    long at = header.getLong(8);
    while (true) {
      ByteBuffer record = read(journal, at, RECORD_BYTES);
      if (record.remaining() < RECORD_BYTES || record.getInt(0) != RECORD_MAGIC) {
        break;
      }
      Change change =
          new Change(
              record.getInt(4),
              record.getLong(8),
              record.getLong(16),
              record.getLong(24),
              record.getLong(32),
              at + RECORD_BYTES);
      at += RECORD_BYTES + change.oldBytes();
      if (at > journal.size()) {
        break;
      }
      changes.add(change);
    }
    return new UndoJournal(journal, (header.getLong(16) & FLAG_CREATED) != 0, changes);
  }

  /** Whether the file itself may be gone: nothing has made its name durable. */
  boolean isNew() {
    return isNew;
  }

  /**
   * Takes back what is not synced, or a part of it.
   *
   * @return how many bytes that were written are lost
   */
  long undo(FileChannel file, Loss loss, Random random) throws IOException {
    return switch (loss) {
      case ALL -> undoFrom(0, file);
      case SUFFIX -> undoFrom(random.nextInt(changes.size() + 1), file);
      case TORN_AT_A_BYTE -> tear(file, random, 1);
      case TORN_AT_A_SECTOR -> tear(file, random, SECTOR_BYTES);
      case SCATTERED -> scatter(file, random);
    };
  }

  private long undoFrom(int first, FileChannel file) throws IOException {
    long lost = 0;
    long longest = Long.MAX_VALUE;
    for (int i = changes.size() - 1; i >= first; i--) {
      Change change = changes.get(i);
      if (change.kind() == KIND_NAMED) {
        longest = Math.min(longest, change.oldSize()); // a shorter one was durable before its name
      } else {
        lost += undo(change, file);
      }
    }
    file.truncate(Math.min(longest, file.size()));
    if (first == 0 && isNew) {
      file.truncate(0); // what was written past the shim, by the C library's streams, is lost too
    }
    return lost;
  }

  private long undo(Change change, FileChannel file) throws IOException {
    ByteBuffer old = read(journal, change.at(), Math.toIntExact(change.oldBytes()));
    write(file, change.offset(), old);
    if (change.kind() != KIND_MAPPED) {
      file.truncate(change.oldSize());
    }
    return change.isWrite() ? change.length() : 0;
  }

  private long tear(FileChannel file, Random random, int unit) throws IOException {
    if (changes.isEmpty()) {
      return undoFrom(0, file);
    }
    int torn = random.nextInt(changes.size());
    Change change = changes.get(torn);
    long lost = undoFrom(torn + 1, file);
    if (!change.isWrite()) {
      return lost; // sizes and names are changed or not
    }
    long end = change.offset() + random.nextLong(change.length());
    long length = Math.max(0, end / unit * unit - change.offset());
    ByteBuffer kept = read(file, change.offset(), Math.toIntExact(length));
    lost += undo(change, file) - kept.remaining();
    write(file, change.offset(), kept);
    return lost;
  }

  private long scatter(FileChannel file, Random random) throws IOException {
    Map<Long, ByteBuffer> kept = new HashMap<>();
    long keptBytes = 0;
    for (Change change : changes) {
      long end = change.isWrite() ? change.offset() + change.length() : 0;
      for (long page = change.offset() / PAGE_BYTES; page * PAGE_BYTES < end; page++) {
        if (kept.size() < PAGES_KEPT_MAX && !kept.containsKey(page) && random.nextBoolean()) {
          kept.put(page, read(file, page * PAGE_BYTES, PAGE_BYTES));
          keptBytes += Math.min(PAGE_BYTES, end - Math.max(change.offset(), page * PAGE_BYTES));
        }
      }
    }
    long lost = undoFrom(0, file);
    for (Map.Entry<Long, ByteBuffer> page : kept.entrySet()) {
      write(file, page.getKey() * PAGE_BYTES, page.getValue());
    }
    return Math.max(0, lost - keptBytes);
  }

  /** Less at the end of the file. */
  private static ByteBuffer read(FileChannel from, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    int count = 0;
    while (bytes.hasRemaining() && count >= 0) {
      count = from.read(bytes, at + bytes.position());
    }
    return bytes.flip();
  }

  private static void write(FileChannel to, long at, ByteBuffer bytes) throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      position += to.write(bytes, position);
    }
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
