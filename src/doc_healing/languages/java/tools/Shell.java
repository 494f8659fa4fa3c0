package dochealing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** Enters the inputs of a documented session into jshell itself, and tells each answer. */
public final class Shell {
    private static final List<String> IMPORTED =
            List.of(
                    "java.io", "java.math", "java.net", "java.nio.file", "java.util",
                    "java.util.concurrent", "java.util.function", "java.util.prefs",
                    "java.util.regex", "java.util.stream");

    private Shell() {}

    public static void main(String[] args) throws IOException {
        Plan plan = Plan.read(Path.of(""));
        Report report = new Report(plan.get("nonce"));
        report.event("started", Map.of("java", Runtime.version().feature()));
        boolean good = true;
        try (JShell shell =
                JShell.builder()
                        .executionEngine("local")
                        .out(System.out)
                        .err(System.err)
                        .build()) {
            for (String entry : plan.get("classpath").split(java.io.File.pathSeparator)) {
                if (!entry.isEmpty()) {
                    shell.addToClasspath(entry);
                }
            }
            IMPORTED.forEach(name -> shell.eval("import " + name + ".*;"));
            for (int at = 0; at < Integer.parseInt(plan.get("count")) && good; at++) {
                good = enter(shell, report, at, plan.get("entry." + at));
            }
        }
        System.out.flush();
        report.event("finished", Map.of());
        System.exit(good ? 0 : 1);
    }

    private static boolean enter(JShell shell, Report report, int number, String input) {
        String rest = input;
        while (!rest.isBlank()) {
            CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            String source = info.source() == null ? rest : info.source();
            int offset = input.length() - rest.length();
            for (SnippetEvent event : shell.eval(source)) {
                if (event.causeSnippet() == null && !tell(shell, report, number, offset, event)) {
                    return false;
                }
            }
            rest = info.source() == null || info.remaining() == null ? "" : info.remaining();
        }
        return true;
    }

    private static boolean tell(
            JShell shell, Report report, int number, int offset, SnippetEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("number", number);
        if (event.status() == Snippet.Status.REJECTED) {
            Diag first =
                    shell.diagnostics(event.snippet()).filter(Diag::isError).findFirst().orElse(null);
            fields.put("message", first == null ? "rejected" : first.getMessage(Locale.ROOT));
            fields.put("code", first == null ? "" : first.getCode());
            fields.put("offset", offset + (first == null ? 0 : first.getPosition()));
            report.event("rejected", fields);
            return false;
        }
        if (event.exception() != null) {
            boolean thrown = event.exception() instanceof EvalException;
            fields.put("message", String.valueOf(event.exception().getMessage()));
            fields.put(
                    "class",
                    thrown ? ((EvalException) event.exception()).getExceptionClassName() : "");
            report.event("refused", fields);
            return true;
        }
        fields.put("value", event.value() == null ? "" : event.value());
        fields.put("status", event.status().name());
        report.event("answered", fields);
        return true;
    }
}
