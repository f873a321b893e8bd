package dev.holdfast.node.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.holdfast.node.config.ConfigException;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast nodes}, and {@code nodes list}: who is in the cluster, and with what. */
@Command(
    name = "nodes",
    description = "Lists and steers the nodes of a cluster; without a command it lists them.",
    synopsisSubcommandLabel = "[COMMAND]",
    mixinStandardHelpOptions = true,
    footer = {"", "A node is added by starting it: './holdfast node --join', see its --help."})
final class NodesCommand implements Callable<Integer> {
  private static final JsonFactory FACTORY = new JsonFactory();

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private ClusterOptions cluster;

  @Option(names = "--json", description = "Print JSON: nodes, moves, what lacks replicas.")
  private boolean json;

  private NodesCommand() {}

  /** The command with those below it. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new NodesCommand());
    CommandSpec list = CommandSpec.forAnnotatedObject(new NodesCommand()).name("list");
    list.usageMessage().description("Lists the nodes: state, replicas, leaders, addresses.");
    line.addSubcommand("list", list);
    for (NodeChange change : NodeChange.values()) {
      line.addSubcommand(new NodeChangeCommand(change).commandLine());
    }
    return line;
  }

  /** What an option names; fails in words. */
  static NodeId parseNode(String option, String text) throws CommandFailure {
    try {
      return new NodeId(text);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(option + ": " + e.getMessage());
    }
  }

  /**
   * A node of the cluster.
   *
   * @param held the partitions it is a member of, the meta group included
   */
  private record Row(ClusterMap.Node node, @Nullable NodeStatus status, List<PartitionId> held) {
    String state() {
      return status == null ? "down" : status.ready() ? "ready" : "starting";
    }

    long leaders() {
      return status == null
          ? 0
          : status.replicas().stream()
              .filter(replica -> replica.role() == NodeStatus.Role.LEADER)
              .count();
    }
  }

  /** A partition with fewer live replicas than it is to have. */
  private record Lack(PartitionId partition, long live) {}

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    AdminPages admin = new AdminPages(PartitionsCommand.PAGE_TIMEOUT);
    try (ClusterLink link = ClusterLink.open(cluster, admin)) {
      Membership membership = link.membership(Level.EVENTUAL);
      ClusterView view = link.view(Level.EVENTUAL);
      out.print(json ? json(view, membership) : table(view, membership));
    }
    out.flush();
    return 0;
  }

  private static List<Row> rows(ClusterView view, Membership membership) {
    return view.map().nodes().stream()
        .map(
            node ->
                new Row(
                    node,
                    view.answers().get(node.id()),
                    partitions(view, membership)
                        .filter(each -> each.replicas().contains(node.id()))
                        .map(ClusterMap.Partition::id)
                        .toList()))
        .toList();
  }

  private static Stream<ClusterMap.Partition> partitions(ClusterView view, Membership membership) {
    return Stream.concat(Stream.of(membership.meta()), view.map().partitions().stream());
  }

  private static List<Lack> lacks(ClusterView view, Membership membership) {
    List<Lack> lacks = new ArrayList<>();
    partitions(view, membership)
        .forEach(
            partition -> {
              long live = partition.replicas().stream().filter(view.answers()::containsKey).count();
              if (live < membership.replicaCount()) {
                lacks.add(new Lack(partition.id(), live));
              }
            });
    return lacks;
  }

  private static String table(ClusterView view, Membership membership) {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("NODE", "STATE", "STANDING", "REPLICAS", "LEADERS", "HTTP", "NATIVE"));
    for (Row row : rows(view, membership)) {
      table.add(
          List.of(
              row.node().id().name(),
              row.state(),
              standing(row.node()),
              Integer.toString(row.held().size()),
              Long.toString(row.leaders()),
              row.node().httpAddress(),
              row.node().rpcAddress()));
    }
    StringBuilder text = new StringBuilder(TextTable.render(table));
    for (MoveOperation move : membership.moves()) {
      text.append("in progress: ").append(move).append('\n');
    }
    for (Lack lack : lacks(view, membership)) {
      text.append("under-replicated: ").append(lack.partition()).append(", ").append(lack.live());
      text.append(" of ").append(membership.replicaCount()).append(" replicas live\n");
    }
    return text.toString();
  }

  private static String standing(ClusterMap.Node node) {
    return node.standing().name().toLowerCase(Locale.ROOT);
  }

  private static String json(ClusterView view, Membership membership) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeNumberField("replicaCount", membership.replicaCount());
      json.writeArrayFieldStart("nodes");
      for (Row row : rows(view, membership)) {
        json.writeStartObject();
        json.writeStringField("id", row.node().id().name());
        json.writeStringField("state", row.state());
        json.writeStringField("standing", standing(row.node()));
        json.writeArrayFieldStart("replicas");
        for (PartitionId id : row.held()) {
          json.writeString(id.toString());
        }
        json.writeEndArray();
        json.writeNumberField("leaders", row.leaders());
        json.writeStringField("http", row.node().httpAddress());
        json.writeStringField("rpc", row.node().rpcAddress());
        json.writeStringField("admin", row.node().adminAddress());
        json.writeEndObject();
      }
      json.writeEndArray();
      writeMoves(json, membership);
      json.writeArrayFieldStart("underReplicated");
      for (Lack lack : lacks(view, membership)) {
        json.writeStartObject();
        json.writeStringField("partition", lack.partition().toString());
        json.writeNumberField("live", lack.live());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.append('\n').toString();
  }

  private static void writeMoves(JsonGenerator json, Membership membership) throws IOException {
    json.writeArrayFieldStart("moves");
    for (MoveOperation move : membership.moves()) {
      NodeId add = move.add();
      NodeId remove = move.remove();
      json.writeStartObject();
      json.writeStringField("partition", move.before().id().toString());
      json.writeNumberField("epoch", move.before().epoch());
      json.writeStringField("add", add == null ? null : add.name());
      json.writeStringField("remove", remove == null ? null : remove.name());
      json.writeBooleanField("givenUp", move.givenUp());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
