// Runs in the jail, without any network: the repository's own Java sources to classes.
//
//     JvmCompile REQUEST SUMMARY
//
// Source files that do not compile are left out, and everything else is made all the same: a
// generator that did not run costs the classes that need its output and no others. The request
// has a line for each thing, its fields separated by tabs; modules come in their order of need:
//
//     path       jar                         the class path that all modules share
//     processor  jar                         annotation processors, if any may run
//     module     number encoding release     classes go to out/NUMBER, "" is this JDK's release
//     option     number text                 one more word for the compiler
//     source     number file
//
// The summary has `done number files failed`, `error number file line message`, and for what the
// sources deprecate `deprecated number symbol words`: those behind the tag, no class file has them.

import com.sun.tools.javac.api.JavacTaskImpl;
import com.sun.tools.javac.code.Symbol.ClassSymbol;
import com.sun.tools.javac.util.Log;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

public final class JvmCompile {
    private static final int MOST_ERRORS = 40;
    private static final int MOST_DEPRECATED = 500;
    private static final int LONGEST_WORDS = 400;

    private static final Pattern DEPRECATED =
        Pattern.compile("(?s)(?:^|\\n)\\s*@deprecated\\s(.*?)(?=\\n\\s*@\\w|$)");

    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final List<String> path = new ArrayList<>();
    private final List<String> processors = new ArrayList<>();
    private final Map<String, Module> modules = new LinkedHashMap<>();
    private final List<String> summary = new ArrayList<>();

    private static final class Module {
        String encoding = "UTF-8";
        String release = "";
        final List<String> options = new ArrayList<>();
        final List<File> sources = new ArrayList<>();
    }

    public static void main(String[] arguments) throws Exception {
        JvmCompile work = new JvmCompile();
        for (String line : Files.readAllLines(Path.of(arguments[0]), StandardCharsets.UTF_8)) {
            work.take(line.split("\t", -1));
        }
        for (Map.Entry<String, Module> each : work.modules.entrySet()) {
            work.compile(each.getKey(), each.getValue());
        }
        Files.write(Path.of(arguments[1]), work.summary, StandardCharsets.UTF_8);
        System.exit(0);
    }

    private void take(String[] field) {
        switch (field[0]) {
            case "path" -> path.add(field[1]);
            case "processor" -> processors.add(field[1]);
            case "module" -> {
                Module module = modules.computeIfAbsent(field[1], number -> new Module());
                module.encoding = Charset.isSupported(field[2]) ? field[2] : "UTF-8";
                module.release = field[3];
            }
            case "option" -> modules.get(field[1]).options.add(field[2]);
            case "source" -> modules.get(field[1]).sources.add(new File(field[2]));
            default -> { }
        }
    }

    /** One module, at this JDK's own level, and at its own one where that goes better. */
    private void compile(String number, Module module) throws IOException {
        Path out = Files.createDirectories(Path.of("out", number));
        Path generated = Files.createDirectories(Path.of("/tmp/generated", number));
        Attempt best = new Attempt(number, module, out, generated, "");
        best.make();
        if (!best.failed.isEmpty() && !module.release.isEmpty()) {
            Path other = Files.createDirectories(Path.of("second", number));
            Attempt second = new Attempt(number, module, other, generated, module.release);
            second.make();
            if (second.failed.size() < best.failed.size()) {
                clear(out);
                Files.move(other, out);
                best = second;
            }
        }
        path.add(out + "");
        summary.add(String.join("\t", "done", number, module.sources.size() + "",
            best.failed.size() + ""));
        summary.addAll(best.errors);
        summary.addAll(best.deprecated);
    }

    private static void clear(Path folder) throws IOException {
        try (var found = Files.walk(folder)) {
            for (Path each : found.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(each);
            }
        }
    }

    private final class Attempt {
        final Set<String> failed = new LinkedHashSet<>();
        final List<String> errors = new ArrayList<>();
        final List<String> deprecated = new ArrayList<>();
        private final String number;
        private final Module module;
        private final Path out;
        private final Path generated;
        private final String release;

        Attempt(String number, Module module, Path out, Path generated, String release) {
            this.number = number;
            this.module = module;
            this.out = out;
            this.generated = generated;
            this.release = release;
        }

        void make() throws IOException {
            DiagnosticCollector<JavaFileObject> told = new DiagnosticCollector<>();
            Charset charset = Charset.forName(module.encoding);
            try (StandardJavaFileManager files =
                    compiler.getStandardFileManager(told, Locale.ENGLISH, charset)) {
                make(told, files);
            }
        }

