package dochealing;

import com.sun.source.util.JavacTask;
import com.sun.tools.javac.api.ClientCodeWrapper;
import com.sun.tools.javac.code.Symbol;
import com.sun.tools.javac.code.Type;
import com.sun.tools.javac.util.JCDiagnostic;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;

/**
 * Compiles a snippet in a jail and tells what javac says of it: codes, places and arguments.
 *
 * <p>Reads its plan from the working directory. No annotation processor ever runs. Names that the
 * snippet does not import, and that the project or the packages that jshell imports have, are
 * imported one by one, so that nothing becomes ambiguous.
 */
public final class Build {
    private static final String MARK = "/*imports*/";
    private static final int ROUNDS = 4;
    /** Names that a document means of the JDK, whatever else is called so. */
    private static final Set<String> PLAIN =
            Set.of(
                    "List", "Map", "Set", "Collection", "Collections", "Arrays", "ArrayList",
                    "LinkedList", "HashMap", "LinkedHashMap", "TreeMap", "HashSet", "Collectors",
                    "Objects", "Scanner", "Iterator", "UUID", "BigDecimal", "BigInteger",
                    "IOException", "File", "Files", "Path", "Paths", "InputStream",
                    "ByteArrayInputStream", "Stream", "IntStream");

    private final Plan plan;
    private final Report report;
    private final Warm warm;

    private Build(Plan plan, Report report, Warm warm) {
        this.plan = plan;
        this.report = report;
        this.warm = warm;
    }

    /** The plan of the working directory, or with a number as argument so many of them. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length > 0) {
            Many.main(args);
        }
        Plan plan = Plan.read(Path.of(""));
        Made made = made(plan, new Report(plan.get("nonce")), new Warm(false));
        Files.createDirectories(Plan.CLASSES);
        if (made != null) {
            made.keep();
        }
        System.exit(made != null ? 0 : 1);
    }

    /** What a plan's snippet compiles to; null where it does not. All of it is told. */
    static Made made(Plan plan, Report report, Warm warm) throws IOException {
        report.event("started", Map.of("java", Runtime.version().feature()));
        Made made = new Build(plan, report, warm).build();
        report.event("built", Map.of("good", made != null));
        return made;
    }

    /** Classes by their binary names, and the arguments that run them. */
    record Made(Map<String, byte[]> classes, String run) {
        long size() {
            return classes.values().stream().mapToLong(data -> data.length).sum();
        }

        private void keep() throws IOException {
            for (Map.Entry<String, byte[]> each : classes.entrySet()) {
                Path path = Plan.CLASSES.resolve(path(each.getKey()));
                Files.createDirectories(path.getParent());
                Files.write(path, each.getValue());
            }
            Files.writeString(Plan.RUN, run);
        }
    }

    /** Where a class stands below a folder of classes. */
    static String path(String name) {
        return name.replace('.', '/') + ".class";
    }

    /** One way to compile: javac's options for the level, and whether previews are on. */
    private record Way(String release, boolean preview) {
        List<String> options() {
            List<String> options = new ArrayList<>();
            if (preview) {
                options.add("--enable-preview");
            }
            if (!release.isEmpty()) {
                options.addAll(List.of("--release", release));
            }
            return options;
        }
    }

    private record Result(
            boolean good,
            String phase,
            List<Diagnostic<? extends JavaFileObject>> said,
            Main main,
            Map<String, byte[]> classes) {
        private Result(
                boolean good, String phase, List<Diagnostic<? extends JavaFileObject>> said) {
            this(good, phase, said, null, Map.of());
        }
    }

    private record Main(String name, boolean isStatic, boolean takesArguments) {}

    private Made build() throws IOException {
        List<Way> ways = new ArrayList<>();
        for (String release : plan.list("releases")) {
            ways.add(new Way(release, false));
        }
        ways.add(new Way("", false));
        String own = String.valueOf(Runtime.version().feature());
        Result result = null;
        for (int at = 0; at < ways.size(); at++) {
            Way way = ways.get(at);
            result = complete(way);
            if (result.good()) {
                return finish(way, result, at > 0);
            }
            if (!way.preview() && ways.size() < 6 && wantsPreview(result)) {
                ways.add(new Way(own, true));
            }
        }
        tell(result);
        return null;
    }

    private Made finish(Way way, Result result, boolean newer) throws IOException {
        if (newer && !plan.list("releases").isEmpty()) {
            report.event("newer", Map.of("release", plan.list("releases").get(0)));
        }
        if (way.preview()) {
            report.event("preview", Map.of());
        }
        Result watched = watched(way);
        Result last = watched == null ? result : watched;
        tell(last);
        return new Made(last.classes(), run(way, result.main()));
    }

