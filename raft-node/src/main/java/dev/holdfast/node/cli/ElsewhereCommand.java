package dev.holdfast.node.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/**
 * A command for the list of commands only: the launcher sends it to a module of its own, whose
 * libraries a node does not carry.
 */
@Command(mixinStandardHelpOptions = true)
final class ElsewhereCommand implements Callable<Integer> {
  private final String name;
  private final String description;

  @Parameters(arity = "0..*", hidden = true)
  private List<String> arguments = List.of();

  private ElsewhereCommand(String name, String description) {
    this.name = name;
    this.description = description;
  }

  static List<ElsewhereCommand> all() {
    return List.of(
        new ElsewhereCommand(
            "bench", "Loads a running cluster and measures it, or compares it with others."),
        new ElsewhereCommand(
            "jepsen", "Checks correctness under faults, on a cluster of its own."));
  }

  String name() {
    return name;
  }

  CommandSpec spec() {
    CommandSpec made = CommandSpec.forAnnotatedObject(this).name(name);
    made.usageMessage().description(description);
    made.parser().unmatchedOptionsArePositionalParams(true);
    return made;
  }

  @Override
  public Integer call() throws CommandFailure {
    throw new CommandFailure(
        "this is not part of the node; run './holdfast "
            + name
            + " "
            + String.join(" ", arguments)
            + "' in the repository");
  }
}
