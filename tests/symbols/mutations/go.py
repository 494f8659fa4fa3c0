"""A cinema in Go: packages of functions, structs with methods, constructors."""

import posixpath

from tests.symbols.mutations.package import Dialect, Package, Par, Spec

_HALLS = """
// Package halls knows where films are shown.
package halls

{{import Film}}

{{def Hall}}
// Hall is a room with seats.
type Hall struct {
	Rows  int
	Width int
	taken map[int]string
}

// NewHall makes an empty one.
func NewHall(rows, width int) *Hall {
	return &Hall{Rows: rows, Width: width, taken: map[int]string{}}
}

{{def TakeSeat}}
// TakeSeat gives a seat to somebody.
func (h *Hall) TakeSeat({{params TakeSeat}}) bool {
	if _, known := h.taken[seat]; known || seat >= h.Rows*h.Width {
		return false
	}
	h.taken[seat] = guest
	return true
}
{{end}}

{{def FreeSeats}}
// FreeSeats counts what is left.
func (h *Hall) FreeSeats({{params FreeSeats}}) int {
	all := h.Rows * h.Width
	left := all - len(h.taken) - blocked
	if left < 0 {
		left = 0
	}
	return left
}
{{end}}
{{end}}

{{def LargestHall}}
// LargestHall finds the one with the most seats.
func LargestHall({{params LargestHall}}) *Hall {
	var best *Hall
	for _, one := range halls {
		if one.Rows >= least && (best == nil || one.Rows*one.Width > best.Rows*best.Width) {
			best = one
		}
	}
	return best
}
{{end}}
"""
_FILMS = """
// Package films knows what is shown.
package films

import (
	"fmt"
	"strings"
)

{{def Film}}
// Film is something to watch.
type Film struct {
	Title   string
	Minutes int
	tags    []string
}

// NewFilm makes one.
func NewFilm(title string, minutes int) *Film {
	return &Film{Title: title, Minutes: minutes}
}

{{def AddTag}}
// AddTag marks it.
func (f *Film) AddTag({{params AddTag}}) *Film {
	trimmed := strings.TrimSpace(strings.ToLower(tag))
	if trimmed != "" {
		f.tags = append(f.tags, trimmed)
	}
	return f
}
{{end}}

{{def EndsAt}}
// EndsAt tells the hour of its end.
func (f *Film) EndsAt({{params EndsAt}}) string {
	total := start + f.Minutes + pause
	hours, minutes := total/60%24, total%60
	return fmt.Sprintf("%02d:%02d", hours, minutes)
}
{{end}}
{{end}}

{{def ParseTitle}}
// ParseTitle reads a title with its length.
func ParseTitle({{params ParseTitle}}) (*Film, error) {
	var minutes int
	name, rest, found := strings.Cut(line, ";")
	if _, err := fmt.Sscanf(rest, "%d", &minutes); err != nil || !found {
		return nil, fmt.Errorf("no title: %q", line)
	}
	return NewFilm(name, minutes), nil
}
{{end}}
"""
_HOURS = """
// Package hours knows when.
package hours

// MaxNight is the last minute of a night.
const MaxNight = 1620

{{def NextShow}}
// NextShow tells the minute of the next show.
func NextShow({{params NextShow}}) int {
	slot := (minute + every - 1) / every
	next := slot * every
	if next > MaxNight {
		return -1
	}
	return next
}
{{end}}

{{def ShowCount}}
// ShowCount counts the shows of a night.
func ShowCount({{params ShowCount}}) int {
	count := 0
	for at := opening; at < MaxNight; at += 150 {
		count++
	}
	return count
}
{{end}}
"""
_TICKETS = """
// Package tickets knows what it costs.
package tickets

import (
	"fmt"
	"strings"
)

// SeatPrice is in cents.
const SeatPrice = 950

{{def TicketPrice}}
// TicketPrice is the price of some seats.
func TicketPrice({{params TicketPrice}}) int {
	gross := seats * SeatPrice
	switch {
	case seats >= 20:
		gross -= gross / 5
	case seats >= 10:
		gross -= gross / 10
	}
	return gross - rebate
}
{{end}}

{{def FormatCents}}
// FormatCents writes an amount.
func FormatCents({{params FormatCents}}) string {
	whole, part := cents/100, cents%100
	text := fmt.Sprintf("%s %d.%02d", currency, whole, part)
	return strings.TrimLeft(text, " ")
}
{{end}}
"""
_DESK = """
// Package desk sells.
package desk

{{import FormatCents}}

{{def Desk}}
// Desk holds the sales of a day.
type Desk struct {
	sales map[string]int
	order []string
}

// Open begins a day.
func Open() *Desk {
	return &Desk{sales: map[string]int{}}
}

{{def BookSale}}
// BookSale notes what somebody paid.
func (d *Desk) BookSale({{params BookSale}}) int {
	if cents <= 0 {
		panic("a seat is not free")
	}
	d.sales[guest] += cents
	d.order = append(d.order, guest)
	return len(d.order)
}
{{end}}

{{def DayTotal}}
// DayTotal sums the day up.
func (d *Desk) DayTotal({{params DayTotal}}) int {
	sum := change
	for _, cents := range d.sales {
		sum += cents
	}
	return sum
}
{{end}}

// Report tells all of it.
func (d *Desk) Report() []string {
	var lines []string
	for _, guest := range d.order {
		lines = append(lines, guest)
		lines = append(lines, {{ref FormatCents}}({{args FormatCents d.sales[guest]; "EUR"}}))
	}
	return lines
}
{{end}}
"""
_ROOT = """
// Package cinema shows films.
package cinema

// Version of the package.
const Version = "1.0.0"

// ErrClosed tells that nothing is shown.
type ErrClosed struct{ Day string }

// Error tells it in words.
func (e ErrClosed) Error() string { return "closed on " + e.Day }
"""
_TESTS = """
package cinema_test

import "testing"
{{import Hall}}
{{import Film}}
{{import NextShow}}
{{import TicketPrice}}
{{import Desk}}

func TestHalls(t *testing.T) {
	hall := {{where Hall}}NewHall(10, 20)
	t.Log(hall.TakeSeat({{args TakeSeat 3; "Ada"}}))
	t.Log(hall.FreeSeats({{args FreeSeats 0}}))
	t.Log({{ref LargestHall}}({{args LargestHall nil; 3}}))
}

func TestFilms(t *testing.T) {
	film := {{where Film}}NewFilm("Metropolis", 153)
	film.AddTag({{args AddTag "silent"}})
	t.Log(film.EndsAt({{args EndsAt 1200; 10}}))
	t.Log({{ref ParseTitle}}({{args ParseTitle "Metropolis;153"}}))
}

func TestHours(t *testing.T) {
	t.Log({{ref NextShow}}({{args NextShow 1130; 15}}))
	t.Log({{ref ShowCount}}({{args ShowCount 840}}))
	t.Log(hours.MaxNight)
}

func TestTickets(t *testing.T) {
	t.Log({{ref TicketPrice}}({{args TicketPrice 12; 0}}))
	t.Log({{ref FormatCents}}({{args FormatCents 950; "EUR"}}))
	t.Log(tickets.SeatPrice)
	sales := desk.Open()
	sales.BookSale({{args BookSale "Ada"; 950}})
	t.Log(sales.DayTotal({{args DayTotal 0}}))
}
"""
_README = """
# Cinema

A `halls.Hall` shows a `films.Film`.

```go
package main

import (
	"fmt"

	"example.com/cinema/films"
	"example.com/cinema/halls"
)

func main() {
	var hall halls.Hall
	film := films.NewFilm("Metropolis", 153)
	hall.TakeSeat(3, "Ada")
	fmt.Println(film.EndsAt(1200, 10), hall.FreeSeats(2))
	fmt.Println(halls.LargestHall([]*halls.Hall{&hall}, 3))
}
```

On a day without films there is `ErrClosed`.
"""
_GUIDE = """
# Guide

```go
film, err := films.ParseTitle("Metropolis;153")
if err != nil {
	panic(err)
}
film.AddTag("silent")
```

Read lines with `films.ParseTitle`.

## Hours

```go
import "example.com/cinema/hours"

next := hours.NextShow(1130, 15)
fmt.Println(next, hours.ShowCount(840), hours.MaxNight)
```

`NextShow` knows nothing of holidays.
"""
_REFERENCE = """
# Reference

| name | what it does |
|---|---|
| `TicketPrice` | the price of some seats |
| `tickets.FormatCents` | an amount as a text |
| `Desk.BookSale` | notes a sale |

```go
import (
	"example.com/cinema/desk"
	"example.com/cinema/tickets"
)

var sales *desk.Desk = desk.Open()
sales.BookSale("Ada", tickets.TicketPrice(12, 0))
fmt.Println(tickets.FormatCents(sales.DayTotal(0), "EUR"), tickets.SeatPrice)
```
"""