    private static boolean wantsPreview(Result result) {
        return result.said().stream().anyMatch(d -> d.getCode().contains("preview.feature"));
    }

    // --- completing -----------------------------------------------------------------------------

    private final Set<String> imports = new LinkedHashSet<>();
    private final Set<String> guessed = new HashSet<>();
    private final Set<String> dropped = new HashSet<>(); // simple names of guesses that failed
    private final Set<String> hidden = new LinkedHashSet<>(); // own classes named as of java.lang

    /** Compile, and import what is missing, until it is good or nothing more can be imported. */
    private Result complete(Way way) throws IOException {
        imports.clear();
        guessed.clear();
        hidden.clear();
        dropped.clear();
        boolean shown = false;
        Set<String> asked = new HashSet<>();
        for (int round = 0; ; round++) {
            List<String> found = new ArrayList<>();
            Result result = compile(way, plan.text(), asked, found);
            if (!result.good() && found.isEmpty() && !hidden.isEmpty() && !shown) {
                shown = true; // what needs no import may mean a class of the project all the same
                found.addAll(hidden);
                guessed.addAll(hidden);
            }
            if (result.good() || found.isEmpty() || round == ROUNDS) {
                return result.good() || guessed.isEmpty() ? result : withoutGuesses(way);
            }
            imports.addAll(found);
        }
    }

    /** Guessed names may mean another class: what fails with them is told as without them. */
    private Result withoutGuesses(Way way) throws IOException {
        imports.removeAll(guessed);
        guessed.forEach(name -> dropped.add(name.substring(name.lastIndexOf('.') + 1)));
        guessed.clear();
        return compile(way, plan.text(), null, null);
    }

    private String completed(String text) {
        if (imports.isEmpty()) {
            return text;
        }
        StringBuilder lines = new StringBuilder();
        imports.forEach(name -> lines.append("import ").append(name).append("; "));
        int at = text.indexOf(MARK);
        return at < 0 ? text : text.substring(0, at) + lines + text.substring(at + MARK.length());
    }

    /** The text with its watched values; null where there are none or where they do not compile. */
    private Result watched(Way way) throws IOException {
        String text = plan.watched();
        Set<Integer> dropped = new HashSet<>();
        for (int round = 0; !text.isEmpty() && round < ROUNDS; round++) {
            String kept = plan.without(dropped);
            Result result = compile(way, kept, null, null);
            if (result.good()) {
                return result;
            }
            int before = dropped.size();
            for (Diagnostic<? extends JavaFileObject> d : result.said()) {
                dropped.add((int) d.getLineNumber());
            }
            if (dropped.size() == before) {
                break;
            }
        }
        return text.isEmpty() ? null : compile(way, plan.text(), null, null);
    }

    // --- compiling ------------------------------------------------------------------------------

    private Result compile(Way way, String text, Set<String> asked, List<String> found)
            throws IOException {
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        List<JavaFileObject> sources = new ArrayList<>();
        sources.add(new Warm.Source(plan.get("main"), completed(text)));
        for (String name : plan.list("others")) {
            sources.add(new Warm.Source(name, plan.other(name)));
        }
        Map<String, byte[]> classes = new TreeMap<>();
        return warm.compiled(
                options(way), sources, said, classes, task -> run(task, said, classes, asked, found));
    }

    private Result run(
            JavacTask task,
            DiagnosticCollector<JavaFileObject> said,
            Map<String, byte[]> classes,
            Set<String> asked,
            List<String> found)
            throws IOException {
        task.parse();
        if (failed(said)) {
            return new Result(false, "parse", said.getDiagnostics());
        }
        if (plan.get("only").equals("parse")) {
            return new Result(true, "parse", said.getDiagnostics());
        }
        List<TypeElement> types = new ArrayList<>();
        for (Element element : task.analyze()) {
            if (element instanceof TypeElement type) {
                types.add(type);
            }
        }
        if (failed(said)) {
            remember(task.getElements(), said);
            if (asked != null) {
                search(task.getElements(), said, asked, found);
            }
            return new Result(false, "analyze", said.getDiagnostics());
        }
        Main main = mainOf(types);
        task.generate();
        if (!failed(said)) {
            warm.forget(types);
        }
        return new Result(!failed(said), "generate", said.getDiagnostics(), main, classes);
    }

    private static boolean failed(DiagnosticCollector<JavaFileObject> said) {
        return said.getDiagnostics().stream().anyMatch(d -> d.getKind() == Diagnostic.Kind.ERROR);
    }

