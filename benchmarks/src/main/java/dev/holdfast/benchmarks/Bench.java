package dev.holdfast.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./holdfast bench}: loads a running cluster, or compares it with its peers. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Loads a running cluster and measures it.",
    subcommands = {
      RunCommand.class,
      CompareCommand.class,
      TransactionsCommand.class,
      HotTableCommand.class,
      AllocationsCommand.class
    })
public final class Bench implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  Bench() {}

  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new Bench());
    line.setCommandName("holdfast bench");
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println("bench: " + failure.getMessage());
          return 1;
        });
    System.exit(line.execute(arguments));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: run, compare, transactions, hot-table or allocations");
  }
}
