package dev.holdfast.node.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** A command that the design names and this version lacks: says so, whatever its arguments. */
@Command(mixinStandardHelpOptions = true)
final class UnbuiltCommand implements Callable<Integer> {
  private final String name;
  private final String purpose;

  @Parameters(arity = "0..*", hidden = true)
  private List<String> arguments = List.of();

  private UnbuiltCommand(String name, String purpose) {
    this.name = name;
    this.purpose = purpose;
  }

  static List<UnbuiltCommand> all() {
    return List.of(
        new UnbuiltCommand("partitions", "Splits, merges, moves partitions by hand"),
        new UnbuiltCommand("jepsen", "Checks correctness under faults"));
  }

  String name() {
    return name;
  }

  CommandSpec spec() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(this).name(name);
    spec.usageMessage().description(purpose + ". Not built yet in this version.");
    spec.parser().unmatchedOptionsArePositionalParams(true);
    return spec;
  }

  @Override
  public Integer call() throws CommandFailure {
    throw new CommandFailure(
        "'"
            + name
            + (arguments.isEmpty() ? "" : " " + arguments.get(0))
            + "' is not built yet in this version; './holdfast --help' lists the commands");
  }
}
