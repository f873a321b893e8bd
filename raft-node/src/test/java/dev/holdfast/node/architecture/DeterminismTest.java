package dev.holdfast.node.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Rules D3 and D4: what decides the replicated state sees no clock, chance, thread, file or locale.
 */
class DeterminismTest {
  private static final String[] DETERMINISTIC = {
    "dev.holdfast.protocol.model..",
    "dev.holdfast.protocol.expression..",
    "dev.holdfast.protocol.command..",
    "dev.holdfast.statemachine.table..",
    "dev.holdfast.statemachine.evaluation..",
    "dev.holdfast.statemachine.transaction..",
    "dev.holdfast.partition.map..",
    "dev.holdfast.partition.placement..",
    "dev.holdfast.partition.meta..",
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.holdfast");

  private static GivenClassesConjunction deterministicCode() {
    return noClasses().that().resideInAnyPackage(DETERMINISTIC);
  }

  @Test
  void readsNoClock() {
    banCalls("java.lang.System", "currentTimeMillis", "nanoTime", "getenv", "getProperty");
    for (String type : List.of("Instant", "LocalDate", "LocalDateTime", "ZonedDateTime")) {
      banCalls("java.time." + type, "now");
    }
    banCalls("java.time.Clock", "systemUTC", "systemDefaultZone", "system");
  }

  @Test
  void throwsNoDice() {
    banCalls("java.lang.Math", "random");
    banCalls("java.util.UUID", "randomUUID");
    banCalls("java.lang.System", "identityHashCode");
    banTypes(
        "java.util.Random", "java.util.concurrent.ThreadLocalRandom", "java.util.SplittableRandom");
  }

  @Test
  void startsNoThread() {
    banTypes(
        "java.lang.Thread",
        "java.util.concurrent.CompletableFuture",
        "java.util.concurrent.Executor",
        "java.util.concurrent.ExecutorService");
    banCalls("java.util.Collection", "parallelStream");
  }

  @Test
  void touchesNeitherFilesNorNetworkNorLogs() {
    deterministicCode()
        .should()
        .dependOnClassesThat(
            new DescribedPredicate<JavaClass>("do input or output") {
              @Override
              public boolean test(JavaClass type) {
                return type.getPackageName().startsWith("java.nio.file")
                    || type.getPackageName().equals("java.net")
                    || type.getPackageName().startsWith("org.slf4j")
                    // in-memory streams and their exceptions do no IO
                    || Set.of("java.io.File", "java.io.FileInputStream", "java.io.FileOutputStream")
                        .contains(type.getName());
              }
            })
        .check(CLASSES);
  }

  @Test
  void usesNoDefaultLocaleOrCharset() {
    deterministicCode()
        .should()
        .callMethod(String.class, "toLowerCase")
        .orShould()
        .callMethod(String.class, "toUpperCase")
        .orShould()
        .callMethod(String.class, "getBytes")
        .orShould()
        .callMethod(String.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(String.class, "formatted", Object[].class)
        .check(CLASSES);
  }

  @Test
  void iteratesNothingInRandomOrder() {
    banCalls("java.util.Set", "of", "copyOf");
    banCalls("java.util.Map", "of", "copyOf", "ofEntries");
  }

  private static void banTypes(String... types) {
    for (String type : types) {
      deterministicCode()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName(type)
          .check(CLASSES);
    }
  }

  private static void banCalls(String type, String... methods) {
    for (String method : methods) {
      DescribedPredicate<JavaCall<?>> call =
          target(owner(com.tngtech.archunit.core.domain.properties.HasName.Predicates.name(type)))
              .and(target(name(method)))
              .forSubtype();
      deterministicCode().should().callMethodWhere(call).check(CLASSES);
    }
  }
}
