package dochealing;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the main method of a compiled snippet and tells how it ended. */
public final class Run {
    private static final int FRAMES = 60;
    private static final int CAUSES = 8;

    private Run() {}

    public static void main(String[] args) throws Throwable {
        Report report = new Report(args[0]);
        if (Files.exists(Plan.TOLD)) {
            report.tell(Files.readAllBytes(Plan.TOLD));
        }
        if (args.length < 4) {
            report.event("nothing", Map.of());
            return;
        }
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> uncaught(report, thread, error));
        report.event("running", Map.of());
        try {
            Watch.start(report);
            call(args[1], args[2].equals("static"), args[3].equals("arguments"));
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
        report.event("finished", Map.of());
    }

    private static void call(String name, boolean isStatic, boolean takes) throws Throwable {
        Class<?> type = Class.forName(name);
        Method method =
                takes
                        ? type.getDeclaredMethod("main", String[].class)
                        : type.getDeclaredMethod("main");
        method.setAccessible(true);
        Object owner = null;
        if (!isStatic) {
            Constructor<?> maker = type.getDeclaredConstructor();
            maker.setAccessible(true);
            owner = maker.newInstance();
        }
        if (takes) {
            method.invoke(owner, (Object) new String[0]);
        } else {
            method.invoke(owner);
        }
    }

    private static void uncaught(Report report, Thread thread, Throwable error) {
        Map<String, Object> fields = new LinkedHashMap<>(described(error));
        fields.put("thread", thread.getName());
        List<Object> causes = new ArrayList<>();
        Throwable cause = error.getCause();
        for (int at = 0; cause != null && at < CAUSES; at++, cause = cause.getCause()) {
            causes.add(described(cause));
        }
        fields.put("causes", causes);
        report.event("thrown", fields);
        System.err.print("Exception in thread \"" + thread.getName() + "\" ");
        error.printStackTrace();
    }

    private static Map<String, Object> described(Throwable error) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("class", error.getClass().getName());
        fields.put("kinds", kinds(error.getClass()));
        fields.put("message", message(error));
        List<Object> frames = new ArrayList<>();
        StackTraceElement[] trace = error.getStackTrace();
        for (int at = 0; at < trace.length && at < FRAMES; at++) {
            frames.add(
                    List.of(
                            String.valueOf(trace[at].getFileName()),
                            trace[at].getLineNumber(),
                            trace[at].getClassName(),
                            trace[at].getMethodName(),
                            ours(trace[at].getClassName())));
        }
        fields.put("frames", frames);
        return fields;
    }

    private static List<String> kinds(Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Class<?> one = type; one != null && one != Object.class; one = one.getSuperclass()) {
            names.add(one.getName());
        }
        return names;
    }

    private static String message(Throwable error) {
        try {
            return String.valueOf(error.getMessage());
        } catch (Throwable odd) { // a message of the snippet's own making
            return "";
        }
    }

    private static boolean ours(String name) {
        return Files.exists(Plan.CLASSES.resolve(name.replace('.', '/') + ".class"));
    }
}
