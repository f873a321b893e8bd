package dev.holdfast.node.config;

import dev.holdfast.partition.reconcile.Steering;
import java.time.Duration;
import java.util.Set;

/** How {@link Balancing} stands in the configuration file. */
final class BalancingKeys {
  private static final String MODE = "balance";
  private static final String SPLIT_UNITS = "split.units.per.second";
  private static final String SPLIT_WINDOW = "split.window.seconds";
  private static final String SPLIT_COOLDOWN = "split.cooldown.seconds";
  private static final String SPLIT_BYTES_MIN = "split.bytes.min";
  private static final String SPLIT_BYTES_MAX = "split.bytes.max";
  private static final String MERGE_WINDOW = "merge.window.seconds";
  private static final String MERGE_COOLDOWN = "merge.cooldown.seconds";
  private static final String DEAD_AFTER = "dead.after.seconds";

  static final Set<String> ALL =
      Set.of(
          MODE,
          SPLIT_UNITS,
          SPLIT_WINDOW,
          SPLIT_COOLDOWN,
          SPLIT_BYTES_MIN,
          SPLIT_BYTES_MAX,
          MERGE_WINDOW,
          MERGE_COOLDOWN,
          DEAD_AFTER);

  private static final String ON = "on";
  private static final String OFF = "off";

  private BalancingKeys() {}

  /** Finds a number, or a word, by its key, or answers the default. */
  interface Source {
    long number(String key, long otherwise) throws ConfigException;

    String word(String key, String otherwise);
  }

  /** Takes what differs from the default. */
  interface Target {
    void put(String key, String value);
  }

  static Balancing read(Source source) throws ConfigException {
    Balancing standard = Balancing.DEFAULT;
    return new Balancing(
        mode(source.word(MODE, ON)),
        source.number(SPLIT_UNITS, standard.splitUnitsPerSecond()),
        seconds(source, SPLIT_WINDOW, standard.splitWindow()),
        seconds(source, SPLIT_COOLDOWN, standard.splitCooldown()),
        source.number(SPLIT_BYTES_MIN, standard.splitBytesMin()),
        source.number(SPLIT_BYTES_MAX, standard.splitBytesMax()),
        seconds(source, MERGE_WINDOW, standard.mergeWindow()),
        seconds(source, MERGE_COOLDOWN, standard.mergeCooldown()),
        seconds(source, DEAD_AFTER, standard.deadAfter()));
  }

  private static Steering.Mode mode(String word) throws ConfigException {
    if (word.equals(ON) || word.equals(OFF)) {
      return word.equals(ON) ? Steering.Mode.STEER : Steering.Mode.WATCH;
    }
    throw new ConfigException(MODE + " must be on or off, not '" + word + "'");
  }

  private static Duration seconds(Source source, String key, Duration otherwise)
      throws ConfigException {
    return Duration.ofSeconds(source.number(key, otherwise.toSeconds()));
  }

  static void write(Balancing balancing, Target target) {
    Balancing standard = Balancing.DEFAULT;
    if (balancing.mode() != standard.mode()) {
      target.put(MODE, OFF);
    }
    put(target, SPLIT_UNITS, balancing.splitUnitsPerSecond(), standard.splitUnitsPerSecond());
    put(target, SPLIT_WINDOW, balancing.splitWindow(), standard.splitWindow());
    put(target, SPLIT_COOLDOWN, balancing.splitCooldown(), standard.splitCooldown());
    put(target, SPLIT_BYTES_MIN, balancing.splitBytesMin(), standard.splitBytesMin());
    put(target, SPLIT_BYTES_MAX, balancing.splitBytesMax(), standard.splitBytesMax());
    put(target, MERGE_WINDOW, balancing.mergeWindow(), standard.mergeWindow());
    put(target, MERGE_COOLDOWN, balancing.mergeCooldown(), standard.mergeCooldown());
    put(target, DEAD_AFTER, balancing.deadAfter(), standard.deadAfter());
  }

  private static void put(Target target, String key, Duration value, Duration standard) {
    put(target, key, value.toSeconds(), standard.toSeconds());
  }

  private static void put(Target target, String key, long value, long standard) {
    if (value != standard) {
      target.put(key, Long.toString(value));
    }
  }
}
