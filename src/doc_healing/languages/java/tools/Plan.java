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
    /** What a build of many told of this one: the run tells it as its own. */
    static final Path TOLD = FOLDER.resolve("told");

    private final Properties values = new Properties();
    private final Path root;

    private Plan(Path root) {
        this.root = root;
    }

    /** The plan below a folder, which is the working directory where it is the only one. */
    static Plan read(Path root) throws IOException {
        Plan plan = new Plan(root);
        try (Reader reader = Files.newBufferedReader(root.resolve(FOLDER).resolve("plan"))) {
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
        return Files.readString(root.resolve(FOLDER).resolve("source"));
    }

    /** The text of another file of the snippet's session. */
    String other(String name) throws IOException {
        return Files.readString(root.resolve(name));
    }

    String watched() throws IOException {
        Path path = root.resolve(FOLDER).resolve("watched");
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
