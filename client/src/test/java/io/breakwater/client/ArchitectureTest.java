package io.breakwater.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.breakwater.client",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule the_core_knows_the_wire_contract_and_nothing_else =
      classes()
          .that()
          .resideInAPackage("io.breakwater.client.core")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.breakwater.client.core",
              "io.breakwater.proto.client",
              "com.google.protobuf",
              "org.jspecify.annotations",
              "java.lang..",
              "java.nio",
              "java.util",
              "java.util.function",
              "java.util.random",
              "java.util.stream");

  @ArchTest
  static final ArchRule the_core_asks_no_clock_and_makes_no_randomness =
      noClasses()
          .that()
          .resideInAPackage("io.breakwater.client.core")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.Random")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.UUID")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class);

  @ArchTest
  static final ArchRule the_library_brings_no_network_framework =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..", "io.grpc..", "io.breakwater.proto.trunk..");

  @ArchTest
  static final ArchRule the_store_knows_no_network =
      noClasses()
          .that()
          .resideInAPackage("io.breakwater.client.store")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net..", "io.breakwater.proto..", "io.breakwater.client");
}
