"""A library of books in Java: classes in packages, utility classes with static methods."""

import posixpath

from tests.symbols.mutations.package import Dialect, Package, Par, Spec

_BOOK = """
package {{package}};

import java.util.ArrayList;
import java.util.List;

/** A book that can be lent. */
public class Book {
    private final String title;
    private final int pages;
    private final List<String> notes = new ArrayList<>();

    public Book(String title, int pages) {
        this.title = title;
        this.pages = pages;
    }

    {{def addNote}}
    /** Writes something into it. */
    public Book addNote({{params addNote}}) {
        if (page > pages || text.isBlank()) {
            throw new IllegalArgumentException("no such page: " + page);
        }
        notes.add(page + ": " + text.strip());
        return this;
    }
    {{end}}

    {{def readingHours}}
    /** How long it takes to read it. */
    public int readingHours({{params readingHours}}) {
        int minutes = pages * 60 / perHour;
        int hours = minutes / 60;
        return minutes % 60 == 0 ? hours : hours + 1;
    }
    {{end}}

    public int pages() {
        return pages;
    }
}
"""
_SHELF = """
package {{package}};

import java.util.ArrayDeque;
import java.util.Deque;
{{import Book}}

/** Where books stand. */
public class Shelf {
    private final Deque<Book> books = new ArrayDeque<>();
    private final int width;

    public Shelf(int width) {
        this.width = width;
    }

    {{def putBook}}
    /** Puts a book on it. */
    public boolean putBook({{params putBook}}) {
        int used = books.stream().mapToInt(one -> one.pages()).sum();
        if (used + book.pages() > width * 40) {
            return false;
        }
        return front ? books.offerFirst(book) : books.offerLast(book);
    }
    {{end}}

    {{def spaceLeft}}
    /** The space that is left, in pages. */
    public int spaceLeft({{params spaceLeft}}) {
        int free = width * 40;
        for (var one : books) {
            free -= one.pages();
        }
        return Math.max(free - margin, 0);
    }
    {{end}}
}
"""
_BOOKS = """
package lending.stock;

import java.util.Comparator;
import java.util.List;
{{import Book}}

/** What can be done with books. */
public final class Books {
    private Books() {
    }

    {{def longestBook}}
    /** The longest of some books. */
    public static Book longestBook({{params longestBook}}) {
        return books.stream()
            .filter(one -> one.pages() >= least)
            .max(Comparator.comparingInt(one -> one.pages()))
            .orElseThrow();
    }
    {{end}}

    {{def parseSpine}}
    /** A book from what is on its spine. */
    public static Book parseSpine({{params parseSpine}}) {
        String[] parts = spine.split("/", 2);
        if (parts.length < 2) {
            throw new IllegalArgumentException(spine);
        }
        return new Book(parts[0].strip(), Integer.parseInt(parts[1]));
    }
    {{end}}
    {{more}}
}
"""
_TERMS = """
package lending.time;

import java.time.LocalDate;

/** How long something may be kept. */
public final class Terms {
    /** The days that a book may be kept. */
    public static final int LOAN_DAYS = 28;

    private Terms() {
    }

    {{def dueDate}}
    /** When it is due. */
    public static LocalDate dueDate({{params dueDate}}) {
        LocalDate end = start.plusDays(LOAN_DAYS * (renewals + 1L));
        while (end.getDayOfWeek().getValue() > 5) {
            end = end.plusDays(1);
        }
        return end;
    }
    {{end}}

    {{def daysLate}}
    /** By how many days it is late. */
    public static long daysLate({{params daysLate}}) {
        long late = returned.toEpochDay() - due.toEpochDay();
        return late > grace ? late - grace : 0;
    }
    {{end}}
    {{more}}
}
"""
_FINES = """
package lending.money;

/** What being late costs. */
public final class Fines {
    /** Cents for a day. */
    public static final int DAY_CENTS = 15;

    private Fines() {
    }

    {{def lateFine}}
    /** The fine for some days. */
    public static int lateFine({{params lateFine}}) {
        int gross = days * DAY_CENTS;
        if (child) {
            gross /= 2;
        }
        return Math.min(gross, 40 * DAY_CENTS);
    }
    {{end}}

    {{def formatCents}}
    /** An amount as a text. */
    public static String formatCents({{params formatCents}}) {
        StringBuilder text = new StringBuilder(currency);
        text.append(' ').append(cents / 100).append('.');
        return text.append(String.format("%02d", cents % 100)).toString();
    }
    {{end}}
    {{more}}
}
"""
_ACCOUNT = """
package {{package}};

import java.util.LinkedHashMap;
import java.util.Map;
{{import formatCents}}

/** What a reader owes. */
public class Account {
    private final Map<String, Integer> rows = new LinkedHashMap<>();

    public Account() {
    }

    {{def chargeFine}}
    /** Writes a fine down. */
    public int chargeFine({{params chargeFine}}) {
        if (cents < 0) {
            throw new IllegalStateException("less than nothing");
        }
        rows.merge(reason, cents, Integer::sum);
        return rows.size();
    }
    {{end}}

    {{def balanceDue}}
    /** All that is owed. */
    public int balanceDue({{params balanceDue}}) {
        int sum = fee;
        for (int cents : rows.values()) {
            sum += cents;
        }
        return sum;
    }
    {{end}}

    /** All of it in words. */
    public String report() {
        StringBuilder lines = new StringBuilder();
        for (var row : rows.entrySet()) {
            lines.append(row.getKey());
            lines.append({{ref formatCents}}({{args formatCents row.getValue(); "EUR"}}));
        }
        return lines.toString();
    }
}
"""
_TESTS = """
package lending;

import org.junit.jupiter.api.Test;
{{import Book}}
{{import Shelf}}
{{import Account}}
{{import longestBook}}
{{import parseSpine}}
{{import dueDate}}
{{import daysLate}}
{{import lateFine}}
{{import formatCents}}

class LendingTest {
    @Test
    void stock() {
        Book book = new Book("Emma", 474);
        book.addNote({{args addNote 3; "good"}});
        check(book.readingHours({{args readingHours 40}}));
        Shelf shelf = new Shelf(90);
        check(shelf.putBook({{args putBook book; true}}));
        check(shelf.spaceLeft({{args spaceLeft 10}}));
        check({{ref longestBook}}({{args longestBook List.of(book); 3}}));
        check({{ref parseSpine}}({{args parseSpine "Emma/474"}}));
    }

    @Test
    void time() {
        check({{ref dueDate}}({{args dueDate LocalDate.now(); 1}}));
        check({{ref daysLate}}({{args daysLate LocalDate.now(); LocalDate.now(); 2}}));
        check(Terms.LOAN_DAYS);
    }

    @Test
    void money() {
        check({{ref lateFine}}({{args lateFine 3; false}}));
        check({{ref formatCents}}({{args formatCents 45; "EUR"}}));
        check(Fines.DAY_CENTS);
        Account account = new Account();
        account.chargeFine({{args chargeFine "late"; 45}});
        check(account.balanceDue({{args balanceDue 0}}));
    }
}
"""
_README = """
# Lending

A `Book` stands on a `Shelf` until somebody takes it.

```java
import java.util.List;
import lending.stock.Book;
import lending.stock.Books;
import lending.stock.Shelf;

Book book = new Book("Emma", 474);
Shelf shelf = new Shelf(90);
shelf.putBook(book, true);
System.out.println(Books.longestBook(List.of(book), 100));
System.out.println(shelf.spaceLeft(10));
```
"""
_GUIDE = """
# Guide

```java
import lending.stock.Books;

var book = Books.parseSpine("Emma/474");
book.addNote(3, "good");
System.out.println(book.readingHours(40));
```

Read spines with `Books.parseSpine`.

## Time

```java
import static lending.time.Terms.daysLate;
import java.time.LocalDate;
import lending.time.Terms;

LocalDate due = Terms.dueDate(LocalDate.of(2024, 3, 1), 1);
System.out.println(daysLate(due, LocalDate.now(), 2));
System.out.println(Terms.LOAN_DAYS);
```

`dueDate()` knows nothing of holidays.
"""
_REFERENCE = """
# Reference

| name | what it does |
|---|---|
| `Fines.lateFine` | the fine for some days |
| `formatCents()` | an amount as a text |
| `Account#chargeFine` | writes a fine down |

```java
import lending.money.*;

Account account = new Account();
account.chargeFine("late", Fines.lateFine(3, false));
System.out.println(Fines.formatCents(account.balanceDue(0), "EUR"));
assert Fines.DAY_CENTS == 15;
```
"""
_SOURCES = "src/main/java"


