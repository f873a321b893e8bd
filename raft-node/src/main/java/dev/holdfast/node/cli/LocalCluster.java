package dev.holdfast.node.cli;

import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The node processes of {@code up}, from start to ready, and to their end when not detached. */
final class LocalCluster {
  static final String MAIN_CLASS = "dev.holdfast.node.Main";
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(2);
  private static final int LOG_LINES_SHOWN = 8;

  private final ClusterDirectory directory;
  private final ClusterConfig config;
  private final Set<String> running;
  private final PrintWriter out;
  private final AdminPages admin = new AdminPages(PAGE_TIMEOUT);
  private final SortedMap<String, Process> processes = new TreeMap<>();

  /**
   * @param running the nodes that run already and are neither started nor stopped here
   */
  LocalCluster(
      ClusterDirectory directory, ClusterConfig config, Set<String> running, PrintWriter out) {
    this.directory = directory;
    this.config = config;
    this.running = Set.copyOf(running);
    this.out = out;
  }

  /** Returns once ready; the nodes go on without this process. */
  void startDetached(int timeoutSeconds) throws CommandFailure, IOException, InterruptedException {
    startAndAwait(null, timeoutSeconds);
  }

  /** Returns when every node has ended; stops them all when this process is told to end. */
  @SuppressWarnings("FutureReturnValueIgnored") // the report is all there is to do
  void runUntilStopped(int timeoutSeconds)
      throws CommandFailure, IOException, InterruptedException {
    Thread stopper = new Thread(this::stopOnExit, "stop-nodes");
    Runtime.getRuntime().addShutdownHook(stopper);
    startAndAwait(ProcessHandle.current().pid(), timeoutSeconds);
    out.println(
        "Ctrl-C stops "
            + (running.isEmpty() ? "all nodes" : String.join(", ", processes.keySet())));
    out.flush();
    for (Map.Entry<String, Process> node : processes.entrySet()) {
      node.getValue().onExit().thenAccept(ended -> reportEnd(node.getKey(), ended.exitValue()));
    }
    for (Process process : processes.values()) {
      process.waitFor();
    }
    out.println(String.join(", ", processes.keySet()) + " stopped");
    out.flush();
  }

  private void reportEnd(String node, int exitCode) {
    out.println(
        node
            + " ended with exit code "
            + exitCode
            + (exitCode == 0 ? "" : "; see " + directory.logFile(new NodeId(node))));
    out.flush();
  }

  private void stopOnExit() {
    try {
      Stopping.stop(handles(), out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the virtual machine is going down anyway
    }
  }

  private synchronized SortedMap<String, ProcessHandle> handles() {
    SortedMap<String, ProcessHandle> handles = new TreeMap<>();
    processes.forEach((node, process) -> handles.put(node, process.toHandle()));
    return handles;
  }

  private synchronized void start(@Nullable Long parentPid) throws IOException {
    NodeProcesses launcher = new NodeProcesses(directory, MAIN_CLASS);
    for (ClusterMap.Node node : config.nodes()) {
      if (!running.contains(node.id().name())) {
        processes.put(node.id().name(), launcher.start(node.id(), parentPid));
      }
    }
  }

  private void startAndAwait(@Nullable Long parentPid, int timeoutSeconds)
      throws CommandFailure, IOException, InterruptedException {
    start(parentPid);
    try {
      awaitReady(timeoutSeconds);
    } catch (CommandFailure | IOException | InterruptedException e) {
      Stopping.stop(handles(), out);
      throw e;
    }
    for (ClusterMap.Node node : config.nodes()) {
      out.println(node.id() + "  http://" + node.httpAddress());
    }
    out.println("ready");
    out.flush();
  }

  private void awaitReady(int timeoutSeconds)
      throws CommandFailure, IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
    Progress progress = new Progress(out);
    int readyCount = 0;
    while (readyCount < config.nodes().size()) {
      requireAlive();
      ClusterMap.Node node = config.nodes().get(readyCount);
      Optional<AdminPages.Page> page = admin.get(node.adminAddress(), "/health/ready");
      if (page.isPresent() && page.get().isOk()) {
        readyCount++;
        continue;
      }
      if (System.nanoTime() - deadline > 0) {
        progress.clear();
        throw new CommandFailure(
            "node "
                + node.id()
                + " was not ready within "
                + timeoutSeconds
                + " s"
                + page.map(answer -> ": " + answer.body().trim()).orElse("")
                + "; see "
                + directory.logFile(node.id())
                + ", or wait longer with --timeout");
      }
      progress.show("waiting for " + node.id() + " …");
      Thread.sleep(POLL.toMillis());
    }
    progress.clear();
  }

  private void requireAlive() throws CommandFailure, IOException {
    for (Map.Entry<String, Process> node : processes.entrySet()) {
      if (!node.getValue().isAlive()) {
        Path log = directory.logFile(new NodeId(node.getKey()));
        throw new CommandFailure(
            "node "
                + node.getKey()
                + " ended with exit code "
                + node.getValue().exitValue()
                + " before it was ready; the end of "
                + log
                + ":\n"
                + tail(log)
                + tail(log.resolveSibling("node.out")));
      }
    }
  }

  private static String tail(Path file) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    StringBuilder text = new StringBuilder();
    lines
        .subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size())
        .forEach(line -> text.append("  ").append(line).append('\n'));
    return text.toString();
  }
}
