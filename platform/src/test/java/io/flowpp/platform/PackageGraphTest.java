package io.flowpp.platform;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms of the platform, lowest floor first; docs/ARCHITECTURE.md draws the same graph. */
class PackageGraphTest {
  private static final String ROOT = "io.flowpp.platform.";

  /** A room uses the floors below its own, never a neighbour on its floor. */
  private static final List<List<String>> FLOORS =
      List.of(
          List.of("config"),
          List.of("workspace"),
          List.of("data", "tracking", "device", "report"),
          List.of("stage"),
          List.of("beam"),
          List.of("execution"),
          List.of("compare"),
          List.of("sweep", "regression", "doctor"),
          List.of("cli"));

  private static final JavaClasses PLATFORM =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("io.flowpp.platform");

  static List<Arguments> roomsAndWhatTheyMayNotUse() {
    List<Arguments> cases = new ArrayList<>();
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      for (String room : FLOORS.get(floor)) {
        Stream<String> forbidden =
            FLOORS.subList(floor, FLOORS.size()).stream().flatMap(List::stream);
        cases.add(Arguments.of(room, forbidden.filter(each -> !each.equals(room)).toList()));
      }
    }
    return cases;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("roomsAndWhatTheyMayNotUse")
  void aRoomUsesOnlyTheFloorsBelow(String room, List<String> forbidden) {
    if (forbidden.isEmpty()) {
      return; // the top floor
    }
    noClasses()
        .that()
        .resideInAPackage(ROOT + room + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            forbidden.stream().map(each -> ROOT + each + "..").toArray(String[]::new))
        .allowEmptyShould(true)
        .check(PLATFORM);
  }

  @Test
  void everyClassHasARoom() {
    String[] rooms =
        FLOORS.stream()
            .flatMap(List::stream)
            .map(each -> ROOT + each + "..")
            .toArray(String[]::new);
    assertThat(PLATFORM.that(not(resideInAnyPackage(rooms))).stream().map(JavaClass::getName))
        .isEmpty();
    assertThat(PLATFORM).isNotEmpty();
  }

  @Test
  void roomsHaveNoCycles() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(PLATFORM);
  }

  @Test
  void onlyTheCommandLineKnowsPicocli() {
    onlyIn("picocli..", "cli");
  }

  @Test
  void onlyPipelinesKnowBeam() {
    onlyIn("org.apache.beam..", "beam", "data");
  }

  @Test
  void onlyTrackingKnowsMlflow() {
    onlyIn("org.mlflow..", "tracking");
  }

  @Test
  void nobodyTouchesTensors() {
    onlyIn("ai.djl..");
  }

  private static void onlyIn(String library, String... rooms) {
    String[] allowed = Stream.of(rooms).map(each -> ROOT + each + "..").toArray(String[]::new);
    noClasses()
        .that(not(resideInAnyPackage(allowed)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(PLATFORM);
  }
}
