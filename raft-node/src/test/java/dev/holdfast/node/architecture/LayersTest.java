package dev.holdfast.node.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Rules D2, D5, D6 and D7: who may know whom. */
class LayersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.holdfast");

  @Test
  void theServerIsReallyImported() {
    org.assertj.core.api.Assertions.assertThat(CLASSES.size()).isGreaterThan(100);
  }

  @Test
  void rocksDbStaysBehindItsAdapter() {
    onlyIn("org.rocksdb..", "dev.holdfast.statemachine.rocksdb..");
  }

  @Test
  void ratisStaysBehindItsAdapter() {
    onlyIn("org.apache.ratis..", "dev.holdfast.node.consensus..");
  }

  @Test
  void nettyStaysInTheTransports() {
    onlyIn(
        "io.netty..",
        "dev.holdfast.node.http..",
        "dev.holdfast.node.rpc..",
        "dev.holdfast.client.internal..");
  }

  @Test
  void protobufStopsAtTheCodec() {
    // Ratis shades its own protobuf; theirs does not count
    onlyIn(
        "com.google.protobuf..", "dev.holdfast.protocol.codec..", "dev.holdfast.protocol.wire..");
    onlyIn(
        "dev.holdfast.protocol.wire..",
        "dev.holdfast.protocol.codec..",
        "dev.holdfast.protocol.wire..");
  }

  @Test
  void metricsAreKeptInTelemetry() {
    onlyIn("com.codahale..", "dev.holdfast.node.telemetry..");
  }

  @Test
  void jsonIsReadAtTheEdgeOnly() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.holdfast.protocol..", "dev.holdfast.statemachine..", "dev.holdfast.client..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml.jackson..")
        .check(CLASSES);
  }

  @Test
  void storageKnowsNoAdapter() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.holdfast.statemachine.storage..",
            "dev.holdfast.statemachine.spi..",
            "dev.holdfast.statemachine.table..",
            "dev.holdfast.statemachine.transaction..",
            "dev.holdfast.statemachine.evaluation..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.holdfast.statemachine.rocksdb..", "dev.holdfast.statemachine.memory..")
        .check(CLASSES);
  }

  @Test
  void theDynamoDbEdgeKnowsNeitherNettyNorRatisNorTheStateMachine() {
    noClasses()
        .that()
        .resideInAPackage("dev.holdfast.node.dynamodb..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty..",
            "org.apache.ratis..",
            "dev.holdfast.node.consensus..",
            "dev.holdfast.statemachine..")
        .check(CLASSES);
  }

  @Test
  void internalsOfTheClientStayInternal() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.holdfast.client..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.holdfast.client.internal..")
        .check(CLASSES);
  }

  @Test
  void modulesFormAChain() {
    mayNotSee("dev.holdfast.protocol..", "dev.holdfast.statemachine..", "dev.holdfast.client..");
    mayNotSee("dev.holdfast.client..", "dev.holdfast.statemachine..", "dev.holdfast.partition..");
    mayNotSee("dev.holdfast.statemachine..", "dev.holdfast.client..", "dev.holdfast.partition..");
    mayNotSee("dev.holdfast.partition..", "dev.holdfast.client..", "dev.holdfast.node..");
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.holdfast.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  private static void mayNotSee(String from, String... others) {
    noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  private static void onlyIn(String library, String... packages) {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }
}