    private List<String> options(Way way) {
        List<String> options = new ArrayList<>(way.options());
        options.addAll(List.of("-proc:none", "-implicit:none", "-g", "-Xdiags:verbose"));
        options.addAll(List.of("-Xlint:deprecation", "-Xlint:removal", "-Xmaxerrs", "100"));
        options.addAll(List.of("-XDshould-stop.ifError=FLOW"));
        boolean module = plan.get("main").equals("module-info.java");
        options.addAll(List.of(module ? "--module-path" : "-classpath", plan.classpath()));
        options.addAll(List.of("-sourcepath", ""));
        return options;
    }

    // --- names that nobody imported -------------------------------------------------------------

    private void search(
            Elements elements,
            DiagnosticCollector<JavaFileObject> said,
            Set<String> asked,
            List<String> found)
            throws IOException {
        if (!plan.text().contains(MARK)) {
            return;
        }
        hide(elements);
        Set<String> names = new LinkedHashSet<>();
        for (Diagnostic<? extends JavaFileObject> d : said.getDiagnostics()) {
            String name = wanted(inner(d));
            if (Character.isUpperCase(name.charAt(0)) && asked.add(name)) {
                names.add(name);
            }
        }
        for (String name : names) {
            String whole = locate(elements, name);
            if (whole != null) {
                found.add(whole);
            }
        }
    }

    private final Set<String> elsewhere = new HashSet<>(); // members that some own class has

    /** Look up the members that a diagnostic misses in all of the project's classes. */
    private void remember(Elements elements, DiagnosticCollector<JavaFileObject> said) {
        Set<String> missed = new HashSet<>();
        for (Diagnostic<? extends JavaFileObject> d : said.getDiagnostics()) {
            missed.add(missed(inner(d)));
        }
        if (plan.get("inferred").isEmpty() || missed.equals(Set.of(""))) {
            return;
        }
        for (String name : plan.list("own")) {
            PackageElement pack = elements.getPackageElement(name);
            for (Element type : pack == null ? List.<Element>of() : pack.getEnclosedElements()) {
                type.getEnclosedElements().forEach(m -> elsewhere.add(m.getSimpleName().toString()));
            }
        }
        elsewhere.retainAll(missed);
    }

    private static String missed(JCDiagnostic said) {
        boolean one = said != null && said.getCode().startsWith("compiler.err.cant.resolve");
        return one && said.getArgs().length > 1 ? String.valueOf(said.getArgs()[1]) : "";
    }

    /** The classes of the project that hide behind a name of java.lang, and nobody imports. */
    private void hide(Elements elements) throws IOException {
        String text = plan.text();
        for (String word : new LinkedHashSet<>(List.of(text.split("\\W+")))) {
            boolean usual = !word.isEmpty() && Character.isUpperCase(word.charAt(0));
            if (usual && elements.getTypeElement("java.lang." + word) != null) {
                List<String> own = within(elements, "own", word);
                if (!own.isEmpty() && !text.contains("." + word + ";")) {
                    hidden.add(own.get(0));
                }
            }
        }
    }

    /** The name that may be a class nobody imported; `-` where a diagnostic has none. */
    private static String wanted(JCDiagnostic said) {
        if (said == null) {
            return "-";
        }
        Object[] args = said.getArgs();
        if (said.getCode().equals("compiler.err.doesnt.exist")) { // `Outer.Inner`, of no package
            String name = String.valueOf(args[0]);
            return name.isEmpty() || name.contains(".") ? "-" : name;
        }
        if (!said.getCode().startsWith("compiler.err.cant.resolve") || args.length < 2) {
            return "-";
        }
        String kind = String.valueOf(args[0]);
        String name = String.valueOf(args[1]);
        boolean isType = kind.contains("class") || kind.contains("var");
        return isType && !name.isEmpty() ? name : "-";
    }

    /** Own classes first, then what jshell imports; the rest of all that is there is a guess. */
    private String locate(Elements elements, String name) throws IOException {
        List<String> own = within(elements, "own", name);
        if (!own.isEmpty()) {
            if (own.size() > 1) {
                guessed.add(own.get(0));
            }
            return own.get(0);
        }
        List<String> usual = within(elements, "usual", name);
        if (!usual.isEmpty()) {
            if (!PLAIN.contains(name) && onClassPath(name).stream().anyMatch(o -> visible(elements, o))) {
                guessed.add(usual.get(0)); // a Timer, a Consumer of a library
            }
            return usual.get(0);
        }
        List<String> others = within(elements, "other", name);
        if (others.isEmpty()) {
            others.addAll(onClassPath(name));
            others.removeIf(whole -> !visible(elements, whole));
        }
        if (others.size() != 1) {
            return null;
        }
        guessed.add(others.get(0));
        return others.get(0);
    }

