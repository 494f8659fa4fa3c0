package dochealing;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/** What is asked of the tools, as it stands in the jail's working directory. */
final class Plan {
    static final Path FOLDER = Path.of(".doc-healing");
    static final Path CLASSES = FOLDER.resolve("classes");
    static final Path RUN = FOLDER.resolve("run");

    private final Properties values = new Properties();

    static Plan read() throws IOException {
        Plan plan = new Plan();
        try (Reader reader = Files.newBufferedReader(FOLDER.resolve("plan"))) {
            plan.values.load(reader);
        }
        return plan;
    }

    String get(String key) {
        return values.getProperty(key, "");
    }

    List<String> list(String key) {
        return get(key).isEmpty() ? List.of() : List.of(get(key).split("\n"));
    }

    /** The class path with our own tools at its end. */
    String classpath() {
        String own = get("tools");
        return get("classpath").isEmpty() ? own : get("classpath") + File.pathSeparator + own;
    }

    String text() throws IOException {
        return Files.readString(FOLDER.resolve("source"));
    }

    String watched() throws IOException {
        Path path = FOLDER.resolve("watched");
        return Files.exists(path) ? Files.readString(path) : "";
    }

    /** The watched text, with these lines (1-based) as they are in the plain one. */
    String without(Set<Integer> lines) throws IOException {
        String[] watched = watched().split("\n", -1);
        String[] plain = text().split("\n", -1);
        for (int line : lines) {
            if (line >= 1 && line <= plain.length && line <= watched.length) {
                watched[line - 1] = plain[line - 1];
            }
        }
        return String.join("\n", watched);
    }
}
