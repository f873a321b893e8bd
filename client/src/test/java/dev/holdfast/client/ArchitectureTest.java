package dev.holdfast.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The dependency rules of the style page, as far as they concern this module. */
class ArchitectureTest {
  private static final JavaClasses CLIENT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.holdfast.client");

  @Test
  void onlyTheInternalPackageSeesNetty() { // D2
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.holdfast.client.internal")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "com.google.protobuf..", "dev.holdfast.protocol.wire..")
        .check(CLIENT);
  }

  @Test
  void theRouterKnowsNeitherThreadsOfItsOwnNorClocksNorTheTransport() { // H10
    noClasses()
        .that()
        .resideInAPackage("dev.holdfast.client.routing")
        .and()
        .haveNameNotMatching(".*RouterWorld.*")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.holdfast.client.internal..", "dev.holdfast.client.transport..")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.concurrent.Executor.class)
        .check(CLIENT);
  }

  @Test
  void onlyTheTransportPackageUsesTheInternalOne() { // D6
    classes()
        .that()
        .resideInAPackage("dev.holdfast.client.internal")
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAnyPackage("dev.holdfast.client.internal", "dev.holdfast.client.transport")
        .check(CLIENT);
  }

  @Test
  void packagesDoNotDependOnEachOtherInCircles() { // D7
    slices().matching("dev.holdfast.(client.*)..").should().beFreeOfCycles().check(CLIENT);
  }
}