    private List<String> within(Elements elements, String packages, String name) {
        List<String> found = new ArrayList<>();
        for (String pack : plan.list(packages)) {
            if (visible(elements, pack + "." + name)) {
                found.add(pack + "." + name);
            }
        }
        return found;
    }

    private static boolean visible(Elements elements, String whole) {
        TypeElement type = elements.getTypeElement(whole);
        return type != null && type.getModifiers().contains(Modifier.PUBLIC);
    }

    private Set<String> onClassPath(String name) throws IOException {
        return warm.onClassPath(plan.get("classpath"), name);
    }

    // --- what to run ----------------------------------------------------------------------------

    /** The class to run: the wrapper, the one that the document names, a public one, the first. */
    private Main mainOf(List<TypeElement> types) {
        Main chosen = null;
        int best = 0;
        for (TypeElement type : types) {
            Main main = type.getNestingKind() == NestingKind.TOP_LEVEL ? mainIn(type) : null;
            int rank = main == null ? 0 : rank(type);
            if (rank > best) {
                chosen = main;
                best = rank;
            }
        }
        return chosen;
    }

    private int rank(TypeElement type) {
        String name = type.getSimpleName().toString();
        if (name.equals(plan.get("wrapper"))) {
            return 4;
        }
        if ((name + ".java").equals(Path.of(plan.get("main")).getFileName().toString())) {
            return 3;
        }
        return type.getModifiers().contains(Modifier.PUBLIC) ? 2 : 1;
    }

    private static Main mainIn(TypeElement type) {
        Main found = null;
        for (Element member : type.getEnclosedElements()) {
            if (!(member instanceof ExecutableElement method)
                    || !method.getSimpleName().contentEquals("main")
                    || !method.getReturnType().toString().equals("void")) {
                continue;
            }
            Set<Modifier> modifiers = method.getModifiers();
            boolean isStatic = modifiers.contains(Modifier.STATIC);
            boolean takes = method.getParameters().size() == 1;
            if (method.getParameters().size() > 1 || takes && !takesWords(method)) {
                continue;
            }
            boolean classic = isStatic && takes && modifiers.contains(Modifier.PUBLIC);
            boolean modern =
                    Runtime.version().feature() >= 25
                            && !modifiers.contains(Modifier.PRIVATE)
                            && !modifiers.contains(Modifier.ABSTRACT)
                            && (isStatic || makeable(type));
            if (classic || modern && (found == null || takes)) {
                found = new Main(binary(type), isStatic, takes);
            }
        }
        return found;
    }

    private static boolean takesWords(ExecutableElement method) {
        return method.getParameters().get(0).asType().toString().equals("java.lang.String[]");
    }

    private static boolean makeable(TypeElement type) {
        if (type.getKind() != ElementKind.CLASS || type.getModifiers().contains(Modifier.ABSTRACT)) {
            return false;
        }
        for (Element member : type.getEnclosedElements()) {
            if (member.getKind() == ElementKind.CONSTRUCTOR
                    && ((ExecutableElement) member).getParameters().isEmpty()
                    && !member.getModifiers().contains(Modifier.PRIVATE)) {
                return true;
            }
        }
        return false;
    }

    private static String binary(TypeElement type) {
        return ((Symbol.ClassSymbol) type).flatname.toString();
    }

