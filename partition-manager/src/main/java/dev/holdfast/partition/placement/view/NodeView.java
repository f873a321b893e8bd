package dev.holdfast.partition.placement.view;

import dev.holdfast.protocol.model.NodeId;

/**
 * A node as the controller last saw it.
 *
 * @param cores processors it may use, the measure of how much it can carry; above zero
 * @param cpuShare how much of its processors is busy, from 0 to 1
 * @param pace whether its disk or processor holds up the partitions it leads; whoever judges this
 *     must not change its mind with every measurement
 */
public record NodeView(NodeId id, State state, double cores, double cpuShare, Pace pace) {
  /** Whether a node serves, and since when it does not. Times are micros of the view's clock. */
  public sealed interface State {}

  /** It reports. */
  public record Live() implements State {}

  /** It has not reported since. */
  public record Dead(long sinceMicros) implements State {}

  /** It serves, but an operator asked, at that time, for it to be emptied. */
  public record Decommissioning(long sinceMicros) implements State {}

  /** How fast a node serves, compared with what is expected of one. */
  public enum Pace {
    FINE,
    SLOW
  }

  public NodeView {
    if (!(cores > 0) || cores == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(id + " has " + cores + " cores");
    }
    if (!(cpuShare >= 0 && cpuShare <= 1)) {
      throw new IllegalArgumentException(id + " uses a share of " + cpuShare + " of its cores");
    }
  }
}
