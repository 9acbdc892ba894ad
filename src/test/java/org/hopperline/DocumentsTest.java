package org.hopperline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What README and pages show is true: their Java runs after the start-up script, their files exist, their commands are real. */
class DocumentsTest {

    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(((?!http)[^)#]+)(?:#([^)]+))?\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
    private static final Pattern COMMAND = Pattern.compile("^\\./mvnw [^#\n]*", Pattern.MULTILINE);

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "src/docs/search.md", "src/docs/own.md"})
    void everyLineOfJavaRuns(Path page) throws IOException {
        List<String> lines = JAVA.matcher(Files.readString(page))
                .results()
                .flatMap(block -> block.group(1).lines())
                .toList();
        assertThat(lines).hasSizeGreaterThan(10);
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            shell.addToClasspath(System.getProperty("java.class.path"));
            for (String line : Files.readAllLines(Path.of("src/main/jshell/hopperline.jsh"))) {
                if (line.startsWith("import ")) {
                    shell.eval(line);
                }
            }
            lines.forEach(line -> runs(shell, line));
        }
    }

    private static void runs(JShell shell, String line) {
        List<SnippetEvent> events =
                shell.eval(shell.sourceCodeAnalysis().analyzeCompletion(line).source());
        assertThat(events).as(line).isNotEmpty();
        for (SnippetEvent event : events) {
            List<String> said = shell.diagnostics(event.snippet())
                    .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
                    .toList();
            assertThat(event.status()).as("%s: %s", line, said).isEqualTo(Snippet.Status.VALID);
            assertThat(event.exception()).as(line).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "src/docs/search.md",
                "src/docs/own.md",
                "src/docs/calculon.md",
                "src/docs/accuracy.md"
            })
    void everyFileItLinksToExists(Path page) throws IOException {
        List<MatchResult> links = LINK.matcher(Files.readString(page)).results().toList();
        assertThat(links).isNotEmpty();
        for (MatchResult link : links) {
            Path file = page.resolveSibling(link.group(1));
            assertThat(file).exists();
            if (link.group(2) != null) {
                assertThat(anchors(Files.readString(file))).as(link.group()).contains(link.group(2));
            }
        }
    }

    /** What a page's headings are linked by: lower case, with hyphens for spaces. */
    private static List<String> anchors(String page) {
        return HEADING.matcher(page)
                .results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).replace(' ', '-'))
                .toList();
    }

    @Test
    void commandsNameProfilesOfTheBuild() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        List<String> commands = COMMAND.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(MatchResult::group)
                .toList();
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
