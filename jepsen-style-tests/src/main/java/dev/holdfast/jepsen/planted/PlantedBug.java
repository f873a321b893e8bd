package dev.holdfast.jepsen.planted;

import dev.holdfast.jepsen.agent.Mistake;
import dev.holdfast.jepsen.agent.Mistakes;
import dev.holdfast.jepsen.nemesis.Fault;
import dev.holdfast.jepsen.run.Experiment;
import dev.holdfast.jepsen.run.Experiments;
import dev.holdfast.jepsen.run.FaultGroups;
import dev.holdfast.jepsen.run.RunOptions.Api;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mistake, and what is to find it.
 *
 * @param length of one run
 * @param budget within which some run, one seed after the other, must find it
 * @param net what a node says when the store finds it by itself; null when only clients can
 * @param configuration lines of the cluster's file
 * @param unreachable what the fault fails with where the mistake is not made, if it cannot come
 *     about then; otherwise null
 */
public record PlantedBug(
    Mistake mistake,
    Experiment<?> experiment,
    List<Fault.Kind> faults,
    Api api,
    Duration length,
    Duration budget,
    @Nullable String net,
    List<String> configuration,
    @Nullable String unreachable) {
  private static final int NODES = 3;
  private static final Duration BUDGET = Duration.ofMinutes(3);

  public PlantedBug {
    faults = List.copyOf(faults);
    configuration = List.copyOf(configuration);
  }

  /** Through both APIs, for three minutes at most. */
  static PlantedBug of(String mistake, String workload, int seconds, String... nemesis) {
    return new PlantedBug(
        Mistakes.named(mistake).orElseThrow(() -> new IllegalStateException(mistake)),
        Experiments.named(workload).orElseThrow(() -> new IllegalStateException(workload)),
        FaultGroups.named(List.of(nemesis), NODES),
        Api.BOTH,
        Duration.ofSeconds(seconds),
        BUDGET,
        null,
        List.of(),
        null);
  }

  PlantedBug through(Api only) {
    return new PlantedBug(
        mistake, experiment, faults, only, length, budget, net, configuration, unreachable);
  }

  /** For what a run meets by chance only. */
  PlantedBug within(Duration other) {
    return new PlantedBug(
        mistake, experiment, faults, api, length, other, net, configuration, unreachable);
  }

  /** Also found when a node says this. */
  PlantedBug orByStore(String words) {
    return new PlantedBug(
        mistake, experiment, faults, api, length, budget, words, configuration, unreachable);
  }

  PlantedBug with(String... lines) {
    return new PlantedBug(
        mistake, experiment, faults, api, length, budget, net, List.of(lines), unreachable);
  }

  /** Without the mistake the fault fails with these words. */
  PlantedBug unreachableWithout(String words) {
    return new PlantedBug(
        mistake, experiment, faults, api, length, budget, net, configuration, words);
  }

  public String name() {
    return mistake.name();
  }

  /** What is done to the nodes meanwhile. */
  public String nemesis() {
    return faults.isEmpty()
        ? "none"
        : String.join(", ", faults.stream().map(Fault.Kind::text).toList());
  }
}
