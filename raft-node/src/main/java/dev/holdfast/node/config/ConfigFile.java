package dev.holdfast.node.config;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file: Java properties, documented in docs/operations.md. One file serves all
 * nodes; unknown keys are errors, since a misspelt option is worse than none.
 */
public final class ConfigFile {
  static final String NODE_PREFIX = "node.";
  private static final String ON = "on";
  private static final String OFF = "off";
  private static final String CLUSTER_ID = "cluster.id";
  private static final String PARTITIONS = "cluster.partitions";
  private static final String REPLICAS = "cluster.replicas";
  private static final String JOINED = "cluster.joined";
  private static final int HEXADECIMAL = 16;
  private static final String DATA = "data.directory";
  private static final String LEASE = "lease.millis";
  private static final String ELECTION_MIN = "election.timeout.min.millis";
  private static final String ELECTION_MAX = "election.timeout.max.millis";
  private static final String BLOCK_CACHE = "rocksdb.block.cache.bytes";
  private static final String WRITE_BUFFER = "rocksdb.write.buffer.bytes";
  private static final String HTTP_CONNECTIONS = "http.connections.max";
  private static final String HTTP_TIMEOUT = "http.request.timeout.millis";
  private static final String HTTP_ANY_ORIGIN = "http.any.origin";
  private static final String SNAPSHOT_ENTRIES = "snapshot.entries";
  private static final String SNAPSHOT_LOG_BYTES = "snapshot.log.bytes";
  private static final String SCRUB_INTERVAL = "scrub.interval.seconds";
  private static final String SCRUB_RATE = "scrub.bytes.per.second";
  private static final String CHANGES_TRIM = "changes.trim.interval.seconds";
  private static final String CHANGES_WARN = "changes.warn.bytes";
  private static final String EXPIRY_INTERVAL = "expiry.interval.seconds";
  private static final String EXPIRY_RATE = "expiry.items.per.second";
  private static final String CORES_PERCENT = "cores.percent";
  private static final Set<String> PLAIN_KEYS = new TreeSet<>(BalancingKeys.ALL);

  static {
    PLAIN_KEYS.addAll(
        Set.of(
            CHANGES_TRIM,
            CHANGES_WARN,
            EXPIRY_INTERVAL,
            EXPIRY_RATE,
            CORES_PERCENT,
            CLUSTER_ID,
            PARTITIONS,
            REPLICAS,
            JOINED,
            DATA,
            LEASE,
            ELECTION_MIN,
            ELECTION_MAX,
            BLOCK_CACHE,
            WRITE_BUFFER,
            HTTP_CONNECTIONS,
            HTTP_TIMEOUT,
            HTTP_ANY_ORIGIN,
            SNAPSHOT_ENTRIES,
            SNAPSHOT_LOG_BYTES,
            SCRUB_INTERVAL,
            SCRUB_RATE));
  }

  private final Path base;
  private final Properties properties;

  private ConfigFile(Path base, Properties properties) {
    this.base = base;
    this.properties = properties;
  }

