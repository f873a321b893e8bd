package dev.holdfast.jepsen.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A build of the server: its jar, with its libraries in {@code lib} beside it, and the class
 * archive that goes with them if there is one.
 */
public record Build(Path jar) {
  private static final String JAR = "holdfast-raft-node.jar";

  /**
   * Of this repository.
   *
   * @throws IllegalStateException when it is not packaged
   */
  public static Build packaged() {
    Path here = Path.of(System.getProperty("holdfast.home", "")).toAbsolutePath();
    while (here != null && !Files.isDirectory(here.resolve("raft-node/target/lib"))) {
      here = here.getParent();
    }
    if (here == null) {
      throw new IllegalStateException("raft-node is not packaged; run: mvn verify");
    }
    return new Build(here.resolve("raft-node/target").resolve(JAR));
  }

  public boolean isComplete() {
    return Files.isRegularFile(jar) && Files.isDirectory(jar.resolveSibling("lib"));
  }

  /** The server's class path and main class. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    Path archive = jar.resolveSibling("holdfast-node.jsa");
    if (Files.exists(archive)) {
      arguments.add("-XX:SharedArchiveFile=" + archive);
    }
    String classPath = jar + ":" + jar.resolveSibling("lib") + "/*";
    arguments.addAll(List.of("-cp", classPath, "dev.holdfast.node.Main"));
    return arguments;
  }
}
