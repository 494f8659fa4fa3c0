import java.util.*;
/** What is compiled for the archive's sake: it fails in the ways that blocks fail in. */
class Sample {
    record P(int a, String b) {}

    public static void main(String[] args) throws Throwable {
        var all = List.of(1, 2);
        Map<String, P> m = new HashMap<>(Map.of("a", new P(1, """
            x""")));
        int y = "a";
        all.stream().map(x -> x + 1).filter(Objects::nonNull).toList();
        Stream.of(missing);
        for (int i : all) {
            switch (i) {
                case 1 -> System.out.println(m);
                default -> {}
            }
        }
    }
}
