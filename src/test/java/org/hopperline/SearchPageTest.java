package org.hopperline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.Test;

/** What the page on searches shows is true: its Java runs after the start-up script, its files exist. */
class SearchPageTest {

    private static final Path PAGE = Path.of("src/docs/search.md");
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(((?!http)[^)]+)\\)");

    @Test
    void everyLineOfJavaRuns() throws IOException {
        List<String> lines = JAVA.matcher(Files.readString(PAGE))
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
            for (String line : lines) {
                for (SnippetEvent event : shell.eval(
                        shell.sourceCodeAnalysis().analyzeCompletion(line).source())) {
                    assertThat(event.status())
                            .as(
                                    "%s: %s",
                                    line, shell.diagnostics(event.snippet()).toList())
                            .isEqualTo(Snippet.Status.VALID);
                    assertThat(event.exception()).as(line).isNull();
                }
            }
        }
    }

    @Test
    void everyFileItLinksToExists() throws IOException {
        List<String> links = LINK.matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
        assertThat(links)
                .isNotEmpty()
                .allSatisfy(link -> assertThat(PAGE.resolveSibling(link)).exists());
    }
}
