package dochealing;

import com.sun.source.util.JavacTask;
import com.sun.tools.javac.api.JavacTaskPool;
import com.sun.tools.javac.code.Symbol;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.DiagnosticListener;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What all compilations of this JVM share: the compiler, and file managers with the jars that they
 * have opened. What one compilation knows of its own texts and classes no other one sees.
 *
 * <p>Where many are compiled, they also share what javac has read of the JDK and of the class path
 * (its `JavacTaskPool`, which JShell is built on): that is most of what a small compilation does. It
 * is thrown away after whatever may have left something in it: an error, a package, a module.
 */
final class Warm implements DiagnosticListener<JavaFileObject> {
    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final Map<List<String>, Manager> managers = new HashMap<>();
    private final Map<String, Map<String, Set<String>>> indexes = new HashMap<>();
    private final boolean many;
    private JavacTaskPool pool = new JavacTaskPool(1);
    private JavacTaskPool used = pool;
    private DiagnosticListener<? super JavaFileObject> listener = told -> {};

    Warm(boolean many) {
        this.many = many;
    }

    /** What is asked of a compilation. */
    interface Work<T> {
        T of(JavacTask task) throws IOException;
    }

    /** What work gives on a compilation of these texts, whose classes go to `made` by their names. */
    <T> T compiled(
            List<String> options,
            List<JavaFileObject> sources,
            DiagnosticCollector<JavaFileObject> said,
            Map<String, byte[]> made,
            Work<T> work)
            throws IOException {
        listener = said;
        // An option stays with a file manager: only those with the same ones may share it.
        Manager manager = managers.computeIfAbsent(options, key -> new Manager(shared()));
        manager.made = made;
        StringWriter loose = new StringWriter();
        if (!many) {
            JavacTask task =
                    (JavacTask) compiler.getTask(loose, manager, said, options, null, sources);
            task.setLocale(Locale.ROOT);
            return work.of(task);
        }
        JavacTaskPool lent = pool;
        pool = new JavacTaskPool(1); // unless `forget` finds nothing that could be left in it
        used = lent;
        try {
            return lent.getTask(
                    loose, manager, said, options, null, sources, task -> worked(task, work));
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    private static <T> T worked(JavacTask task, Work<T> work) {
        task.setLocale(Locale.ROOT);
        try {
            return work.of(task);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * The types of a compilation without any error are to be unknown to the next one. The pool does
     * away with the classes, but they stay listed in their package.
     */
    void forget(List<TypeElement> types) {
        for (TypeElement type : types) {
            if (!(type instanceof Symbol.ClassSymbol known) || !known.packge().isUnnamed()) {
                return; // a package that was declared once would be there for others
            }
        }
        for (TypeElement type : types) {
            Symbol.ClassSymbol known = (Symbol.ClassSymbol) type;
            known.packge().members().remove(known);
        }
        pool = used;
    }

    private Shared shared() {
        return new Shared(
                compiler.getStandardFileManager(this, Locale.ROOT, StandardCharsets.UTF_8));
    }

    @Override
    public void report(Diagnostic<? extends JavaFileObject> told) {
        listener.report(told);
    }

    /** The classes of this simple name in the jars of a class path. */
    Set<String> onClassPath(String classpath, String name) throws IOException {
        Map<String, Set<String>> index = indexes.get(classpath);
        if (index == null) {
            index = new LinkedHashMap<>();
            for (String entry : classpath.split(File.pathSeparator)) {
                if (entry.endsWith(".jar") && Files.isRegularFile(Path.of(entry))) {
                    enter(index, entry);
                }
            }
            indexes.put(classpath, index);
        }
        return new HashSet<>(index.getOrDefault(name, Set.of()));
    }

    private static void enter(Map<String, Set<String>> index, String jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar)) {
            zip.stream().map(item -> item.getName()).forEach(path -> enterClass(index, path));
        } catch (ZipException broken) {
            return; // javac says so itself
        }
    }

    private static void enterClass(Map<String, Set<String>> index, String path) {
        int slash = path.lastIndexOf('/');
        boolean usual = path.endsWith(".class") && slash > 0 && path.indexOf('$') < 0;
        if (usual && !path.startsWith("META-INF/")) {
            String simple = path.substring(slash + 1, path.length() - 6);
            String whole = path.substring(0, path.length() - 6).replace('/', '.');
            index.computeIfAbsent(simple, key -> new HashSet<>()).add(whole);
        }
    }

    /**
     * Remembers what is in the packages of the JDK and of the class path, which nothing changes
     * meanwhile: to list them is most of what a compilation does.
     */
    private static final class Shared extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private record Asked(
                Location place, String pack, Set<JavaFileObject.Kind> kinds, boolean deep) {}

        private final Map<Asked, List<JavaFileObject>> lists = new HashMap<>();

        Shared(StandardJavaFileManager files) {
            super(files);
        }

        @Override
        public Iterable<JavaFileObject> list(
                Location place, String pack, Set<JavaFileObject.Kind> kinds, boolean deep)
                throws IOException {
            Asked asked = new Asked(place, pack, Set.copyOf(kinds), deep);
            List<JavaFileObject> found = lists.get(asked);
            if (found == null) {
                found = new ArrayList<>();
                super.list(place, pack, kinds, deep).forEach(found::add);
                lists.put(asked, found);
            }
            return found;
        }
    }

    /** Knows where our texts and classes are: nowhere on the disk, and so on no path. */
    private static final class Manager extends ForwardingJavaFileManager<Shared> {
        private Map<String, byte[]> made = Map.of(); // of the compilation under way

        Manager(Shared files) {
            super(files);
        }

        @Override
        public boolean contains(Location place, FileObject file) throws IOException {
            return file instanceof Source || super.contains(place, file);
        }

        @Override
        public String inferBinaryName(Location place, JavaFileObject file) {
            return file instanceof Source ? null : super.inferBinaryName(place, file);
        }

        @Override
        public boolean isSameFile(FileObject one, FileObject other) {
            boolean ours = one instanceof Source || other instanceof Source;
            return ours ? one == other : super.isSameFile(one, other);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location place, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new Made(name, made);
        }

        @Override
        public void close() {
            // The next compilation has the same jars open.
        }
    }

    /** A text as a source file that may hold any public type. */
    static final class Source extends SimpleJavaFileObject {
        final String path;
        final String text;

        Source(String path, String text) {
            super(URI.create("snippet:///" + path), Kind.SOURCE);
            this.path = path;
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignored) {
            return text;
        }

        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE && !simpleName.equals("module-info")
                    || path.equals("module-info.java");
        }
    }

    /** A class that is kept in memory. */
    private static final class Made extends SimpleJavaFileObject {
        private final String name;
        private final Map<String, byte[]> made;

        Made(String name, Map<String, byte[]> made) {
            super(URI.create("made:///" + made.size()), Kind.CLASS);
            this.name = name;
            this.made = made;
        }

        @Override
        public OutputStream openOutputStream() {
            return new ByteArrayOutputStream() {
                @Override
                public void close() {
                    made.put(name, toByteArray());
                }
            };
        }

        @Override
        public boolean delete() {
            made.remove(name);
            return true;
        }
    }
}