def _package(path: str) -> str:
    return posixpath.dirname(path).rpartition("java/")[2].replace("/", ".")


def _class(path: str) -> str:
    return posixpath.basename(path).removesuffix(".java")


def _imported(at: str, name: str, home: str, spec: Spec) -> str:
    if (
        posixpath.dirname(at).rpartition("java/")[2]
        == posixpath.dirname(home).rpartition("java/")[2]
    ):
        return ""
    return f"import {_package(home)}.{name if spec.kind == 'class' else _class(home)};"


def _exported(at: str, name: str, home: str, spec: Spec) -> str:
    del at, name, home, spec
    return ""


def _called(at: str, name: str, home: str, spec: Spec) -> str:
    del spec
    return name if at == home else f"{_class(home)}.{name}"


def _parameter(par: Par) -> str:
    return f"{par.type} {par.name}"


def _container(path: str, spec: Spec) -> str:
    del spec
    return _class(path)


def _cased(kind: str, words: tuple[str, ...]) -> str:
    if kind == "const":
        return "_".join(words).upper()
    whole = "".join(word.capitalize() for word in words)
    return whole if kind == "class" else whole[:1].lower() + whole[1:]


def _file_of(folder: str, name: str) -> str:
    return f"{folder}/{name}.java"


_HOMES = {
    name: f"{_SOURCES}/lending/{folder}/{name}.java"
    for name, folder in (
        ("Book", "stock"), ("Shelf", "stock"), ("Books", "stock"), ("Terms", "time"),
        ("Fines", "money"), ("Account", "money"),
    )
}  # fmt: skip
_CENTS, _DATE = Par("cents", "int"), "LocalDate"
JAVA = Package(
    "java",
    {
        "pom.xml": "<project><groupId>lending</groupId><artifactId>lending</artifactId></project>",
        _HOMES["Book"]: _BOOK,
        _HOMES["Shelf"]: _SHELF,
        _HOMES["Books"]: _BOOKS,
        _HOMES["Terms"]: _TERMS,
        _HOMES["Fines"]: _FINES,
        _HOMES["Account"]: _ACCOUNT,
        "src/test/java/lending/LendingTest.java": _TESTS,
    },
    {"README.md": _README, "docs/guide.md": _GUIDE, "docs/reference.md": _REFERENCE},
    {
        "Book": Spec("class", _HOMES["Book"], can_go=False),
        "addNote": Spec(
            "method", _HOMES["Book"], "Book", (Par("page", "int"), Par("text", "String"))
        ),
        "readingHours": Spec("method", _HOMES["Book"], "Book", (Par("perHour", "int"),)),
        "Shelf": Spec("class", _HOMES["Shelf"], can_go=False),
        "putBook": Spec(
            "method", _HOMES["Shelf"], "Shelf", (Par("book", "Book"), Par("front", "boolean"))
        ),
        "spaceLeft": Spec("method", _HOMES["Shelf"], "Shelf", (Par("margin", "int"),)),
        "longestBook": Spec(
            "function", _HOMES["Books"], "", (Par("books", "List<Book>"), Par("least", "int"))
        ),
        "parseSpine": Spec("function", _HOMES["Books"], "", (Par("spine", "String"),)),
        "LOAN_DAYS": Spec("const", _HOMES["Terms"], can_go=False),
        "dueDate": Spec(
            "function", _HOMES["Terms"], "", (Par("start", _DATE), Par("renewals", "int"))
        ),
        "daysLate": Spec(
            "function",
            _HOMES["Terms"],
            "",
            (Par("due", _DATE), Par("returned", _DATE), Par("grace", "int")),
        ),
        "DAY_CENTS": Spec("const", _HOMES["Fines"], can_go=False),
        "lateFine": Spec(
            "function", _HOMES["Fines"], "", (Par("days", "int"), Par("child", "boolean"))
        ),
        "formatCents": Spec("function", _HOMES["Fines"], "", (_CENTS, Par("currency", "String"))),
        "Account": Spec("class", _HOMES["Account"], can_go=False),
        "chargeFine": Spec(
            "method", _HOMES["Account"], "Account", (Par("reason", "String"), _CENTS)
        ),
        "balanceDue": Spec("method", _HOMES["Account"], "Account", (Par("fee", "int"),)),
    },
    Dialect(
        _imported,
        _exported,
        _called,
        _parameter,
        _container,
        _cased,
        Par("branch", "short"),
        file_of=_file_of,
        indent="    ",
    ),
    reexports=False,
)
