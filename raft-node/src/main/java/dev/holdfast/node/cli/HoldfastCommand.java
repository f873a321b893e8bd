package dev.holdfast.node.cli;

import dev.holdfast.node.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code holdfast}: the command that the others hang on. Exit codes: 0 done, 1 failed, 2 wrong
 * usage.
 */
@Command(
    name = "holdfast",
    description = "A strongly consistent, replicated store that speaks the DynamoDB API.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "holdfast 0.1.0",
    footer = {
      "",
      "Start here:",
      "  ./holdfast up       three nodes on this machine, endpoint http://127.0.0.1:8000",
      "  ./holdfast status   who leads what",
      "  ./holdfast down     stops them; the data stay",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage."
    })
public final class HoldfastCommand implements Runnable {
  private static final int EXIT_FAILED = 1;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  private HoldfastCommand() {}

  /** The whole command line; {@code node} runs in this process through the runner. */
  public static CommandLine commandLine(NodeRunner runner) {
    CommandLine line = new CommandLine(new HoldfastCommand());
    line.addSubcommand(new UpCommand());
    line.addSubcommand(new DownCommand());
    line.addSubcommand(new NodeCommand(runner));
    line.addSubcommand(new StatusCommand());
    line.addSubcommand(new VerifyCommand());
    line.addSubcommand(new DemoCommand());
    line.addSubcommand(PartitionsCommand.commandLine());
    line.addSubcommand(NodesCommand.commandLine());
    for (ElsewhereCommand command : ElsewhereCommand.all()) {
      line.addSubcommand(command.name(), command.spec());
    }
    line.setExecutionExceptionHandler(HoldfastCommand::report);
    return line;
  }

  private static int report(Exception failure, CommandLine line, CommandLine.ParseResult parsed) {
    PrintWriter err = line.getErr();
    if (failure instanceof CommandFailure || failure instanceof ConfigException) {
      err.println("holdfast: " + failure.getMessage());
    } else if (failure instanceof IOException) {
      err.println("holdfast: " + failure);
    } else {
      err.println("holdfast: this is a bug, please report it:");
      failure.printStackTrace(err);
    }
    err.flush();
    return EXIT_FAILED;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