        private void make(
            DiagnosticCollector<JavaFileObject> told, StandardJavaFileManager files) {
            JavacTaskImpl task;
            Iterable<? extends Element> elements;
            try {
                task = (JavacTaskImpl) compiler.getTask(
                    new StringWriter(), files, told, options(), null,
                    files.getJavaFileObjectsFromFiles(module.sources));
                elements = task.analyze();
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError broken) {
                // An annotation processor that this JDK is too new for, a word that it refuses.
                Throwable cause = broken;
                while (cause.getCause() != null) {
                    cause = cause.getCause();
                }
                everything(cause + "");
                return;
            }
            for (Diagnostic<? extends JavaFileObject> each : told.getDiagnostics()) {
                if (each.getKind() == Diagnostic.Kind.ERROR) {
                    blame(each);
                }
            }
            for (Element element : elements) {
                try {
                    remember(task.getElements(), element);
                } catch (RuntimeException broken) {
                    continue; // it leans on what does not compile: its words are no loss
                } finally {
                    generate(task, element);
                }
            }
        }

        /** What the source of an element, and of those within it, says of its being deprecated. */
        private void remember(Elements all, Element element) {
            String comment = all.isDeprecated(element) ? all.getDocComment(element) : null;
            String words = comment == null ? "" : words(comment);
            if (!words.isEmpty() && deprecated.size() < MOST_DEPRECATED) {
                deprecated.add(String.join("\t", "deprecated", number, symbol(all, element), words));
            }
            for (Element inner : element.getEnclosedElements()) {
                remember(all, inner);
            }
        }

        private static String words(String comment) {
            Matcher tag = DEPRECATED.matcher(comment);
            String words = tag.find() ? tag.group(1).replaceAll("\\s+", " ").strip() : "";
            return words.length() > LONGEST_WORDS ? words.substring(0, LONGEST_WORDS) : words;
        }

        private static String symbol(Elements all, Element element) {
            if (element instanceof TypeElement type) {
                return all.getBinaryName(type).toString();
            }
            return element.getEnclosingElement() instanceof TypeElement owner
                ? all.getBinaryName(owner) + "#" + element
                : element.toString();
        }

        private List<String> options() {
            List<String> options = new ArrayList<>(List.of(
                "-d", out + "", "-classpath", String.join(":", path), "-g", "-nowarn",
                "-Xmaxerrs", "1000000", "-Xmaxwarns", "1", "-encoding", module.encoding,
                "-XDshould-stop.ifError=GENERATE", "-sourcepath", "none"));
            if (processors.isEmpty()) {
                options.add("-proc:none");
            } else {
                options.addAll(List.of(
                    "-processorpath", String.join(":", processors), "-s", generated + ""));
            }
            if (!release.isEmpty()) {
                options.addAll(List.of("--release", release));
            }
            options.addAll(module.options);
            return options;
        }

        private void everything(String reason) {
            for (File source : module.sources) {
                failed.add(source.getPath());
            }
            error("", 0, reason);
        }

        private void blame(Diagnostic<? extends JavaFileObject> each) {
            String file = each.getSource() == null ? "" : each.getSource().getName();
            failed.add(file);
            error(file, each.getLineNumber(), each.getMessage(Locale.ENGLISH));
        }

        private void error(String file, long line, String message) {
            if (errors.size() < MOST_ERRORS) {
                errors.add(String.join(
                    "\t", "error", number, file, line + "", message.replaceAll("\\s+", " ")));
            }
        }

        /** One top class. A tree that leans on a broken one may be too much for the compiler. */
        private void generate(JavacTaskImpl task, Element element) {
            String file = place(element);
            if (failed.contains(file)) {
                return;
            }
            try {
                // The compiler writes nothing after an error: it is told that there was none.
                Log.instance(task.getContext()).nerrors = 0;
                task.generate(List.of(element));
            } catch (RuntimeException | AssertionError | StackOverflowError broken) {
                failed.add(file);
                error(file, 0, "left out: it needs a class that does not compile");
            }
        }

        private String place(Element element) {
            Element top = element;
            while (top.getEnclosingElement() != null
                && top.getEnclosingElement().getKind() != ElementKind.PACKAGE) {
                top = top.getEnclosingElement();
            }
            return top instanceof ClassSymbol symbol
                && symbol.sourcefile != null ? symbol.sourcefile.getName() : "";
        }
    }
}
