package org.hopperline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The start-up script runs in JShell, and names work without their packages after it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartUpScriptTest {

    private static final Path SCRIPT = Path.of("src/main/jshell/hopperline.jsh");

    private static final Pattern PUBLIC_TYPE = Pattern.compile("^public ", Pattern.MULTILINE);

    private JShell shell;

    private final List<SnippetEvent> script = new ArrayList<>();

    @BeforeAll
    void start() throws IOException {
        // In this process: a second one would not see the classes under test on every JDK.
        shell = JShell.builder().executionEngine("local").build();
        shell.addToClasspath(System.getProperty("java.class.path"));
        for (String line : Files.readAllLines(SCRIPT)) {
            if (!line.isBlank() && !line.startsWith("//")) {
                script.addAll(shell.eval(line));
            }
        }
    }

    @AfterAll
    void stop() {
        shell.close();
    }

    @Test
    void everyLineOfTheScriptIsValid() {
        assertThat(script).hasSizeGreaterThan(5).allSatisfy(event -> {
            assertThat(event.status()).as(event.snippet().source()).isEqualTo(Snippet.Status.VALID);
            assertThat(event.exception()).as(event.snippet().source()).isNull();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Models.named(\"llama 3.1 405b\").parameters() | 405853388800",
                "Clusters.MEMPHIS.devices() | 100000",
                "Clusters.MEMPHIS.on(LocalDate.of(2024, 9, 2)).devices() | 100000",
                "Chips.H100_SXM5.denseFlopsPerSecond(Precision.BF16) | 9.894E14",
                "Flops.training(Models.LLAMA3_8B, 8192, ScoreCounting.FULL) | 57912852480"
            })
    void namesNeedNoPackages(String line, String value) {
        SnippetEvent event = shell.eval(line).get(0);
        assertThat(event.status())
                .as("%s: %s", line, shell.diagnostics(event.snippet()).toList())
                .isEqualTo(Snippet.Status.VALID);
        assertThat(Double.parseDouble(event.value())).isEqualTo(Double.parseDouble(value));
    }

    @Test
    void itImportsEveryPackageAndNoNameStandsForTwoClasses() throws IOException {
        Path sources = Path.of("src/main/java");
        Map<String, String> packages = new TreeMap<>();
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String simple = file.getFileName().toString().replace(".java", "");
                if (PUBLIC_TYPE.matcher(Files.readString(file)).find()) {
                    String home =
                            sources.relativize(file.getParent()).toString().replace(File.separatorChar, '.');
                    assertThat(packages.put(simple, home)).as(simple).isNull();
                }
            }
        }
        List<String> imports = Files.readAllLines(SCRIPT).stream()
                .filter(line -> line.startsWith("import org.hopperline."))
                .map(line -> line.replace("import ", "").replace(".*;", ""))
                .toList();
        packages.remove("Hopperline");
        assertThat(imports).hasSameElementsAs(packages.values());
        for (String simple : packages.keySet()) {
            for (String other : List.of("java.util.", "java.time.", "java.nio.file.", "java.io.", "java.math.")) {
                assertThatThrownBy(() -> Class.forName(other + simple)).isInstanceOf(ClassNotFoundException.class);
            }
        }
    }

    @Test
    void theMainQuestionIsOneLine() {
        String line = "train(\"Llama 3.1 405B\").tokens(15.6e12).batchTokens(16e6).on(\"Memphis\")";
        SnippetEvent event = shell.eval(line).get(0);
        assertThat(event.status()).isEqualTo(Snippet.Status.VALID);
        assertThat(event.exception()).isNull();
        assertThat(event.value()).contains("Llama 3.1 405B").contains("Memphis").contains("days");
    }
}
