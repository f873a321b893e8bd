package dev.holdfast.node.consensus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * How far one replica has acknowledged its Raft log, remembered outside the log (decision 0011).
 *
 * <ul>
 *   <li>Never above what was flushed: it is raised after the flush, and lowered, durably, before a
 *       conflicting suffix is cut off. So a log that ends below it has lost acknowledged entries.
 *   <li>Survives the end of the process at once, because the page belongs to the operating system;
 *       survives the end of the machine as of the last {@link #sync}.
 *   <li>A replica whose log has lost acknowledged entries withholds its vote until it has caught up
 *       with the mark (replication.md C1).
 * </ul>
 *
 * <p>Thread-safe.
 */
final class AcknowledgedMark {
  /** Nothing was ever acknowledged. */
  static final long NONE = -1;

  private static final int FILE_BYTES = Long.BYTES;
  private static final int CHECK_BITS = 16;

  private final MappedByteBuffer page;
  private final Consumer<MappedByteBuffer> disk;
  private volatile long index;
  private volatile boolean voteWithheld;
  private long changeCount;
  private long syncedChangeCount;
  private Runnable caughtUp = () -> {};

  private AcknowledgedMark(MappedByteBuffer page, long index, Consumer<MappedByteBuffer> disk) {
    this.page = page;
    this.index = index;
    this.disk = disk;
  }

  /** Opens the mark in a file, which is made when it is missing. */
  static AcknowledgedMark open(Path file) throws IOException {
    return open(file, MappedByteBuffer::force);
  }

  /**
   * @param disk returns when the page is on disk
   */
  static AcknowledgedMark open(Path file, Consumer<MappedByteBuffer> disk) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    boolean isNew = !Files.exists(file) || Files.size(file) < FILE_BYTES;
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (isNew) { // written, not only extended: a mapped hole would kill the process when full
        channel.write(ByteBuffer.allocate(FILE_BYTES).putLong(0, encode(NONE)), 0);
        channel.force(true);
        if (parent != null) {
          DurableFiles.sync(parent);
        }
      }
      MappedByteBuffer page = channel.map(FileChannel.MapMode.READ_WRITE, 0, FILE_BYTES);
      return new AcknowledgedMark(page, decode(page.getLong(0), file), disk);
    }
  }

  /** The last index that this replica has acknowledged, or {@link #NONE}. */
  long index() {
    return index;
  }

  /** Everything up to here is in the flushed log, or in a durable checkpoint. */
  void raise(long to) {
    if (to > index || voteWithheld) {
      raiseLocked(to);
    }
  }

  private synchronized void raiseLocked(long to) {
    if (to < index) {
      return;
    }
    put(to);
    if (voteWithheld) {
      voteWithheld = false;
      caughtUp.run();
    }
  }

  /** The log is about to be cut: entries from here on give way to another leader's. */
  synchronized void lower(long firstRemoved) {
    if (firstRemoved <= index) {
      put(firstRemoved - 1);
      disk.accept(page); // too high a mark would, after a power failure, stop a sound replica
      syncedChangeCount = changeCount;
    }
  }

  private void put(long to) {
    page.putLong(0, encode(to)); // one aligned store: all or nothing
    index = to;
    changeCount++;
  }

  /**
   * Makes the mark survive a power failure; nothing to do when it has not moved. The disk may take
   * its time, for the file system's journal and all that others have put into it, and whoever
   * raises the mark is about to acknowledge or to apply: so nobody waits for it here.
   */
  void sync() {
    long begun;
    synchronized (this) {
      if (changeCount == syncedChangeCount) {
        return;
      }
      begun = changeCount;
    }
    disk.accept(page);
    synchronized (this) {
      syncedChangeCount = begun; // what changed meanwhile may be on disk or not
    }
  }

  /**
   * The log has lost what it acknowledged: no vote until it has been told again.
   *
   * @param whenCaughtUp runs once it has
   */
  synchronized void withholdVote(Runnable whenCaughtUp) {
    caughtUp = whenCaughtUp;
    voteWithheld = true;
  }

  boolean voteWithheld() {
    return voteWithheld;
  }

  private static long encode(long index) {
    return (index << CHECK_BITS) | check(index);
  }

  private static long decode(long stored, Path file) throws IOException {
    long index = stored >> CHECK_BITS;
    if ((stored & ((1 << CHECK_BITS) - 1)) != check(index)) {
      throw new DamagedReplicaException("the mark of acknowledged entries is damaged: " + file);
    }
    return index;
  }

  private static long check(long index) {
    long mixed = (index + 1) * 0x9e3779b97f4a7c15L;
    return mixed >>> (Long.SIZE - CHECK_BITS);
  }
}
