package dev.holdfast.node.consensus;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a replica's Raft log before Ratis does (decision 0011). Ratis ends a log at the first
 * entry that the end of a file cuts off, deletes a segment without entries, and begins with an
 * empty vote when the file of its vote is missing: each would let a replica forget what it
 * acknowledged and help elect a leader without it (replication.md C1).
 *
 * <p>A torn write at the end of the open segment, above the mark, was never acknowledged and is cut
 * off. Everything else that is wrong is a {@link DamagedReplicaException}, until an operator has
 * accepted the loss: then the log is cut before the damage, and the replica withholds its vote
 * until it has caught up with its mark.
 *
 * <p>What a killed process has written and not synced is in the log now, and Ratis counts it among
 * what is on disk: it syncs a file when it appends to it, and closes one without, so that a power
 * cut could take what is acknowledged by then. All files are synced first.
 *
 * <p>A log that ends before the newest checkpoint begins anew after it, as after an installed
 * snapshot. Ratis 3.3.0 would keep its open segment and then refuse every entry that follows the
 * checkpoint, for there is a gap between them.
 */
final class LogAudit {
  /** An operator makes this file, beside the replica's directories, to accept a damaged log. */
  static final String ACCEPTED = "accept-damaged-log";

  private static final Logger log = LoggerFactory.getLogger(LogAudit.class);
  private static final String VOTE_FILE = "raft-meta";

  private final Path home;
  private final Path group;
  private final AcknowledgedMark mark;

  /**
   * What is wrong, and how much of the log is sound.
   *
   * @param torn the first file that is not, if any
   * @param interrupted whether an append or a removal that never finished leaves this behind
   */
  private record Damage(
      String what,
      long lastValid,
      @Nullable LogSegmentFile torn,
      long validBytes,
      boolean interrupted) {}

  /** What the files say. */
  private record Log(List<LogSegmentFile> segments, long lastValid, Optional<Damage> damage) {}

  /**
   * @param home the replica's directory
   * @param group Ratis's directory in it; need not exist
   */
  LogAudit(Path home, Path group, AcknowledgedMark mark) {
    this.home = home;
    this.group = group;
    this.mark = mark;
  }

  /**
   * Returns when Ratis may open the log. Call before it does; the mark then says whether the
   * replica may vote.
   *
   * @param memberCount of the group: only others can refill an accepted damage
   */
  void check(int memberCount) throws IOException {
    Log found = read();
    requireVote(!found.segments().isEmpty());
    long checkpoint = newestCheckpoint();
    long end = Math.max(found.lastValid(), checkpoint);
    Optional<Damage> damage = found.damage();
    if (damage.isPresent() && damage.get().interrupted() && end >= mark.index()) {
      log.warn("{}; what follows was never acknowledged and is cut off", damage.get().what());
      cut(found, damage.get());
    } else if (damage.isPresent() || end < mark.index()) {
      accept(found, damage.orElse(tooShort(found)), memberCount);
    }
    if (found.lastValid() < checkpoint) {
      remove(found.segments());
    }
    sync();
    if (end < mark.index()) {
      mark.withholdVote(this::forgetAcceptance);
    }
  }

  /** What is clean already costs next to nothing. */
  private void sync() throws IOException {
    Path current = group.resolve("current");
    for (Path file : DurableFiles.children(current)) {
      DurableFiles.sync(file);
    }
    if (Files.isDirectory(current)) {
      DurableFiles.sync(current);
    }
  }

  /**
   * What is wrong with the log of a replica that is not open; empty when nothing is. Changes
   * nothing.
   */
  Optional<String> inspect() throws IOException {
    Log found = read();
    try {
      requireVote(!found.segments().isEmpty());
    } catch (DamagedReplicaException e) {
      return Optional.ofNullable(e.getMessage());
    }
    long end = Math.max(found.lastValid(), newestCheckpoint());
    Optional<Damage> damage = found.damage();
    if (damage.isPresent() && !(damage.get().interrupted() && end >= mark.index())) {
      return Optional.of(damage.get().what());
    }
    return end < mark.index()
        ? Optional.of(tooShort(found).what() + ", but " + mark.index() + " was acknowledged")
        : Optional.empty();
  }

  /** The last one first: what an interruption leaves is still a log. */
  private void remove(List<LogSegmentFile> segments) throws IOException {
    for (int i = segments.size() - 1; i >= 0; i--) {
      Files.deleteIfExists(segments.get(i).path()); // cutting may have, and renamed another
      Files.deleteIfExists(segments.get(i).reopened());
    }
    if (!segments.isEmpty()) {
      DurableFiles.sync(group.resolve("current"));
    }
  }

