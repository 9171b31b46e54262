package io.flowpp.core;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms of the model library, lowest first; docs/ARCHITECTURE.md draws the same graph. */
class PackageGraphTest {
  private static final String ROOT = "io.flowpp.core.";

  private static final List<String> ROOMS =
      List.of(
          "spec",
          "random",
          "data",
          "device",
          "kernel",
          "distribution",
          "nn",
          "flow",
          "dequantize",
          "model",
          "weights",
          "train",
          "evaluate",
          "reference",
          "bench");

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("io.flowpp.core");

  static List<String> roomsBelowAnother() {
    return ROOMS.subList(0, ROOMS.size() - 1);
  }

  @ParameterizedTest
  @MethodSource("roomsBelowAnother")
  void aRoomUsesOnlyRoomsBelowIt(String room) {
    List<String> above = ROOMS.subList(ROOMS.indexOf(room) + 1, ROOMS.size());
    noClasses()
        .that()
        .resideInAPackage(ROOT + room + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(above.stream().map(each -> ROOT + each + "..").toArray(String[]::new))
        .allowEmptyShould(true)
        .check(CORE);
  }

  @Test
  void everyClassHasARoom() {
    String[] rooms = ROOMS.stream().map(each -> ROOT + each + "..").toArray(String[]::new);
    assertThat(CORE.that(not(resideInAnyPackage(rooms))).stream().map(JavaClass::getName))
        .isEmpty();
    assertThat(CORE).isNotEmpty();
  }

  @Test
  void roomsHaveNoCycles() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void theSpecificationIsPureData() {
    classes()
        .that()
        .resideInAPackage(ROOT + "spec..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", ROOT + "spec..")
        .check(CORE);
  }

  /** So it can be used without the platform: no Beam, MLflow, Guice, picocli or YAML reaches it. */
  @Test
  void theLibraryKnowsTensorsAndJsonAndNothingElse() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "jdk.incubator.vector..",
            "com.sun.management..",
            "com.sun.jna..", // comes with DJL; the process's clock
            "org.jspecify..",
            "org.slf4j..",
            "ai.djl..",
            "com.fasterxml.jackson.core..",
            "com.fasterxml.jackson.databind..",
            "com.fasterxml.jackson.annotation..",
            "io.flowpp.core..")
        .check(CORE);
  }
}
