package dev.holdfast.jepsen.planted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.agent.Graft;
import dev.holdfast.jepsen.agent.HeldFlush;
import dev.holdfast.jepsen.agent.Mistake;
import dev.holdfast.jepsen.agent.Mistakes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;
import org.junit.jupiter.api.Test;

/** The list of planted mistakes, and the node without them. */
class PlantedBugsTest {
  private static final Path TARGET = Path.of("../raft-node/target");
  private static final int MISTAKES_MIN = 12;

  /** What a node is started from; of other modules' classes before they are packaged, as well. */
  private static List<Path> jars() throws IOException {
    List<Path> jars = new ArrayList<>();
    jars.add(TARGET.resolve("holdfast-raft-node.jar"));
    try (Stream<Path> libraries = Files.list(TARGET.resolve("lib"))) {
      libraries.filter(file -> file.toString().endsWith(".jar")).forEach(jars::add);
    }
    return jars;
  }

  @Test
  void everyMistakeIsLookedForOnce() {
    List<String> names = Mistakes.all().stream().map(Mistake::name).toList();

    assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(MISTAKES_MIN);
    assertThat(PlantedBugs.all())
        .extracting(PlantedBug::name)
        .containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void everyMethodThatIsRewrittenIsInTheNode() throws IOException {
    List<ClassFileLocator> locators = new ArrayList<>();
    for (Path jar : jars()) {
      locators.add(ClassFileLocator.ForJarFile.of(jar.toFile()));
    }
    List<String> missing = new ArrayList<>();
    try (ClassFileLocator node = new ClassFileLocator.Compound(locators)) {
      TypePool types = TypePool.Default.of(node);
      for (Graft graft : grafts()) {
        TypePool.Resolution type = types.describe(graft.type());
        if (!type.isResolved() || methods(type, graft).size() != 1) {
          missing.add(graft.place());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  /** Of mistakes, and of what else the agent does. */
  private static List<Graft> grafts() {
    List<Graft> all = new ArrayList<>(HeldFlush.grafts());
    Mistakes.all().forEach(mistake -> all.addAll(mistake.grafts()));
    return all;
  }

  private static List<? extends MethodDescription> methods(TypePool.Resolution type, Graft graft) {
    return type.resolve()
        .getDeclaredMethods()
        .filter(
            ElementMatchers.<MethodDescription>named(graft.method())
                .and(ElementMatchers.takesArguments(graft.parameterCount()))
                .and(ElementMatchers.not(ElementMatchers.isBridge())));
  }

  @Test
  void whatIsShippedHoldsNoAgentAndNoSwitch() throws IOException {
    List<String> foreign = new ArrayList<>();
    for (Path path : jars()) {
      try (JarFile jar = new JarFile(path.toFile())) {
        if (jar.getManifest() != null
            && jar.getManifest().getMainAttributes().getValue("Premain-Class") != null) {
          foreign.add(path + " is an agent");
        }
        jar.stream()
            .map(entry -> entry.getName())
            .filter(name -> name.contains("jepsen") || name.contains("bytebuddy"))
            .forEach(name -> foreign.add(path + " holds " + name));
        if (String.valueOf(path.getFileName()).startsWith("holdfast-")) {
          foreign.addAll(mentions(jar));
        }
      }
    }
    assertThat(foreign).isEmpty();
  }

  /** Classes of ours that know the agent's package, or the name of a mistake. */
  private static List<String> mentions(JarFile jar) throws IOException {
    List<String> words = new ArrayList<>(List.of("holdfast-agent", "holdfast/jepsen"));
    Mistakes.all().forEach(mistake -> words.add(mistake.name()));
    List<String> found = new ArrayList<>();
    for (var entry : jar.stream().filter(each -> each.getName().endsWith(".class")).toList()) {
      String bytes =
          new String(
              jar.getInputStream(entry).readAllBytes(),
              java.nio.charset.StandardCharsets.ISO_8859_1);
      words.stream()
          .filter(bytes::contains)
          .forEach(word -> found.add(entry.getName() + " says " + word));
    }
    return found;
  }
}
