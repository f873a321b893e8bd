package dev.holdfast.node.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that the design names and this version lacks: says so, whatever its arguments. */
@Command(mixinStandardHelpOptions = true)
final class UnbuiltCommand implements Callable<Integer> {
  private final String name;
  private final String purpose;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(arity = "0..*", hidden = true)
  @SuppressWarnings("UnusedVariable") // whatever they are
  private List<String> arguments = List.of();

  private UnbuiltCommand(String name, String purpose) {
    this.name = name;
    this.purpose = purpose;
  }

  static List<UnbuiltCommand> all() {
    return List.of(new UnbuiltCommand("jepsen", "Checks correctness under faults"));
  }

  String name() {
    return name;
  }

  CommandSpec spec() {
    CommandSpec made = CommandSpec.forAnnotatedObject(this).name(name);
    made.usageMessage().description(purpose + ". Not built yet in this version.");
    made.parser().unmatchedOptionsArePositionalParams(true);
    return made;
  }

  @Override
  public Integer call() throws CommandFailure {
    throw new CommandFailure(
        "'"
            + spec.qualifiedName()
            + "' is not built yet in this version; './holdfast --help' lists the commands");
  }
}
