package dochealing;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lines of JSON on file descriptor 3. A channel that is gone is no failure of the snippet. */
final class Report {
    private static final int LONGEST = 20_000;

    private static final Path CHANNEL = Path.of("/proc/self/fd/3");
    private static final boolean IS_PIPE = isPipe();

    private final String nonce;
    private final OutputStream instead;

    Report(String nonce) {
        this(nonce, null);
    }

    /** One that tells a stream of ours `instead` of the channel. */
    Report(String nonce, OutputStream instead) {
        this.nonce = nonce;
        this.instead = instead;
    }

    synchronized void event(String type, Map<String, ?> fields) {
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("nonce", nonce);
        whole.put("type", type);
        whole.putAll(fields);
        StringBuilder text = new StringBuilder();
        write(text, whole);
        text.append('\n');
        tell(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Lines that are events already. */
    void tell(byte[] lines) {
        try (OutputStream channel = instead == null ? channel() : null) {
            (instead == null ? channel : instead).write(lines);
        } catch (IOException gone) {
            return; // the reader says that it heard nothing
        }
    }

    /** The channel itself. Outside of a jail, file 3 is one of the JVM's own: then it is none. */
    static OutputStream channel() throws IOException {
        return IS_PIPE ? new FileOutputStream(CHANNEL.toFile()) : OutputStream.nullOutputStream();
    }

    /** Whether file 3 is the channel. Opened again by its path, a regular file could be written. */
    private static boolean isPipe() {
        try {
            return Files.readSymbolicLink(CHANNEL).toString().startsWith("pipe:");
        } catch (IOException none) {
            return false;
        }
    }

    private static void write(StringBuilder text, Object value) {
        if (value instanceof Map<?, ?> map) {
            String before = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                text.append(before);
                string(text, String.valueOf(entry.getKey()));
                text.append(':');
                write(text, entry.getValue());
                before = ",";
            }
            text.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Iterable<?> items) {
            text.append('[');
            String before = "";
            for (Object item : items) {
                text.append(before);
                write(text, item);
                before = ",";
            }
            text.append(']');
        } else if (value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else {
            string(text, String.valueOf(value));
        }
    }

    private static void string(StringBuilder text, String value) {
        text.append('"');
        int end = Math.min(value.length(), LONGEST);
        for (int at = 0; at < end; at++) {
            char c = value.charAt(at);
            if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
