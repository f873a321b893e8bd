package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Build;
import dev.holdfast.jepsen.cluster.LocalCluster;
import org.jspecify.annotations.Nullable;

/** Restarts the nodes one after the other with another build, and then back. */
final class Upgrades {
  private final LocalCluster cluster;
  private final Hold hold;
  private final @Nullable Build other;

  Upgrades(LocalCluster cluster, Hold hold, @Nullable Build other) {
    this.cluster = cluster;
    this.hold = hold;
    this.other = other;
  }

  /** Both builds serve side by side meanwhile, each once with a majority. */
  String thereAndBack() {
    if (other == null) {
      throw new AssertionError("there is one build only; give another one with --other-build JAR");
    }
    restartAllWith(other);
    hold.on();
    restartAllWith(Build.packaged());
    return "all nodes ran with " + other.jar() + ", and then with their own build again";
  }

  private void restartAllWith(Build build) {
    cluster.useBuild(build);
    for (int node = 0; node < cluster.size(); node++) {
      cluster.node(node).stop();
      if (cluster.node(node).isAlive()) {
        throw new AssertionError("node " + node + " was to end and is alive");
      }
      cluster.startNode(node);
      if (!cluster.node(node).isStartedWith(build.jar().toString())) {
        throw new AssertionError("node " + node + " does not run with " + build.jar());
      }
      cluster.awaitReady();
      hold.on();
    }
  }
}
