package io.breakwater.storage;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.breakwater.storage.cassandra.CassandraConfig;
import io.breakwater.storage.cassandra.CassandraSettings;
import io.breakwater.storage.cassandra.CassandraStorage;
import io.breakwater.storage.cassandra.DurabilitySetting;
import io.breakwater.storage.cassandra.RethrowPolicy;

@AnalyzeClasses(
    packages = "io.breakwater",
    importOptions = {ImportOption.DoNotIncludeTests.class})
final class ArchitectureTest {
  private static final String DRIVER = "com.datastax.oss..";

  private static final DescribedPredicate<JavaClass> DRIVER_TYPE =
      resideInAPackage(DRIVER).as("a type of the driver");

  @ArchTest
  static final ArchRule only_the_cassandra_package_knows_the_driver =
      noClasses()
          .that()
          .resideInAPackage("io.breakwater.storage..")
          .and()
          .resideOutsideOfPackage("io.breakwater.storage.cassandra..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(DRIVER);

  @ArchTest
  static final ArchRule ports_do_not_know_their_implementation =
      noClasses()
          .that()
          .resideInAPackage("io.breakwater.storage")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.breakwater.storage.cassandra..");

  @ArchTest
  static final ArchRule storage_knows_no_network_protocol =
      noClasses()
          .that()
          .resideInAPackage("io.breakwater.storage..")
          .and()
          // The driver's connections are Netty's.
          .haveNameNotMatching(".*WatchfulSessionBuilder.*")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.breakwater.proto..", "com.google.protobuf..", "io.grpc..", "io.netty..");

  @ArchTest
  static final ArchRule the_door_to_cassandra_is_narrow =
      classes()
          .that()
          .resideInAPackage("io.breakwater.storage.cassandra..")
          .and()
          .doNotBelongToAnyOf(
              CassandraStorage.class,
              CassandraConfig.class,
              CassandraSettings.class,
              DurabilitySetting.class,
              RethrowPolicy.class)
          .should()
          .notBePublic();

  @ArchTest
  static final ArchRule no_public_method_of_a_public_class_shows_the_driver =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat(modifier(JavaModifier.PUBLIC))
          .and()
          .areDeclaredInClassesThat(resideInAPackage("io.breakwater.storage.."))
          .and()
          .areNotDeclaredIn(RethrowPolicy.class)
          .should()
          .notHaveRawReturnType(DRIVER_TYPE)
          .andShould()
          .notHaveRawParameterTypes(
              DescribedPredicate.describe(
                  "with a type of the driver", types -> types.stream().anyMatch(DRIVER_TYPE)));

  @ArchTest
  static final ArchRule nothing_waits_or_prints =
      noClasses()
          .that()
          .resideInAPackage("io.breakwater.storage..")
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule classes_are_final_abstract_or_sealed =
      classes()
          .that()
          .resideInAPackage("io.breakwater.storage..")
          .and()
          .areNotInterfaces()
          .and()
          .areNotEnums()
          .and()
          .areNotAnonymousClasses()
          .should()
          .haveModifier(JavaModifier.FINAL)
          .orShould()
          .haveModifier(JavaModifier.ABSTRACT);
}
