package dev.holdfast.jepsen;

import dev.holdfast.jepsen.nemesis.Fault;
import dev.holdfast.jepsen.run.Experiments;
import dev.holdfast.jepsen.run.FaultGroups;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./holdfast jepsen list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists workloads, faults and groups of faults.")
final class ListCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter console = spec.commandLine().getOut();
    console.println("workloads");
    Experiments.all().forEach(each -> console.printf("  %-22s %s%n", each.name(), each.promise()));
    console.println("groups of faults");
    FaultGroups.all()
        .forEach(
            (name, kinds) ->
                console.printf(
                    "  %-22s %s%n",
                    name, String.join(", ", kinds.stream().map(Fault.Kind::text).toList())));
    return 0;
  }
}
