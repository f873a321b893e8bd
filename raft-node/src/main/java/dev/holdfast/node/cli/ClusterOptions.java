package dev.holdfast.node.cli;

import dev.holdfast.node.config.ConfigException;
import dev.holdfast.node.config.HostPort;
import dev.holdfast.protocol.model.ClusterMap;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name a running cluster: by its directory, or by any of its nodes. */
final class ClusterOptions {
  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private DataOption data;

  @Option(
      names = "--endpoint",
      paramLabel = "HOST:PORT",
      description = "Any node's DynamoDB or admin endpoint, instead of --data.")
  private @Nullable String endpoint;

  /** Where the cluster is on this machine; empty when an endpoint names it. */
  Optional<ClusterDirectory> directory() {
    return endpoint == null ? Optional.of(data.directory()) : Optional.empty();
  }

  /** The status document, from the first node that answers. */
  String status(AdminPages admin)
      throws CommandFailure, ConfigException, IOException, InterruptedException {
    Optional<String> status = admin.status(addresses());
    if (status.isPresent()) {
      return status.get();
    }
    throw new CommandFailure(
        endpoint != null
            ? "no Holdfast node answers at " + endpoint + "; give the HOST:PORT that 'up' printed"
            : "no node of the cluster in "
                + data.directory().root()
                + " answers; start it with './holdfast up --data "
                + data.directory().root()
                + "'");
  }

  private List<String> addresses() throws CommandFailure, ConfigException, IOException {
    if (endpoint == null) {
      return data.directory().config().nodes().stream().map(ClusterMap.Node::adminAddress).toList();
    }
    try {
      String bare = endpoint.replaceFirst("^https?://", "").replaceFirst("/$", "");
      return List.of(HostPort.parse(bare).toString());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("--endpoint: " + e.getMessage());
    }
  }
}
