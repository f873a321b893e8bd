package dev.holdfast.node.consensus;

import dev.holdfast.statemachine.spi.ApplyContext;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one replica, each a directory {@code <term>_<index>} under Ratis's {@code sm}.
 * At most {@value #RETAINED_COUNT} are kept: the newest, and the one before it, which may be on its
 * way to a follower.
 *
 * <p>Ratis puts an installed snapshot in place by replacing the whole of {@code sm}, on a thread of
 * its own and while entries are applied. So a checkpoint is written beside it, and moved into it
 * once it is complete.
 */
final class SnapshotDirectory implements StateMachineStorage {
  /** A checkpoint on disk. */
  record Checkpoint(ApplyContext applied, Path path) {}

  private static final int RETAINED_COUNT = 2;
  private static final String LOG = "current";
  private static final Pattern NAME = Pattern.compile("(\\d+)_(\\d+)");
  private static final String WORKPLACE = "checkpoint.new";
  private static final String UNFINISHED = "unfinished";

  private final Path workplace;
  private final Consumer<Path> requireSound;
  private @Nullable Path directory;
  private volatile @Nullable SnapshotInfo latest;

  /**
   * @param replica where new checkpoints are written; on the same file system as {@code sm}
   * @param requireSound reads a file before it is sent; throws when it is damaged
   */
  SnapshotDirectory(Path replica, Consumer<Path> requireSound) {
    this.workplace = replica.resolve(WORKPLACE);
    this.requireSound = requireSound;
  }

  /** Whether a file is one that Ratis puts beside each file of a snapshot it received. */
  static boolean isDigestFile(String name) {
    return name.endsWith(MD5FileUtil.MD5_SUFFIX);
  }

  @Override
  public void init(RaftStorage storage) throws IOException {
    open(storage.getStorageDir().getStateMachineDir().toPath());
  }

  /** Uses the checkpoints in a directory; what a crash left unfinished is thrown away. */
  void open(Path path) throws IOException {
    Files.createDirectories(path);
    directory = path;
    DurableFiles.delete(workplace);
    DurableFiles.delete(path.resolve(UNFINISHED)); // of builds that wrote them there
    refresh();
  }

  /** The index of the first entry that Ratis keeps; 0 when nothing was purged. */
  long firstLogIndex() throws IOException {
    Path group = directory().getParent();
    return group == null
        ? 0
        : DurableFiles.children(group.resolve(LOG)).stream()
            .flatMap(file -> LogSegmentFile.of(file).stream())
            .mapToLong(LogSegmentFile::first)
            .min()
            .orElse(0);
  }

  /** Says that there is a checkpoint, where only the seed is: one is to be published soon. */
  void owe(ApplyContext applied) {
    latest = new FileListSnapshotInfo(List.of(), applied.term(), applied.index());
  }

  /** Whether what {@link #getLatestSnapshot} names has no files yet. */
  boolean isOwed() {
    SnapshotInfo present = latest;
    return present != null && present.getFiles().isEmpty();
  }

  /** The index that {@link #getLatestSnapshot} names, be it owed; -1 when it names none. */
  long newestIndex() {
    SnapshotInfo present = latest;
    return present == null ? RaftLog.INVALID_LOG_INDEX : present.getIndex();
  }

  /** Where a new checkpoint is to be written; does not exist yet. */
  Path unfinished() throws IOException {
    DurableFiles.delete(workplace); // with what RocksDB keeps beside a checkpoint it has begun
    Files.createDirectories(workplace);
    return workplace.resolve(UNFINISHED);
  }

  /**
   * Names a written checkpoint by what it holds; from now on it may be sent to followers.
   *
   * @return false when Ratis is just replacing {@code sm} by what it was sent: that is newer, and
   *     this one is thrown away
   */
  synchronized boolean publish(Path unfinished, ApplyContext applied) throws IOException {
    for (Path file : DurableFiles.children(unfinished)) {
      DurableFiles.sync(file);
    }
    DurableFiles.sync(unfinished);
    Path target = directory().resolve(applied.term() + "_" + applied.index());
    try {
      DurableFiles.delete(target);
      DurableFiles.rename(unfinished, target);
    } catch (NoSuchFileException e) { // there is no sm for a moment
      DurableFiles.delete(workplace);
      return false;
    }
    refresh();
    return true;
  }

  /** The files of the newest checkpoint; they may be gone when they are looked at. Any thread. */
  List<Path> files() {
    try {
      Optional<Checkpoint> newest = newest();
      return newest.isEmpty() ? List.of() : DurableFiles.children(newest.get().path());
    } catch (IOException | IllegalStateException e) {
      return List.of(); // it is not open yet, or Ratis is just replacing it
    }
  }

  /** Throws the checkpoint away that has this file, which is damaged. Any thread. */
  synchronized void discard(Path file) {
    try {
      Path checkpoint = file.getParent();
      if (checkpoint != null && NAME.matcher(String.valueOf(checkpoint.getFileName())).matches()) {
        DurableFiles.delete(checkpoint);
      }
      refresh();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Looks at the disk again, after Ratis has installed a snapshot. */
  synchronized void refresh() throws IOException {
    Optional<Checkpoint> newest = newest();
    latest = newest.isEmpty() ? null : describe(newest.get());
  }

  Optional<Checkpoint> newest() throws IOException {
    List<Checkpoint> all = checkpoints();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  private SnapshotInfo describe(Checkpoint checkpoint) throws IOException {
    List<FileInfo> files = new ArrayList<>();
    for (Path file : DurableFiles.children(checkpoint.path())) {
      if (!isDigestFile(file.toString())) {
        files.add(new SoundFile(file, requireSound));
      }
    }
    return new FileListSnapshotInfo(
        files, checkpoint.applied().term(), checkpoint.applied().index());
  }

  private List<Checkpoint> checkpoints() throws IOException {
    return checkpoints(directory());
  }

  /** The checkpoints in a directory, which need not exist, the oldest first. */
  static List<Checkpoint> checkpoints(Path directory) throws IOException {
    List<Checkpoint> found = new ArrayList<>();
    for (Path child : DurableFiles.children(directory)) {
      Matcher name = NAME.matcher(String.valueOf(child.getFileName()));
      if (name.matches()) {
        found.add(
            new Checkpoint(
                new ApplyContext(Long.parseLong(name.group(1)), Long.parseLong(name.group(2))),
                child));
      }
    }
    found.sort(Comparator.comparingLong(checkpoint -> checkpoint.applied().index()));
    return found;
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    return latest;
  }

  @Override
  public void format() {}

  @Override
  public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
    List<Checkpoint> all = checkpoints();
    for (Checkpoint old : all.subList(0, Math.max(0, all.size() - RETAINED_COUNT))) {
      DurableFiles.delete(old.path());
    }
  }

  @Override
  public @Nullable File getSnapshotDir() {
    return null; // Ratis's own choice: sm
  }

  @Override
  public @Nullable File getTmpDir() {
    return null; // Ratis's own choice: tmp
  }

  private Path directory() {
    Path path = directory;
    if (path == null) {
      throw new IllegalStateException("the replica's storage is not initialised");
    }
    return path;
  }
}
