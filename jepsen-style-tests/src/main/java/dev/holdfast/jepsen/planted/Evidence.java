package dev.holdfast.jepsen.planted;

import dev.holdfast.jepsen.agent.NodeAgent;
import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.run.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one run with a planted mistake has left behind.
 *
 * <ul>
 *   <li>Nothing counts unless a node has come to each of the rewritten methods; but a cluster that
 *       never began, because a node refused, has left no logs.
 *   <li>A run that merely failed has found nothing: either the checker speaks, or a node says the
 *       words that the mistake is known to end in.
 * </ul>
 *
 * @param lines all that the nodes wrote, and what the run says of a cluster that never began
 */
record Evidence(PlantedBug bug, Verdict verdict, @Nullable String problem, List<String> lines) {
  private static final String STORE = "the store itself";
  private static final int WORDS_MAX = 200;

  Evidence {
    lines = List.copyOf(lines);
  }

  /**
   * Of a run that has been kept.
   *
   * @throws IllegalStateException when the mistake was not made as it is meant to be
   */
  static Evidence of(PlantedBug bug, Report report) throws IOException {
    List<String> lines = new ArrayList<>();
    Path nodes = report.options().directory().resolve("nodes");
    if (Files.isDirectory(nodes)) {
      try (Stream<Path> files = Files.list(nodes)) {
        for (Path file : files.sorted().toList()) {
          lines.addAll(Files.readAllLines(file));
        }
      }
    }
    String problem = report.problem();
    if (problem != null) {
      lines.addAll(problem.lines().toList());
    }
    Evidence evidence = new Evidence(bug, report.verdict(), problem, lines);
    evidence.requirePlanted();
    return evidence;
  }

  private void requirePlanted() {
    for (String line : lines) {
      if (line.contains(NodeAgent.FAILED)) {
        throw new IllegalStateException(bug.name() + " is not planted: " + line);
      }
    }
  }

  /** Who found the mistake; null when nobody did. */
  @Nullable String by() {
    String net = bug.net();
    if (net != null && problem != null && problem.contains(net)) {
      return STORE;
    }
    if (!isMet()) {
      return null;
    }
    if (verdict.kind() == Verdict.Kind.INVALID) {
      return "checker of `" + bug.experiment().name() + "`";
    }
    return netLine() == null ? null : STORE;
  }

  /** Whether some node has come to each of the rewritten methods. */
  private boolean isMet() {
    return bug.mistake().grafts().stream()
        .map(graft -> NodeAgent.MET + graft.place())
        .allMatch(words -> lines.stream().anyMatch(line -> line.endsWith(words)));
  }

  private @Nullable String netLine() {
    String net = bug.net();
    return net == null
        ? null
        : lines.stream().filter(line -> line.contains(net)).findFirst().orElse(null);
  }

  /** On a line. */
  String words() {
    String net = netLine();
    String words =
        verdict.kind() == Verdict.Kind.INVALID || net == null
            ? verdict.kind() + " " + verdict.explanation() + (problem == null ? "" : "; " + problem)
            : net;
    String line = (isMet() ? "" : "not met: ") + words.lines().findFirst().orElse("");
    return line.length() > WORDS_MAX ? line.substring(0, WORDS_MAX) + "…" : line;
  }
}
