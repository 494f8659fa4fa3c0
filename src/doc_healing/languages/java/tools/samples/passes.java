/*imports*/
/** What is compiled for the archive's sake: it needs most parts of javac, up to its classes. */
class Sample {
    sealed interface S permits P, E {}

    record P(int a, String b) implements S {}

    enum E implements S {
        A,
        B {
            @Override
            public String toString() {
                return name();
            }
        }
    }

    static <T extends Comparable<T>> T most(List<? extends T> all) {
        T found = null;
        for (T one : all) {
            if (found == null || one.compareTo(found) > 0) {
                found = one;
            }
        }
        return found;
    }

    public static void main(String[] args) throws Throwable {
        var m = new TreeMap<String, P>();
        m.put("a" + args.length, new P(1, """
            x"""));
        Function<Integer, Integer> f = x -> x + m.size();
        Supplier<P> s = () -> new P(2, null);
        System.out.println(Stream.of(1, 2).map(f).filter(Objects::nonNull).toList());
        try (var in = new StringReader(most(List.of("b")))) {
            in.read();
        } catch (IOException | RuntimeException e) {
            throw new Exception(e);
        } finally {
            s.get();
        }
        Object o = E.A;
        if (o instanceof E e && e != E.B) {
            assert e.ordinal() == 0 : e;
        }
        int n = switch (E.A) {
            case A -> 1;
            case B -> {
                yield 2;
            }
        };
        int[] a = {n, (int) 2L};
        switch ("k") {
            case "k":
                n += a[0];
                break;
            default:
                while (n < 3) n++;
        }
        new Thread() {
            @Override
            public void run() {
                new Date(1, 1, 1);
            }
        }.start();
    }
}
