package dev.holdfast.node.cli;

import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.node.config.ConfigException;
import dev.holdfast.node.consensus.ReplicaInspection;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.statemachine.rocksdb.TableFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast verify}: reads what nodes have on disk, and says what is damaged. */
@Command(
    name = "verify",
    description = {
      "Reads everything that nodes have on disk here and compares it with its checksums: Raft logs,"
          + " checkpoints, states. Changes nothing. Of a node that is running, only the files that"
          + " do not change any more."
    },
    footer = {"", "Exit codes: 0 all sound, 1 something is damaged or cannot be read, 2 usage."},
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  private static final int EXIT_DAMAGED = 1;
  private static final int KIB = 1 << 10;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private DataOption data;

  @Option(
      names = "--node",
      paramLabel = "ID",
      defaultValue = "",
      description = "Only this one; default all of the cluster's configuration.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String only;

  /** RocksDB's tables. */
  private static final class RocksTables implements ReplicaInspection.Tables {
    @Override
    public boolean isTable(Path file) {
      return TableFiles.isTable(file);
    }

    @Override
    public void verify(Path table) {
      TableFiles.verify(table);
    }

    @Override
    public void verifyAll(Path directory) {
      TableFiles.verifyAll(directory);
    }
  }

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException {
    PrintWriter out = spec.commandLine().getOut();
    ClusterDirectory directory = data.directory();
    ClusterConfig config = directory.config();
    if (!only.isEmpty() && config.nodes().stream().noneMatch(node -> isMeant(node, only))) {
      throw new CommandFailure("there is no node " + only + " in " + directory.root());
    }
    int damageCount = 0;
    for (ClusterMap.Node node : config.nodes()) {
      if (only.isEmpty() || isMeant(node, only)) {
        damageCount += verify(node, directory, config, out);
      }
    }
    out.println(damageCount == 0 ? "nothing is damaged" : damageCount + " damages");
    out.flush();
    return damageCount == 0 ? 0 : EXIT_DAMAGED;
  }

  private static boolean isMeant(ClusterMap.Node node, String name) {
    return node.id().name().equals(name);
  }

  private static int verify(
      ClusterMap.Node node, ClusterDirectory directory, ClusterConfig config, PrintWriter out)
      throws CommandFailure, IOException {
    Path replicas = config.directoryOf(node.id()).resolve("replicas");
    if (!Files.isDirectory(replicas)) {
      throw new CommandFailure(node.id() + " has no data in " + replicas);
    }
    boolean isRunning = directory.process(node.id()).isPresent();
    int[] damageCount = {0};
    ReplicaInspection.inspect(
        replicas,
        isRunning ? ReplicaInspection.Node.RUNNING : ReplicaInspection.Node.STOPPED,
        new RocksTables(),
        found -> {
          out.printf(
              "%s %s %s: %d files, %d KiB: %s%n",
              node.id(),
              isRunning ? "running" : "stopped",
              found.replica(),
              found.fileCount(),
              found.bytes() / KIB,
              found.damages().isEmpty() ? "sound" : "DAMAGED");
          found.damages().forEach(damage -> out.println("  " + damage));
          out.flush();
          damageCount[0] += found.damages().size();
        });
    return damageCount[0];
  }
}
