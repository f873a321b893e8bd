package dev.holdfast.jepsen.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics of a running node beside the table that documents them. */
final class MetricsPage {
  private static final String PREFIX = "holdfast_";
  private static final Pattern NAME = Pattern.compile("`([a-z_*]+)`");

  private MetricsPage() {}

  /** Fails when a metric is served and not documented, or documented and served by no node. */
  static void assertDocumented(List<Integer> adminPorts, Path document)
      throws IOException, InterruptedException {
    Set<String> served = new TreeSet<>();
    for (int adminPort : adminPorts) {
      served.addAll(served(adminPort));
    }
    Set<String> documented = new TreeSet<>();
    for (String row : Files.readAllLines(document)) {
      if (row.startsWith("| `")) {
        Matcher names = NAME.matcher(row.split("\\|")[1]);
        while (names.find()) {
          documented.add(names.group(1));
        }
      }
    }
    for (String name : documented) {
      assertThat(served).as("served: %s", name).anyMatch(each -> matches(each, name));
    }
    for (String name : served) {
      assertThat(documented).as("documented: %s", name).anyMatch(each -> matches(name, each));
    }
  }

  private static boolean matches(String name, String pattern) {
    return pattern.endsWith("*")
        ? name.startsWith(pattern.substring(0, pattern.length() - 1))
        : name.equals(pattern);
  }

  private static Set<String> served(int adminPort) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + adminPort + "/metrics");
    List<String> lines =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines())
            .body()
            .toList();
    Set<String> names = new TreeSet<>();
    for (String line : lines) {
      if (line.startsWith("# TYPE ")) {
        assertThat(line).startsWith("# TYPE " + PREFIX);
        names.add(line.split(" ")[2].substring(PREFIX.length()));
      }
    }
    return names;
  }
}
