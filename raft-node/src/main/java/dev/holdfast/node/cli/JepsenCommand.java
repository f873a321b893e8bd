package dev.holdfast.node.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code holdfast jepsen}, for the list of commands only: the launcher sends it to the module of
 * the correctness tests, which starts nodes as processes.
 */
@Command(
    name = "jepsen",
    description = "Checks correctness under faults, on a cluster of its own.",
    mixinStandardHelpOptions = true)
final class JepsenCommand implements Callable<Integer> {
  @Parameters(arity = "0..*", hidden = true)
  private List<String> arguments = List.of();

  @Override
  public Integer call() throws CommandFailure {
    throw new CommandFailure(
        "the correctness tests are not part of the node; run './holdfast jepsen "
            + String.join(" ", arguments)
            + "' in the repository");
  }
}
