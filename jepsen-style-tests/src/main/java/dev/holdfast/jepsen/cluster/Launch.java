package dev.holdfast.jepsen.cluster;

import java.util.ArrayList;
import java.util.List;

/**
 * How the nodes of a cluster are started, beyond what all are.
 *
 * @param agent what the Java agent of {@code jepsen.agent} is told; there is none when it is told
 *     nothing
 * @param configuration lines of the cluster's file
 * @param compilers which of the JVM's turn the nodes' code into the machine's
 */
public record Launch(List<String> agent, List<String> configuration, Compilers compilers) {
  /** Nothing but what all have. */
  public static final Launch PLAIN = new Launch(List.of(), List.of(), Compilers.FIRST);

  /** Compilers of HotSpot. */
  public enum Compilers {
    /** The quick one. Of a node that lives for a minute the other takes half the processor. */
    FIRST,
    /** As in production. */
    BOTH
  }

  /** In what the agent is told: the path of a file for each node, but for its ending. */
  static final String FILE_OF_NODE = "{node}";

  private static final String CLOCKS = "clock=" + FILE_OF_NODE + ClockFile.ENDING;
  private static final String FLUSHES = "flush=" + FILE_OF_NODE + FlushFile.ENDING;

  public Launch {
    agent = List.copyOf(agent);
    configuration = List.copyOf(configuration);
  }

  /** With nodes that make this mistake. */
  public Launch withMistake(String name) {
    return told("mistake=" + name);
  }

  /** With clocks that can be steered. */
  public Launch withClocks() {
    return agent.contains(CLOCKS) ? this : told(CLOCKS);
  }

  /** With flushes of Raft logs that can be held. */
  public Launch withFlushes() {
    return agent.contains(FLUSHES) ? this : told(FLUSHES);
  }

  /** With more lines in the cluster's file. */
  public Launch with(List<String> lines) {
    return new Launch(agent, lines, compilers);
  }

  /** With code that is compiled as in production. */
  public Launch withBothCompilers() {
    return new Launch(agent, configuration, Compilers.BOTH);
  }

  private Launch told(String more) {
    List<String> all = new ArrayList<>(agent);
    all.add(more);
    return new Launch(all, configuration, compilers);
  }
}