  /** Reads and checks a file; a relative data directory is taken from where the file lies. */
  public static ClusterConfig read(Path file) throws ConfigException, IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException("there is no configuration file " + file);
    } catch (MalformedInputException e) {
      throw new ConfigException(file + " is not a text file in UTF-8");
    }
    Properties properties = new Properties();
    try (Reader reader = new StringReader(text)) {
      properties.load(reader);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(file + ": " + e.getMessage());
    }
    Path base = file.toAbsolutePath().getParent();
    try {
      return new ConfigFile(base == null ? Path.of("") : base, properties).parse().checked();
    } catch (ConfigException | IllegalArgumentException e) {
      throw new ConfigException(file + ": " + e.getMessage());
    }
  }

  private ClusterConfig parse() throws ConfigException {
    for (String key : properties.stringPropertyNames()) {
      if (!PLAIN_KEYS.contains(key) && !key.startsWith(NODE_PREFIX)) {
        throw new ConfigException(
            "unknown option '" + key + "'; known are " + new TreeSet<>(PLAIN_KEYS) + " and node.…");
      }
    }
    Tuning standard = Tuning.DEFAULT;
    return new ClusterConfig(
        text(CLUSTER_ID),
        nodes(),
        Math.toIntExact(number(PARTITIONS, 1)),
        Math.toIntExact(number(REPLICAS, ClusterConfig.REPLICA_COUNT_DEFAULT)),
        base.resolve(text(DATA)).normalize(),
        new Tuning(
            Duration.ofMillis(number(LEASE, standard.lease().toMillis())),
            Duration.ofMillis(number(ELECTION_MIN, standard.electionTimeoutMin().toMillis())),
            Duration.ofMillis(number(ELECTION_MAX, standard.electionTimeoutMax().toMillis())),
            number(BLOCK_CACHE, standard.blockCacheBytes()),
            number(WRITE_BUFFER, standard.writeBufferBytes()),
            Math.toIntExact(number(HTTP_CONNECTIONS, standard.httpConnectionsMax())),
            Duration.ofMillis(number(HTTP_TIMEOUT, standard.httpRequestTimeout().toMillis())),
            isOn(HTTP_ANY_ORIGIN, standard.httpAnyOrigin()),
            number(SNAPSHOT_ENTRIES, standard.snapshotEntries()),
            number(SNAPSHOT_LOG_BYTES, standard.snapshotLogBytes()),
            Duration.ofSeconds(number(SCRUB_INTERVAL, standard.scrubInterval().toSeconds())),
            number(SCRUB_RATE, standard.scrubBytesPerSecondMax()),
            Duration.ofSeconds(number(CHANGES_TRIM, standard.changesTrimInterval().toSeconds())),
            number(CHANGES_WARN, standard.changesBytesWarn()),
            Duration.ofSeconds(number(EXPIRY_INTERVAL, standard.expiryInterval().toSeconds())),
            Math.toIntExact(number(EXPIRY_RATE, standard.expiryItemsPerSecond())),
            Math.toIntExact(number(CORES_PERCENT, standard.coresPercent()))),
        disk(),
        BalancingKeys.read(balancingSource()),
        listening());
  }

  /** By the property of the address that others use. */
  private SortedMap<String, String> listening() throws ConfigException {
    SortedMap<String, String> listening = new TreeMap<>();
    for (String key : properties.stringPropertyNames()) {
      if (isListener(key)) {
        String address = key.substring(0, key.length() - ClusterConfig.LISTEN.length());
        text(address);
        listening.put(address, text(key));
      }
    }
    return listening;
  }

  private static boolean isListener(String key) {
    return key.startsWith(NODE_PREFIX) && key.endsWith(ClusterConfig.LISTEN);
  }

  private BalancingKeys.Source balancingSource() {
    return new BalancingKeys.Source() {
      @Override
      public long number(String key, long otherwise) throws ConfigException {
        return ConfigFile.this.number(key, otherwise);
      }

      @Override
      public String word(String key, String otherwise) {
        return properties.getProperty(key, otherwise).trim();
      }
    };
  }

  private long disk() throws ConfigException {
    String text = properties.getProperty(JOINED);
    try {
      return text == null ? 0 : Long.parseUnsignedLong(text.trim(), HEXADECIMAL);
    } catch (NumberFormatException e) {
      throw new ConfigException(JOINED + " is not a hexadecimal number: '" + text + "'");
    }
  }

  private List<ClusterMap.Node> nodes() throws ConfigException {
    Set<String> names = new TreeSet<>(ConfigFile::byLengthThenText);
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith(NODE_PREFIX) && !isListener(key)) {
        int dot = key.lastIndexOf('.');
        boolean known =
            Arrays.stream(ClusterConfig.Service.values())
                .anyMatch(service -> key.endsWith("." + suffix(service)));
        if (dot <= NODE_PREFIX.length() || !known) {
          throw new ConfigException(
              "unknown option '" + key + "'; a node has http, rpc, raft and admin");
        }
        names.add(key.substring(NODE_PREFIX.length(), dot));
      }
    }
    List<ClusterMap.Node> nodes = new ArrayList<>();
    for (String name : names) {
      NodeId id = new NodeId(name);
      nodes.add(
          new ClusterMap.Node(
              id,
              text(ClusterConfig.Service.RAFT.key(id)),
              text(ClusterConfig.Service.RPC.key(id)),
              text(ClusterConfig.Service.HTTP.key(id)),
              text(ClusterConfig.Service.ADMIN.key(id))));
    }
    return nodes;
  }

  private static String suffix(ClusterConfig.Service service) {
    String key = service.key(new NodeId("n"));
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /** n2 before n10. */
  private static int byLengthThenText(String a, String b) {
    return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
  }

  private String text(String key) throws ConfigException {
    String value = properties.getProperty(key);
    if (value == null || value.isBlank()) {
      throw new ConfigException("the option " + key + " is missing");
    }
    return value.trim();
  }

  private long number(String key, long otherwise) throws ConfigException {
    @Nullable String value = properties.getProperty(key);
    if (value == null) {
      return otherwise;
    }
    try {
      return Long.parseLong(value.trim());
    } catch (NumberFormatException e) {
      throw new ConfigException(key + " is not a whole number: '" + value + "'");
    }
  }

  private boolean isOn(String key, boolean otherwise) throws ConfigException {
    String word = properties.getProperty(key, otherwise ? ON : OFF).trim();
    if (word.equals(ON) || word.equals(OFF)) {
      return word.equals(ON);
    }
    throw new ConfigException(key + " must be on or off, not '" + word + "'");
  }

  /** Writes a file that {@link #read} gives back; options at their defaults are left out. */
  public static void write(ClusterConfig config, Path file) throws IOException {
    StringBuilder text = new StringBuilder("# Holdfast cluster configuration; see");
    text.append(" docs/operations.md. One file serves all nodes.\n");
    line(text, CLUSTER_ID, config.clusterId());
    line(text, PARTITIONS, Integer.toString(config.partitionCount()));
    line(text, REPLICAS, Integer.toString(config.replicaCount()));
    if (config.joinedDisk() != 0) {
      line(text, JOINED, Long.toUnsignedString(config.joinedDisk(), HEXADECIMAL));
    }
    Path base = file.toAbsolutePath().getParent();
    Path data = config.dataDirectory().toAbsolutePath();
    boolean same = base != null && base.normalize().equals(data.normalize());
    line(text, DATA, same ? "." : data.toString().replace("\\", "\\\\"));
    Tuning tuning = config.tuning();
    Tuning standard = Tuning.DEFAULT;
    optional(text, LEASE, tuning.lease().toMillis(), standard.lease().toMillis());
    optional(
        text,
        ELECTION_MIN,
        tuning.electionTimeoutMin().toMillis(),
        standard.electionTimeoutMin().toMillis());
    optional(
        text,
        ELECTION_MAX,
        tuning.electionTimeoutMax().toMillis(),
        standard.electionTimeoutMax().toMillis());
    optional(text, BLOCK_CACHE, tuning.blockCacheBytes(), standard.blockCacheBytes());
    optional(text, WRITE_BUFFER, tuning.writeBufferBytes(), standard.writeBufferBytes());
    optional(text, HTTP_CONNECTIONS, tuning.httpConnectionsMax(), standard.httpConnectionsMax());
    optional(
        text,
        HTTP_TIMEOUT,
        tuning.httpRequestTimeout().toMillis(),
        standard.httpRequestTimeout().toMillis());
    if (tuning.httpAnyOrigin() != standard.httpAnyOrigin()) {
      line(text, HTTP_ANY_ORIGIN, tuning.httpAnyOrigin() ? ON : OFF);
    }
    optional(text, SNAPSHOT_ENTRIES, tuning.snapshotEntries(), standard.snapshotEntries());
    optional(text, SNAPSHOT_LOG_BYTES, tuning.snapshotLogBytes(), standard.snapshotLogBytes());
    optional(
        text,
        SCRUB_INTERVAL,
        tuning.scrubInterval().toSeconds(),
        standard.scrubInterval().toSeconds());
    optional(text, SCRUB_RATE, tuning.scrubBytesPerSecondMax(), standard.scrubBytesPerSecondMax());
    changes(text, tuning, standard);
    optional(text, CORES_PERCENT, tuning.coresPercent(), standard.coresPercent());
    BalancingKeys.write(config.balancing(), (key, value) -> line(text, key, value));
    for (ClusterMap.Node node : config.nodes()) {
      for (ClusterConfig.Service service : ClusterConfig.Service.values()) {
        line(text, service.key(node.id()), service.addressOf(node));
      }
    }
    config.listening().forEach((key, value) -> line(text, key + ClusterConfig.LISTEN, value));
    Files.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void changes(StringBuilder text, Tuning tuning, Tuning standard) {
    optional(
        text,
        CHANGES_TRIM,
        tuning.changesTrimInterval().toSeconds(),
        standard.changesTrimInterval().toSeconds());
    optional(text, CHANGES_WARN, tuning.changesBytesWarn(), standard.changesBytesWarn());
    optional(
        text,
        EXPIRY_INTERVAL,
        tuning.expiryInterval().toSeconds(),
        standard.expiryInterval().toSeconds());
    optional(text, EXPIRY_RATE, tuning.expiryItemsPerSecond(), standard.expiryItemsPerSecond());
  }

  private static void optional(StringBuilder text, String key, long value, long standard) {
    if (value != standard) {
      line(text, key, Long.toString(value));
    }
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append(key).append('=').append(value).append('\n');
  }
}
