package dev.holdfast.jepsen.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The directory of one node as a disk that can be told to misbehave.
 *
 * <ul>
 *   <li>A SIGKILL alone loses nothing; what was unsynced then is remembered and may be lost by a
 *       later power cut, as pages that a dead process has left to the operating system.
 *   <li>A new name (rename, link, mkdir) and the end of one (unlink) are durable at once; only a
 *       file that was created and never synced, and whose directory was not either, may be gone.
 * </ul>
 *
 * <p>Used by one thread; the node has its side of the shared page.
 */
public final class NodeDisk {
  private static final int PAGE_BYTES = 4096;
  private static final int MODE = 0;
  private static final int DELAY_MICROS = 1;
  private static final int COUNTS = 64;
  private static final int SYNCING = 7;
  private static final long HONEST = 0;
  private static final long FAILING = 1;
  private static final long LYING = 2;

  private final Path root;
  private final Path journals;
  private final Map<String, String> environment;
  private final MappedByteBuffer page;

  /**
   * @param root the node's directory, which is made when it is missing
   * @param journals a directory of its own, on the same file system
   */
  public NodeDisk(Shim shim, Path root, Path journals) {
    try {
      this.root = Files.createDirectories(root).toRealPath();
      this.journals = Files.createDirectories(journals).toRealPath();
      this.environment = shim.environment(this.root, this.journals);
      Path file = this.journals.resolve("page");
      Files.write(file, new byte[PAGE_BYTES]);
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        page = channel.map(FileChannel.MapMode.READ_WRITE, 0, PAGE_BYTES);
        page.order(ByteOrder.nativeOrder());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For the node's process. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Syncs sync, as fast as they can: undoes the orders below. */
  public void behave() {
    put(DELAY_MICROS, 0);
    put(MODE, HONEST);
  }

  /**
   * Every sync fails from now on, and what the file got since the last one that did not is lost.
   */
  public void failSyncs() {
    put(MODE, FAILING);
  }

  /** Every sync succeeds from now on, and none does anything. */
  public void lie() {
    put(MODE, LYING);
  }

  /** Every sync takes this much longer. */
  public void delaySyncs(Duration delay) {
    put(DELAY_MICROS, TimeUnit.NANOSECONDS.toMicros(delay.toNanos()));
  }

  private void put(int word, long value) {
    page.putLong(word * Long.BYTES, value);
  }

  private long count(int which) {
    return page.getLong((COUNTS + which) * Long.BYTES);
  }

  /** Whether it is being told to sync what would be lost if the power were cut now. */
  public boolean isSyncing() {
    return count(SYNCING) > 0;
  }

  public DiskCounts counts() {
    return new DiskCounts(count(0), count(1), count(2), count(3), count(4), count(5), count(6));
  }

  /** Takes back what is not synced. The node's process must have ended by a kill. */
  public PowerCut cutPower(Random random) {
    return cutPower(Loss.any(random), random);
  }

  /** The same, with this loss. */
  public PowerCut cutPower(Loss loss, Random random) {
    try {
      SortedMap<String, Long> lost = new TreeMap<>();
      int gone = 0;
      for (Path file : files()) {
        Path journal = journals.resolve(Files.getAttribute(file, "unix:ino").toString());
        if (Files.exists(journal)) { // a second name of the same file finds it gone
          gone += undo(file, journal, loss, random, lost);
        }
      }
      forgetJournals();
      return new PowerCut(loss, lost, gone);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> walk =
        Files.find(root, Integer.MAX_VALUE, (path, about) -> isRegular(about))) {
      return walk.sorted().toList();
    }
  }

  private static boolean isRegular(BasicFileAttributes about) {
    return about.isRegularFile();
  }

  /** Returns 1 if the file is gone. */
  private int undo(Path file, Path journal, Loss loss, Random random, SortedMap<String, Long> lost)
      throws IOException {
    boolean isGone;
    try (UndoJournal undo = UndoJournal.open(journal);
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long bytes = undo.undo(channel, loss, random);
      if (bytes > 0) {
        lost.put(root.relativize(file).toString(), bytes);
      }
      isGone = undo.isNew() && channel.size() == 0 && random.nextBoolean();
    }
    Files.delete(journal);
    if (isGone) {
      Files.delete(file);
    }
    return isGone ? 1 : 0;
  }

  /** Also of files that are not there any more. */
  private void forgetJournals() throws IOException {
    try (Stream<Path> all = Files.list(journals)) {
      for (Path journal : all.filter(file -> !file.endsWith("page")).toList()) {
        Files.delete(journal);
      }
    }
  }
}