    /** The arguments of the JVM that runs it, as a file of them (`java @run`). */
    private String run(Way way, Main main) {
        List<String> lines = new ArrayList<>();
        if (way.preview()) {
            lines.add("--enable-preview");
        }
        lines.add("-cp");
        lines.add(quoted(Plan.CLASSES + File.pathSeparator + plan.classpath()));
        lines.add("dochealing.Run");
        lines.add(plan.get("nonce"));
        if (main != null && !plan.get("still").equals("yes")) {
            lines.add(quoted(main.name()));
            lines.add(main.isStatic() ? "static" : "instance");
            lines.add(main.takesArguments() ? "arguments" : "none");
        }
        return String.join("\n", lines) + "\n";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    // --- telling --------------------------------------------------------------------------------

    private void tell(Result result) {
        if (!imports.isEmpty()) {
            report.event("imports", Map.of("names", List.copyOf(imports)));
        }
        if (!guessed.isEmpty()) {
            report.event("guessed", Map.of("names", List.copyOf(guessed)));
        }
        doubt(result);
        boolean more = result.said().stream().anyMatch(this::isMissing);
        for (Diagnostic<? extends JavaFileObject> d : result.said()) {
            boolean error = d.getKind() == Diagnostic.Kind.ERROR;
            if (more && dropped.contains(wanted(inner(d)))) {
                continue; // a class that was there to guess is not what is missing
            }
            if (!error && !d.getCode().contains("deprecated")) {
                continue;
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("phase", result.phase());
            fields.put("code", d.getCode());
            fields.put("message", d.getMessage(Locale.ROOT));
            place(fields, d);
            JCDiagnostic inner = inner(d);
            fields.put("args", inner == null ? List.of() : arguments(inner, 0));
            if (elsewhere.contains(missed(inner))) {
                fields.put("elsewhere", true);
            }
            if (!error && inner != null) {
                fields.put("member", member(inner.getArgs()));
            }
            report.event(error ? "error" : "warning", fields);
        }
    }

    /** The symbol that a warning is about, as `package.Outer$Inner#member(Type)`. */
    private static String member(Object[] arguments) {
        if (arguments.length == 0 || !(arguments[0] instanceof Symbol symbol)) {
            return "";
        }
        if (symbol instanceof Symbol.ClassSymbol type) {
            return type.flatname.toString();
        }
        return symbol.owner instanceof Symbol.ClassSymbol owner
                ? owner.flatname + "#" + symbol
                : symbol.toString();
    }

    /** Whether a diagnostic misses a class of which there is not even a guess. */
    private boolean isMissing(Diagnostic<? extends JavaFileObject> d) {
        JCDiagnostic told = inner(d);
        String name = wanted(told);
        return !name.equals("-")
                && !dropped.contains(name)
                && told.getCode().startsWith("compiler.err.cant.resolve")
                && String.valueOf(told.getArgs()[0]).contains("class");
    }

    /** Say of a diagnostic about a class of java.lang that the project has one of its name. */
    private void doubt(Result result) {
        for (String whole : hidden) {
            String usual = "java.lang." + whole.substring(whole.lastIndexOf('.') + 1);
            boolean told =
                    result.said().stream()
                            .anyMatch(d -> d.getMessage(Locale.ROOT).contains(usual));
            if (told && !imports.contains(whole)) {
                report.event("guessed", Map.of("names", List.of(usual)));
            }
        }
    }

    private static void place(Map<String, Object> fields, Diagnostic<? extends JavaFileObject> d) {
        if (!(d.getSource() instanceof Warm.Source source) || d.getPosition() < 0) {
            return;
        }
        String text = source.text;
        int at = (int) Math.min(d.getPosition(), text.length());
        fields.put("file", source.path);
        int start = text.lastIndexOf('\n', at - 1) + 1;
        fields.put("line", text.substring(0, start).chars().filter(c -> c == '\n').count());
        fields.put("column", text.codePointCount(start, at));
        int end = (int) Math.min(Math.max(d.getEndPosition(), at), text.length());
        fields.put("text", text.substring(at, end));
    }

    private static JCDiagnostic inner(Diagnostic<?> d) {
        if (d instanceof ClientCodeWrapper.DiagnosticSourceUnwrapper wrapped) {
            return wrapped.d;
        }
        return d instanceof JCDiagnostic plain ? plain : null;
    }

    private static List<Object> arguments(JCDiagnostic diagnostic, int depth) {
        List<Object> told = new ArrayList<>();
        for (Object arg : diagnostic.getArgs()) {
            told.add(argument(arg, depth));
        }
        return told;
    }

    private static Object argument(Object arg, int depth) {
        if (arg instanceof JCDiagnostic nested && depth < 4) {
            return Map.of("code", nested.getCode(), "args", arguments(nested, depth + 1));
        }
        Symbol symbol = null;
        if (arg instanceof Type type && type.tsym != null) {
            symbol = type.tsym;
        } else if (arg instanceof Symbol plain) {
            symbol = plain;
        }
        if (symbol == null) {
            return String.valueOf(arg);
        }
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("text", String.valueOf(arg));
        told.put("class", "");
        told.put("package", "");
        told.put("erroneous", arg instanceof Type type && type.isErroneous());
        for (Symbol one = symbol; one != null; one = one.owner) {
            if (one instanceof Symbol.ClassSymbol type && told.get("class").equals("")) {
                told.put("class", type.flatname.toString());
            } else if (one instanceof Symbol.PackageSymbol pack) {
                told.put("package", pack.getQualifiedName().toString());
                break;
            }
        }
        return told;
    }
}
