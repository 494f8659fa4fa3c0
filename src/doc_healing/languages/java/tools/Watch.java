package dochealing;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Tells the values that a document promises, where they arise. */
public final class Watch {
    private static final int MOST = 200;

    private static Report report = new Report("");
    private static ByteArrayOutputStream copy;
    private static int told;

    private Watch() {}

    static void start(Report channel) {
        report = channel;
    }

    /** The snippet's own statements begin here; those of other blocks stand before. */
    public static void begun() {
        report.event("begun", Map.of());
    }

    /** A value at its place; gives it back. */
    public static <T> T value(int place, T value) {
        tell("value", place, value);
        return value;
    }

    /** From here on, what is printed is what the promise of the next `printed` speaks of. */
    public static void listen() {
        if (copy == null) {
            copy = new ByteArrayOutputStream();
            System.setOut(new Tee(System.out, copy));
        }
        copy.reset();
    }

    public static void printed(int place) {
        System.out.flush();
        tell("printed", place, copy.toString(StandardCharsets.UTF_8));
        copy.reset();
    }

    private static void tell(String type, int place, Object value) {
        if (told++ > MOST) {
            return;
        }
        String kind = value == null ? "null" : value.getClass().getName();
        report.event(type, Map.of("place", place, "kind", kind, "text", shown(value)));
    }

    private static String shown(Object value) {
        if (value == null || !value.getClass().isArray()) {
            try {
                return String.valueOf(value);
            } catch (RuntimeException odd) { // its own toString
                return "?";
            }
        }
        StringBuilder text = new StringBuilder("[");
        for (int at = 0; at < Array.getLength(value); at++) {
            text.append(at == 0 ? "" : ", ").append(shown(Array.get(value, at)));
        }
        return text.append("]").toString();
    }

    private static final class Tee extends PrintStream {
        Tee(PrintStream out, OutputStream copy) {
            super(new Both(out, copy), true, StandardCharsets.UTF_8);
        }
    }

    private static final class Both extends OutputStream {
        private final PrintStream out;
        private final OutputStream copy;

        Both(PrintStream out, OutputStream copy) {
            this.out = out;
            this.copy = copy;
        }

        @Override
        public void write(int one) throws java.io.IOException {
            out.write(one);
            copy.write(one);
        }

        @Override
        public void write(byte[] data, int start, int length) throws java.io.IOException {
            out.write(data, start, length);
            copy.write(data, start, length);
        }

        @Override
        public void flush() {
            out.flush();
        }
    }
}
