package org.hopperline;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules of the house: which room sees which, and what no room does. */
class HouseTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.hopperline");

    /** A room, and the rooms it names directly; it also sees what those see. */
    private static final Map<String, Set<String>> SEES = Map.ofEntries(
            Map.entry("core", Set.of()),
            Map.entry("text", Set.of("core")),
            Map.entry("hardware", Set.of("text")),
            Map.entry("model", Set.of("text")),
            Map.entry("plan", Set.of("hardware", "model")),
            Map.entry("schedule", Set.of("plan")),
            Map.entry("work", Set.of("schedule")),
            Map.entry("kernel", Set.of("hardware")),
            Map.entry("collective", Set.of("hardware")),
            Map.entry("step", Set.of("work", "kernel", "collective")),
            Map.entry("search", Set.of("step")),
            Map.entry("run", Set.of("search")),
            Map.entry("measured", Set.of("plan")),
            Map.entry("calibration", Set.of("measured", "step")),
            Map.entry("validation", Set.of("calibration", "run")),
            Map.entry("report", Set.of("validation")),
            Map.entry("notebook", Set.of("report")));

    @Test
    void noRoomLooksBack() {
        LayeredArchitecture house = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String room : SEES.keySet()) {
            house = house.optionalLayer(room).definedBy("org.hopperline." + room + "..");
        }
        for (String room : SEES.keySet()) {
            Set<String> seen = visible(room);
            house = seen.isEmpty()
                    ? house.whereLayer(room).mayNotAccessAnyLayer()
                    : house.whereLayer(room).mayOnlyAccessLayers(seen.toArray(String[]::new));
        }
        house.check(MAIN);
    }

    @Test
    void onlyCalibrationSeesTheFitters() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.hopperline.calibration..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.ejml..", "org.ddogleg..")
                .check(MAIN);
    }

    @Test
    void onlyTextSeesTheParsers() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.hopperline.text..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("de.siegmar..", "com.google.gson..")
                .check(MAIN);
    }

    @Test
    void onlyReportDraws() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.hopperline.report..", "org.hopperline.notebook..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.awt..", "javax.swing..")
                .check(MAIN);
    }

    @Test
    void nothingPrintsOrEnds() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(MAIN);
    }

    private static Set<String> visible(String room) {
        Set<String> all = new LinkedHashSet<>();
        Map<String, Set<String>> open = new LinkedHashMap<>();
        open.put(room, SEES.getOrDefault(room, Set.of()));
        while (!open.isEmpty()) {
            String next = open.keySet().iterator().next();
            for (String seen : open.remove(next)) {
                if (all.add(seen)) {
                    open.put(seen, SEES.getOrDefault(seen, Set.of()));
                }
            }
        }
        return all;
    }
}
