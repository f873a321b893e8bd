package dev.holdfast.node.cli;

import dev.holdfast.protocol.model.NodeId;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts node processes: this Java, this class path, a heap of 512 MB, output to the node's log.
 *
 * <p>They get a session of their own, so that Ctrl-C in the terminal reaches only {@code up}, which
 * then stops them in order, and inherit no pipe, so that a detached start lets go of the terminal.
 */
final class NodeProcesses {
  /** More options for the nodes' JVMs, such as a profiler's, separated by blanks. */
  private static final String EXTRA_OPTIONS_VARIABLE = "HOLDFAST_NODE_JAVA_OPTS";

  /** Beside the first entry of the class path; the JVM ignores one that is unfit. */
  private static final String CLASS_ARCHIVE = "holdfast-node.jsa";

  private static final List<String> OPTIONS =
      List.of(
          "-Xms128m",
          "-Xmx512m",
          "-XX:+UseG1GC",
          "-XX:MaxDirectMemorySize=1g",
          "-XX:+ExitOnOutOfMemoryError",
          "-Dlogback.configurationFile=logback-node.xml");

  private final ClusterDirectory directory;
  private final String mainClass;

  NodeProcesses(ClusterDirectory directory, String mainClass) {
    this.directory = directory;
    this.mainClass = mainClass;
  }

  /**
   * @param parentPid the node stops when this process is gone; null: it stands alone
   */
  Process start(NodeId node, @Nullable Long parentPid) throws IOException {
    Path log = directory.logFile(node);
    Path home = log.resolveSibling(".").normalize();
    Files.createDirectories(home);
    List<String> command = new ArrayList<>(ownSession());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    String classPath = System.getProperty("java.class.path");
    Path first = Path.of(classPath.split(File.pathSeparator, 2)[0]);
    Path archive = first.resolveSibling(CLASS_ARCHIVE);
    if (Files.exists(archive)) { // of one that is absent the JVM would not fall back to its own
      command.add("-XX:SharedArchiveFile=" + archive);
    }
    command.add("-Dholdfast.log.file=" + log);
    String extra = System.getenv(EXTRA_OPTIONS_VARIABLE);
    if (extra != null && !extra.isBlank()) {
      command.addAll(List.of(extra.trim().split("\\s+")));
    }
    command.addAll(List.of("-cp", classPath, mainClass, "node"));
    command.addAll(List.of("--id", node.name(), "--config", directory.configFile().toString()));
    if (parentPid != null) {
      command.addAll(List.of("--parent", Long.toString(parentPid)));
    }
    // What the JVM itself prints when it dies; the log proper is rolled by the node.
    File output = home.resolve("node.out").toFile();
    return new ProcessBuilder(command)
        .directory(home.toFile())
        .redirectInput(Redirect.from(new File("/dev/null")))
        .redirectErrorStream(true)
        .redirectOutput(Redirect.to(output))
        .start();
  }

  private static List<String> ownSession() {
    for (String setsid : List.of("/usr/bin/setsid", "/bin/setsid")) {
      if (Files.isExecutable(Path.of(setsid))) {
        return List.of(setsid);
      }
    }
    // Not Linux: at least the terminal's signals pass them by, which exec leaves in force.
    return List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "holdfast-node");
  }
}
