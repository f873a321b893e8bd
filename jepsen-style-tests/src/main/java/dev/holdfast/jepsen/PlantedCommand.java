package dev.holdfast.jepsen;

import dev.holdfast.jepsen.planted.Catch;
import dev.holdfast.jepsen.planted.CatchTable;
import dev.holdfast.jepsen.planted.Control;
import dev.holdfast.jepsen.planted.Hunt;
import dev.holdfast.jepsen.planted.PlantedBug;
import dev.holdfast.jepsen.planted.PlantedBugs;
import dev.holdfast.jepsen.run.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./holdfast jepsen planted NAME…|all}: can these tests find mistakes at all? */
@Command(
    name = "planted",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Plants mistakes in the nodes of test clusters, one at a time, and runs what must find them.",
      "Without a name: says which there are."
    },
    footer = {
      "",
      "Exit codes: 0 all were found, 1 one was not,",
      "3 the test failed, or a control was not as it should be."
    })
final class PlantedCommand implements Callable<Integer> {
  private static final String ALL = "all";

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "NAME", description = "Mistakes, or 'all'.")
  private List<String> names = List.of();

  @Option(
      names = "--control",
      description = "Runs the same without the mistakes: nothing may be found then.")
  private boolean control;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where runs and table go; default ${DEFAULT-VALUE}.")
  private Path out = Path.of("jepsen-runs", "planted");

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter console = spec.commandLine().getOut();
    if (names.isEmpty()) {
      PlantedBugs.all()
          .forEach(bug -> console.printf("  %-30s %s%n", bug.name(), bug.mistake().wrong()));
      return Report.VALID;
    }
    List<PlantedBug> bugs = bugs();
    Hunt hunt = new Hunt(out, line -> say(console, "  " + line));
    return control ? control(bugs, hunt, console) : hunt(bugs, hunt, console);
  }

  private List<PlantedBug> bugs() {
    if (names.equals(List.of(ALL))) {
      return PlantedBugs.all();
    }
    return names.stream()
        .map(
            name ->
                PlantedBugs.named(name)
                    .orElseThrow(
                        () ->
                            new ParameterException(
                                spec.commandLine(), "no planted mistake '" + name + "'")))
        .toList();
  }

  private int hunt(List<PlantedBug> bugs, Hunt hunt, PrintWriter console)
      throws IOException, InterruptedException {
    List<Catch> catches = new ArrayList<>();
    for (PlantedBug bug : bugs) {
      Catch caught = hunt.hunt(bug);
      say(console, caught.inWords());
      catches.add(caught);
      Files.writeString(out.resolve("planted.md"), CatchTable.markdown(catches));
    }
    return catches.stream().allMatch(Catch::isCaught) ? Report.VALID : Report.ANOMALY;
  }

  private int control(List<PlantedBug> bugs, Hunt hunt, PrintWriter console)
      throws IOException, InterruptedException {
    boolean isSound = true;
    for (PlantedBug bug : bugs) {
      Control without = hunt.control(bug);
      say(console, without.inWords());
      isSound &= without.isSound();
    }
    return isSound ? Report.VALID : Report.FAILED;
  }

  private static void say(PrintWriter console, String line) {
    console.println(line);
    console.flush();
  }
}
