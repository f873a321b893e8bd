package dev.holdfast.jepsen.checker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one register, in chains of those that directly follow each other: who saw one and
 * wrote another put the other right behind it.
 */
final class Register {
  /** Two that saw the same version and wrote: neither saw what the other did. */
  record LostUpdate(int one, int other) {}

  private final String key;
  private final Version initial = new Version(Version.NOBODY);
  private final Map<Long, Version> written = new LinkedHashMap<>();
  private @Nullable LostUpdate lostUpdate;

  Register(String key) {
    this.key = key;
  }

  void addWriter(Long value, int writer) {
    written.put(value, new Version(writer));
  }

  /**
   * After all writers.
   *
   * @param overwrittenBy what the reader wrote itself; null for nothing
   */
  void addReader(@Nullable Long value, int reader, @Nullable Long overwrittenBy) {
    Version seen = value == null ? initial : version(value);
    seen.readers.add(reader);
    if (overwrittenBy == null) {
      return;
    }
    Version next = version(overwrittenBy);
    if (seen.next == null) {
      seen.next = next;
      next.hasPrevious = true;
    } else if (lostUpdate == null) {
      lostUpdate = new LostUpdate(seen.next.writer, reader);
    }
  }

  private Version version(Long value) {
    return Objects.requireNonNull(written.get(value), "nobody wrote it");
  }

  String key() {
    return key;
  }

  @Nullable LostUpdate lostUpdate() {
    return lostUpdate;
  }

  /** All but the first, in no particular order. */
  void forEachWritten(Consumer<Version> consumer) {
    written.values().forEach(consumer);
  }

  /** The chain that begins without a value; before all others. */
  List<Version> firstChain() {
    return chainFrom(initial);
  }

  /** The other chains that have a begin. */
  List<List<Version>> laterChains() {
    List<List<Version>> chains = new ArrayList<>();
    for (Version version : written.values()) {
      if (!version.hasPrevious) {
        chains.add(chainFrom(version));
      }
    }
    return chains;
  }

  /** Each of some versions was written by one that saw the one before, and the first as well. */
  boolean isCyclic() {
    int inChains = firstChain().size() - 1;
    for (List<Version> chain : laterChains()) {
      inChains += chain.size();
    }
    return inChains < written.size();
  }

  private static List<Version> chainFrom(Version head) {
    List<Version> chain = new ArrayList<>();
    for (@Nullable Version version = head; version != null; version = version.next) {
      chain.add(version);
    }
    return chain;
  }
}