def _folder(path: str) -> str:
    return posixpath.dirname(path)


def _imported(at: str, name: str, home: str, spec: Spec) -> str:
    del name, spec
    return f'import "example.com/cinema/{_folder(home)}"' if _folder(at) != _folder(home) else ""


def _exported(at: str, name: str, home: str, spec: Spec) -> str:
    del at, name, home, spec
    return ""


def _called(at: str, name: str, home: str, spec: Spec) -> str:
    del spec
    return name if _folder(at) == _folder(home) else f"{_folder(home)}.{name}"


def _parameter(par: Par) -> str:
    return f"{par.name} {par.type}"


def _container(path: str, spec: Spec) -> str:
    del path, spec
    return ""


def _cased(kind: str, words: tuple[str, ...]) -> str:
    del kind
    return "".join(word.capitalize() for word in words)


_HOMES = {name: f"{name}/{name}.go" for name in ("halls", "films", "hours", "tickets", "desk")}
_CENTS = Par("cents", "int")
GO = Package(
    "go",
    {
        "go.mod": "module example.com/cinema\n\ngo 1.21\n",
        "cinema.go": _ROOT,
        _HOMES["halls"]: _HALLS,
        _HOMES["films"]: _FILMS,
        _HOMES["hours"]: _HOURS,
        _HOMES["tickets"]: _TICKETS,
        _HOMES["desk"]: _DESK,
        "cinema_test.go": _TESTS,
    },
    {"README.md": _README, "docs/guide.md": _GUIDE, "docs/reference.md": _REFERENCE},
    {
        "Hall": Spec("class", _HOMES["halls"], can_go=False, along=("NewHall",)),
        "TakeSeat": Spec(
            "method", _HOMES["halls"], "Hall", (Par("seat", "int"), Par("guest", "string"))
        ),
        "FreeSeats": Spec("method", _HOMES["halls"], "Hall", (Par("blocked", "int"),)),
        "LargestHall": Spec(
            "function", _HOMES["halls"], "", (Par("halls", "[]*Hall"), Par("least", "int"))
        ),
        "Film": Spec("class", _HOMES["films"], can_go=False, along=("NewFilm",)),
        "AddTag": Spec("method", _HOMES["films"], "Film", (Par("tag", "string"),)),
        "EndsAt": Spec(
            "method", _HOMES["films"], "Film", (Par("start", "int"), Par("pause", "int"))
        ),
        "ParseTitle": Spec("function", _HOMES["films"], "", (Par("line", "string"),)),
        "MaxNight": Spec("const", _HOMES["hours"], can_go=False),
        "NextShow": Spec(
            "function", _HOMES["hours"], "", (Par("minute", "int"), Par("every", "int"))
        ),
        "ShowCount": Spec("function", _HOMES["hours"], "", (Par("opening", "int"),)),
        "SeatPrice": Spec("const", _HOMES["tickets"], can_go=False),
        "TicketPrice": Spec(
            "function", _HOMES["tickets"], "", (Par("seats", "int"), Par("rebate", "int"))
        ),
        "FormatCents": Spec("function", _HOMES["tickets"], "", (_CENTS, Par("currency", "string"))),
        "Desk": Spec("class", _HOMES["desk"], can_go=False, along=("Open",)),
        "BookSale": Spec("method", _HOMES["desk"], "Desk", (Par("guest", "string"), _CENTS)),
        "DayTotal": Spec("method", _HOMES["desk"], "Desk", (Par("change", "int"),)),
    },
    Dialect(_imported, _exported, _called, _parameter, _container, _cased, Par("screen", "uint")),
    reexports=False,
)
