package org.hopperline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the README shows is true: its Java runs after the start-up script, its files exist, its commands are real. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadmeTest {

    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(((?!http)[^)]+)\\)");
    private static final Pattern COMMAND = Pattern.compile("^\\./mvnw [^#\n]*", Pattern.MULTILINE);

    private String readme = "";
    private JShell shell;

    @BeforeAll
    void start() throws IOException {
        readme = Files.readString(Path.of("README.md"));
        shell = JShell.builder().executionEngine("local").build();
        shell.addToClasspath(System.getProperty("java.class.path"));
        for (String line : Files.readAllLines(Path.of("src/main/jshell/hopperline.jsh"))) {
            if (line.startsWith("import ")) {
                shell.eval(line);
            }
        }
    }

    @AfterAll
    void stop() {
        shell.close();
    }

    @Test
    void everyLineOfJavaRuns() {
        List<String> lines = new ArrayList<>();
        JAVA.matcher(readme)
                .results()
                .map(block -> block.group(1))
                .forEach(block -> lines.addAll(block.lines().toList()));
        assertThat(lines).hasSizeGreaterThan(10);
        for (String line : lines) {
            List<SnippetEvent> events = shell.eval(
                    shell.sourceCodeAnalysis().analyzeCompletion(line).source());
            assertThat(events).as(line).isNotEmpty();
            for (SnippetEvent event : events) {
                assertThat(event.status())
                        .as(
                                "%s: %s",
                                line,
                                shell.diagnostics(event.snippet())
                                        .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
                                        .toList())
                        .isEqualTo(Snippet.Status.VALID);
                assertThat(event.exception()).as(line).isNull();
            }
        }
    }

    @Test
    void everyFileItLinksToExists() {
        List<String> links = LINK.matcher(readme).results().map(m -> m.group(1)).toList();
        assertThat(links)
                .contains("LICENSE")
                .allSatisfy(link -> assertThat(Path.of(link)).exists());
    }

    @Test
    void itsCommandsNameProfilesOfTheBuild() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        List<String> commands =
                COMMAND.matcher(readme).results().map(MatchResult::group).toList();
        assertThat(commands).hasSizeGreaterThanOrEqualTo(4);
        for (String command : commands) {
            Pattern.compile("-P([\\w,]+)")
                    .matcher(command)
                    .results()
                    .flatMap(profiles -> Stream.of(profiles.group(1).split(",")))
                    .forEach(profile -> assertThat(pom).contains("<id>" + profile + "</id>"));
        }
    }
}
