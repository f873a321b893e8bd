package dev.holdfast.node.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code holdfast bench}, for the list of commands only: the launcher sends it to the benchmarks
 * module, whose libraries a node does not carry.
 */
@Command(
    name = "bench",
    description = "Loads a running cluster and measures it, or compares it with others.",
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  @Parameters(arity = "0..*", hidden = true)
  private List<String> arguments = List.of();

  @Override
  public Integer call() throws CommandFailure {
    throw new CommandFailure(
        "the load generator is not part of the node; run './holdfast bench "
            + String.join(" ", arguments)
            + "' in the repository");
  }
}
