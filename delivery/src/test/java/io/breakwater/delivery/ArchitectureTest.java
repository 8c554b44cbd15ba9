package io.breakwater.delivery;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The boundaries of delivery. */
@AnalyzeClasses(
    packages = "io.breakwater.delivery",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] PURE = {
    "io.breakwater.delivery.lane",
    "io.breakwater.delivery.membership",
    "io.breakwater.delivery.recovery"
  };

  private static final String[] CLOCKLESS = {
    "io.breakwater.delivery.census",
    "io.breakwater.delivery.credit",
    "io.breakwater.delivery.lane",
    "io.breakwater.delivery.membership",
    "io.breakwater.delivery.recovery"
  };

  @ArchTest
  static final ArchRule LANES_MEMBERSHIP_AND_RECOVERY_DO_NO_IO =
      classes()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.breakwater.delivery.lane",
              "io.breakwater.delivery.membership",
              "io.breakwater.delivery.recovery",
              "io.breakwater.common.id",
              "io.breakwater.common.secret",
              "io.breakwater.storage",
              "io.breakwater.proto.client",
              "io.breakwater.proto.trunk",
              "io.breakwater.proto.journal",
              "com.google.protobuf",
              "org.jspecify.annotations",
              "java.lang..",
              "java.io",
              "java.nio",
              "java.util",
              "java.util.function",
              "java.util.stream");

  /** Several threads count in it; nobody waits. */
  @ArchTest
  static final ArchRule CREDIT_AND_CENSUS_DO_NO_IO =
      classes()
          .that()
          .resideInAnyPackage("io.breakwater.delivery.census", "io.breakwater.delivery.credit")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.breakwater.delivery.census",
              "io.breakwater.delivery.credit",
              "io.breakwater.common.priority",
              "io.breakwater.proto.trunk",
              "com.google.protobuf",
              "org.jspecify.annotations",
              "java.lang..",
              "java.util",
              "java.util.concurrent",
              "java.util.concurrent.atomic",
              "java.util.function",
              "java.util.stream");

  @ArchTest
  static final ArchRule LANES_MEMBERSHIP_AND_RECOVERY_HAVE_NO_CLOCK_AND_NO_DICE =
      noClasses()
          .that()
          .resideInAnyPackage(CLOCKLESS)
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(java.util.UUID.class, "randomUUID")
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .callMethod(System.class, "identityHashCode", Object.class)
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.Random");

  @ArchTest
  static final ArchRule ONLY_THE_ASSEMBLY_KNOWS_CASSANDRA =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.breakwater.delivery")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.datastax..", "io.breakwater.storage.cassandra..");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.breakwater.delivery.(*)..").should().beFreeOfCycles();
}
