package io.breakwater.loadtest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.breakwater.loadtest",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class BoundariesTest {
  @ArchTest
  static final ArchRule uses_of_breakwater_only_client_and_proto =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.breakwater.common..",
              "io.breakwater.storage..",
              "io.breakwater.delivery..",
              "io.breakwater.gateway..",
              "io.breakwater.cli..");

  @ArchTest
  static final ArchRule uses_no_server_library =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("io.grpc..", "io.micrometer..");

  @ArchTest
  static final ArchRule uses_netty_for_phones_only =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.breakwater.loadtest.bench.phone..", "io.breakwater.loadtest.line..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..");

  @ArchTest
  static final ArchRule asks_cassandra_at_sites_and_for_what_is_stored_only =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.breakwater.loadtest.bench.site..", "io.breakwater.loadtest.chaos.stored..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.datastax..");

  @ArchTest
  static final ArchRule has_packages_without_cycles =
      slices().matching("io.breakwater.loadtest.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule makes_text_and_verdict_from_nothing_else =
      classes()
          .that()
          .resideInAnyPackage("io.breakwater.loadtest.text..", "io.breakwater.loadtest.verdict..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.breakwater.loadtest.text..",
              "io.breakwater.loadtest.verdict..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule has_only_final_classes =
      classes()
          .that()
          .areNotInterfaces()
          .and()
          .areNotEnums()
          .and()
          .areNotAnonymousClasses()
          .and()
          .doNotHaveModifier(JavaModifier.SYNTHETIC)
          .should()
          .haveModifier(JavaModifier.FINAL);
}
