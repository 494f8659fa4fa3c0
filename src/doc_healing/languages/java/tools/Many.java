package dochealing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Compiles many snippets, one after the other, each as `Build` compiles it alone.
 *
 * <p>Reads the plan of each from a folder of its number, and writes a zip to the report channel:
 * of each that compiles its classes, the arguments that run it, and what the build told. Of one
 * that does not, or on which the compiler itself fails, there is nothing.
 */
final class Many {
    /** What a snippet may take. After one that takes longer the others are left to run alone. */
    private static final long LONGEST_MILLIS = 30_000;

    /** What all may take: below what a build of many is given, so that what is done is kept. */
    private static final long LONGEST_MILLIS_IN_ALL = 90_000;

    private static final long MOST_BYTES = 512 * 1024;
    private static final long MOST_BYTES_IN_ALL = 12 * 1024 * 1024;

    private final Warm warm = new Warm(true);
    private final Map<Integer, byte[]> told = new ConcurrentSkipListMap<>();
    private final Map<Integer, Build.Made> made = new ConcurrentSkipListMap<>();
    private final AtomicInteger at = new AtomicInteger();
    private final int count;

    private Many(int count) {
        this.count = count;
    }

    static void main(String[] args) throws IOException, InterruptedException {
        Many many = new Many(Integer.parseInt(args[0]));
        Thread worker = new Thread(many::build);
        worker.setDaemon(true);
        worker.start();
        long last = System.currentTimeMillis() + LONGEST_MILLIS_IN_ALL;
        for (int seen = -1; worker.isAlive() && seen != many.at.get(); ) {
            seen = many.at.get();
            many.await(worker, seen, last);
        }
        many.write();
        System.exit(0);
    }

    /** Until the snippet of this number is done, at most as long as one, or all, may take. */
    private void await(Thread worker, int number, long last) throws InterruptedException {
        long end = Math.min(last, System.currentTimeMillis() + LONGEST_MILLIS);
        while (at.get() == number && worker.isAlive() && System.currentTimeMillis() < end) {
            worker.join(20);
        }
    }

    private void build() {
        for (; at.get() < count; at.incrementAndGet()) {
            int number = at.get();
            ByteArrayOutputStream channel = new ByteArrayOutputStream();
            try {
                Plan plan = Plan.read(Path.of(String.valueOf(number)));
                Build.Made one = Build.made(plan, new Report(plan.get("nonce"), channel), warm);
                if (one != null) {
                    told.put(number, channel.toByteArray());
                    made.put(number, one);
                }
            } catch (Throwable crashed) { // the compiler's own: alone it says what there is to say
                continue;
            }
        }
    }

    private void write() throws IOException {
        try (OutputStream channel = Report.channel();
                ZipOutputStream zip = new ZipOutputStream(channel)) {
            zip.setLevel(Deflater.BEST_SPEED);
            long all = 0;
            for (Map.Entry<Integer, Build.Made> each : made.entrySet()) {
                long size = each.getValue().size();
                if (size <= MOST_BYTES && all + size <= MOST_BYTES_IN_ALL) {
                    all += size;
                    write(zip, each.getKey() + "/", each.getValue());
                }
            }
        }
    }

    private void write(ZipOutputStream zip, String folder, Build.Made one) throws IOException {
        for (Map.Entry<String, byte[]> type : one.classes().entrySet()) {
            String path = Build.path(type.getKey());
            entry(zip, folder + Plan.CLASSES + "/" + path, type.getValue());
        }
        entry(zip, folder + Plan.RUN, one.run().getBytes(StandardCharsets.UTF_8));
        entry(zip, folder + Plan.TOLD, told.get(Integer.parseInt(folder.replace("/", ""))));
    }

    private static void entry(ZipOutputStream zip, String name, byte[] data) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(data);
        zip.closeEntry();
    }
}
