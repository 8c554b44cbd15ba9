package io.breakwater.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.breakwater.cli",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class CliArchitectureTest {
  /** It knows the servers by their process contract alone: main class, environment, admin port. */
  @ArchTest
  static final ArchRule cli_knows_no_class_of_a_server =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.breakwater.gateway..",
              "io.breakwater.delivery..",
              "io.breakwater.storage..",
              "io.breakwater.common..");

  @ArchTest
  static final ArchRule cli_speaks_to_cassandra_without_a_driver =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("com.datastax..");

  @ArchTest
  static final ArchRule packages_are_free_of_cycles =
      slices().matching("io.breakwater.cli.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule child_processes_know_nothing_of_what_they_run =
      noClasses()
          .that()
          .resideInAPackage("io.breakwater.cli.process..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.breakwater.cli.up..",
              "io.breakwater.cli.supervise..",
              "io.breakwater.cli.cassandra..");

  @ArchTest
  static final ArchRule supervision_knows_nothing_of_what_it_supervises =
      noClasses()
          .that()
          .resideInAPackage("io.breakwater.cli.supervise..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.breakwater.cli.up..", "io.breakwater.cli.cassandra..");
}