  private Damage tooShort(Log found) {
    String what = group.resolve("current") + " ends with entry " + found.lastValid();
    return new Damage(what, found.lastValid(), null, 0, false);
  }

  private void accept(Log found, Damage damage, int memberCount) throws IOException {
    Path accepted = home.resolve(ACCEPTED);
    if (memberCount == 1 || !Files.exists(accepted)) {
      throw new DamagedReplicaException(
          "damaged Raft log: "
              + damage.what()
              + ", but up to "
              + mark.index()
              + " were acknowledged; "
              + (memberCount == 1
                  ? "there is no other replica: restore the directory from a copy"
                  : "to refill it from the others make the file " + accepted + " and restart"));
    }
    cut(found, damage);
    log.warn("{}: accepted; no vote before entry {} is here again", damage.what(), mark.index());
  }

  /** Not earlier: a restart before the log is refilled must find the operator's word again. */
  private void forgetAcceptance() {
    try {
      Files.deleteIfExists(home.resolve(ACCEPTED));
      log.info("{}: all that was acknowledged is here again, this replica votes", home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Log read() throws IOException {
    List<LogSegmentFile> segments = new ArrayList<>();
    for (Path file : DurableFiles.children(group.resolve("current"))) {
      LogSegmentFile.of(file).ifPresent(segments::add);
    }
    segments.sort(Comparator.naturalOrder());
    long lastValid = segments.isEmpty() ? AcknowledgedMark.NONE : segments.get(0).first() - 1;
    for (LogSegmentFile segment : segments) {
      if (segment.first() != lastValid + 1) {
        String what = segment.path() + " should begin with entry " + (lastValid + 1);
        return new Log(
            segments, lastValid, Optional.of(new Damage(what, lastValid, segment, 0, true)));
      }
      LogSegmentFile.Contents contents = segment.read();
      lastValid = contents.lastValid();
      boolean whole = segment.isOpen() ? contents.clean() : lastValid == segment.last();
      if (!whole) {
        String what =
            segment.path()
                + " cannot be read after entry "
                + lastValid
                + ", at byte "
                + contents.validBytes();
        Damage damage =
            new Damage(what, lastValid, segment, contents.validBytes(), segment.isOpen());
        return new Log(segments, lastValid, Optional.of(damage));
      }
    }
    return new Log(segments, lastValid, Optional.empty());
  }

  /** Removes everything from the damage on; done again from the start when interrupted. */
  private void cut(Log found, Damage damage) throws IOException {
    LogSegmentFile torn = damage.torn();
    if (torn == null) {
      return;
    }
    for (int i = found.segments().size() - 1; i >= 0; i--) {
      LogSegmentFile segment = found.segments().get(i);
      if (segment.first() > damage.lastValid() && segment.first() >= torn.first()) {
        Files.delete(segment.path());
      }
    }
    if (Files.exists(torn.path())) {
      try (FileChannel channel = FileChannel.open(torn.path(), StandardOpenOption.WRITE)) {
        channel.truncate(damage.validBytes());
        channel.force(true);
      }
      if (!torn.isOpen()) {
        DurableFiles.rename(torn.path(), torn.reopened());
      }
    }
    DurableFiles.sync(group.resolve("current"));
  }

  /** A replica that has forgotten its vote might give it twice. */
  private void requireVote(boolean hasLog) throws IOException {
    Path file = group.resolve("current").resolve(VOTE_FILE);
    if (!Files.exists(file)) {
      if (hasLog || mark.index() > AcknowledgedMark.NONE) {
        throw new DamagedReplicaException(
            "the term and vote of this replica are gone: "
                + file
                + " is missing; restore it from a copy, never start without it");
      }
      return;
    }
    Properties vote = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      vote.load(reader);
      Long.parseLong(vote.getProperty("term", ""));
    } catch (IllegalArgumentException e) {
      throw new DamagedReplicaException(
          "the term and vote of this replica cannot be read: "
              + file
              + "; restore it from a copy, never start without it");
    }
  }

  private long newestCheckpoint() throws IOException {
    return SnapshotDirectory.checkpoints(group.resolve("sm")).stream()
        .mapToLong(checkpoint -> checkpoint.applied().index())
        .max()
        .orElse(AcknowledgedMark.NONE);
  }
}
