package io.breakwater.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** The boundaries of the gateway. */
@AnalyzeClasses(
    packages = "io.breakwater.gateway",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule KNOWS_DELIVERY_ONLY_THROUGH_THE_TRUNK =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.breakwater.storage..",
              "io.breakwater.delivery..",
              "io.breakwater.client..",
              "io.breakwater.proto.journal..",
              "com.datastax..");

  @ArchTest
  static final ArchRule ONE_PACKAGE_KNOWS_GRPC =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.breakwater.gateway.trunk")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.grpc..");

  @ArchTest
  static final ArchRule NETTY_STAYS_IN_LOOPS_SOCKETS_AND_TRUNKS =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.breakwater.gateway",
              "io.breakwater.gateway.framing",
              "io.breakwater.gateway.loop",
              "io.breakwater.gateway.socket",
              "io.breakwater.gateway.tls",
              "io.breakwater.gateway.trunk")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule DECISIONS_ARE_PURE =
      classes()
          .that()
          .resideInAnyPackage(
              "io.breakwater.gateway.accept",
              "io.breakwater.gateway.balance",
              "io.breakwater.gateway.connection",
              "io.breakwater.gateway.home",
              "io.breakwater.gateway.line",
              "io.breakwater.gateway.rate",
              "io.breakwater.gateway.returning")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.breakwater.gateway.accept",
              "io.breakwater.gateway.balance",
              "io.breakwater.gateway.connection",
              "io.breakwater.gateway.home",
              "io.breakwater.gateway.line",
              "io.breakwater.gateway.rate",
              "io.breakwater.gateway.returning",
              "io.breakwater.common.id",
              "io.breakwater.common.priority",
              "io.breakwater.common.secret",
              "io.breakwater.proto.client",
              "io.breakwater.proto.trunk",
              "com.google.protobuf",
              "org.jspecify.annotations",
              "java.lang..",
              "java.net",
              "java.nio",
              "java.nio.charset",
              "java.security",
              "java.time",
              "java.util",
              "java.util.concurrent",
              "java.util.concurrent.atomic",
              "java.util.function",
              "java.util.random",
              "java.util.regex",
              "java.util.stream");

  @ArchTest
  static final ArchRule DECISIONS_ASK_NO_CLOCK_AND_NO_DICE =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.breakwater.gateway.accept",
              "io.breakwater.gateway.balance",
              "io.breakwater.gateway.connection",
              "io.breakwater.gateway.line",
              "io.breakwater.gateway.rate",
              "io.breakwater.gateway.returning")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.breakwater.gateway.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule CLASSES_ARE_CLOSED =
      classes()
          .that()
          .areNotInterfaces()
          .and()
          .areNotAnonymousClasses()
          .and()
          .doNotHaveSimpleName("package-info")
          .should(beFinalOrAbstract());

  private static ArchCondition<JavaClass> beFinalOrAbstract() {
    return new ArchCondition<>("be final or abstract") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean closed =
            type.getModifiers().contains(JavaModifier.FINAL)
                || type.getModifiers().contains(JavaModifier.ABSTRACT)
                || type.getModifiers().contains(JavaModifier.SYNTHETIC);
        events.add(new SimpleConditionEvent(type, closed, type.getName() + " is open"));
      }
    };
  }
}
