"""A harbour in Python: functions, classes, re-exports of a package."""

from tests.symbols.mutations.package import Dialect, Package, Par, Spec

_BERTHS = '''
"""Where ships lie."""

from harbour.errors import BerthTaken
{{import Vessel}}

{{def Berth}}
class Berth:
    """A place at the quay."""

    def __init__(self, draught, length):
        self.draught = draught
        self.length = length
        self.slots = {}

    {{def fits_vessel}}
    def fits_vessel(self, {{params fits_vessel}}):
        """Whether a vessel can lie here."""
        depth = self.draught - margin
        if vessel.draught > depth:
            return False
        return vessel.length <= self.length
    {{end}}

    {{def reserve_slot}}
    def reserve_slot(self, {{params reserve_slot}}):
        """Keep the berth for a day."""
        if day in self.slots and self.slots[day] is not vessel:
            raise BerthTaken(f"taken on {day}")
        self.slots[day] = vessel
        return len(self.slots)
    {{end}}
{{end}}

{{def find_berth}}
def find_berth({{params find_berth}}):
    """The first berth that a vessel fits."""
    for berth in sorted(berths, key=lambda one: one.length):
        if berth.fits_vessel({{args fits_vessel vessel; 1}}):
            return berth
    return None
{{end}}
'''
_VESSELS = '''
"""What comes in."""

import re

{{def Vessel}}
class Vessel:
    """A ship with its cargo."""

    def __init__(self, callsign, draught, length=80):
        self.callsign = callsign
        self.draught = draught
        self.length = length
        self.crates = []

    {{def cargo_weight}}
    def cargo_weight(self, {{params cargo_weight}}):
        """All that it carries, in tonnes."""
        total = sum(crate.weight for crate in self.crates)
        return round(total / 1000, places)
    {{end}}

    {{def load_crate}}
    def load_crate(self, {{params load_crate}}):
        """Take a crate on board."""
        self.crates.append(crate)
        self.crates.sort(key=lambda one: one.weight, reverse=True)
        return self
    {{end}}
{{end}}

{{def parse_callsign}}
def parse_callsign({{params parse_callsign}}):
    """The parts of a callsign."""
    found = re.fullmatch(r"([A-Z]{2})-(\\d+)", text.strip())
    if found is None:
        raise ValueError(text)
    return found[1], int(found[2])
{{end}}
'''
_TIDES = '''
"""High and low water."""

import math

TIDE_PERIOD = 12.42


{{def tide_height}}
def tide_height({{params tide_height}}):
    """The height of the water at an hour."""
    phase = 2 * math.pi * hour / TIDE_PERIOD
    swing = span / 2 * math.cos(phase)
    return base + swing
{{end}}

{{def next_high}}
def next_high({{params next_high}}):
    """The hour of the next high water."""
    passed = int(after // TIDE_PERIOD)
    while passed * TIDE_PERIOD <= after:
        passed += 1
    return passed * TIDE_PERIOD
{{end}}
'''
_FEES = '''
"""What it costs."""

from harbour.tides import TIDE_PERIOD

BASE_RATE = 14


{{def mooring_fee}}
def mooring_fee({{params mooring_fee}}):
    """The price of lying here."""
    gross = days * tonnage * BASE_RATE
    if days > 30:
        gross -= gross // 10
    return max(gross - discount, 0)
{{end}}

{{def format_fee}}
def format_fee({{params format_fee}}):
    """An amount with its currency."""
    whole, part = divmod(int(amount * 100), 100)
    return f"{currency} {whole:,}.{part:02d}"
{{end}}
'''
_LEDGER = '''
"""The books."""

{{import format_fee}}

{{def Ledger}}
class Ledger:
    """What is owed."""

    def __init__(self, currency="EUR"):
        self.currency = currency
        self.rows = []

    {{def enter_fee}}
    def enter_fee(self, {{params enter_fee}}):
        """Write an amount down."""
        if amount < 0:
            raise ValueError("a fee is not negative")
        self.rows.append((vessel, amount))
        return len(self.rows)
    {{end}}

    {{def total_due}}
    def total_due(self, {{params total_due}}):
        """The sum for a vessel."""
        owed = [amount for name, amount in self.rows if name == vessel]
        return sum(owed, start)
    {{end}}

    def summary(self):
        """All of it in words."""
        lines = []
        for vessel, amount in self.rows:
            lines.append(vessel + {{ref format_fee}}({{args format_fee amount; self.currency}}))
        return lines
{{end}}
'''
_TESTS = """
{{import find_berth}}
{{import Berth}}
{{import Vessel}}
{{import parse_callsign}}
{{import tide_height}}
{{import next_high}}
{{import mooring_fee}}
{{import format_fee}}
{{import Ledger}}
from harbour.fees import BASE_RATE
from harbour.tides import TIDE_PERIOD


def test_berths():
    vessel = Vessel("AB-1", 4)
    berth = Berth(6, 120)
    assert berth.fits_vessel({{args fits_vessel vessel; 1}})
    assert berth.reserve_slot({{args reserve_slot "monday"; vessel}}) == 1
    assert find_berth({{args find_berth [berth]; vessel}}) is berth


def test_vessels():
    vessel = Vessel("AB-1", 4)
    vessel.load_crate({{args load_crate crate}})
    assert vessel.cargo_weight({{args cargo_weight 2}}) == 0.5
    assert parse_callsign({{args parse_callsign "AB-12"}}) == ("AB", 12)


def test_tides():
    assert tide_height({{args tide_height 0; 2; 1}}) == 2
    assert next_high({{args next_high 3}}) == TIDE_PERIOD
    assert TIDE_PERIOD > 12


def test_fees():
    assert mooring_fee({{args mooring_fee 2; 10; 0}}) == 20 * BASE_RATE
    assert BASE_RATE == 14
    assert format_fee({{args format_fee 12.5; "EUR"}}) == "EUR 12.50"


def test_ledger():
    ledger = Ledger()
    ledger.enter_fee({{args enter_fee "Aurora"; 30}})
    assert ledger.total_due({{args total_due "Aurora"; 0}}) == 30
"""
_INIT = '''
"""Harbour: berths, tides and fees."""

from harbour.errors import BerthTaken, HarbourError
{{export Berth}}
{{export find_berth}}
{{export Vessel}}
{{export tide_height}}
{{export mooring_fee}}
{{export Ledger}}
'''
_ERRORS = '''
"""What can go wrong."""


class HarbourError(Exception):
    """Anything of this package."""


class BerthTaken(HarbourError):
    """Somebody else lies there."""
'''
_README = """
# Harbour

Berths, tides and fees. `Berth` is a place at the quay, `Vessel` is what lies there.

```python
from harbour import Berth, Vessel, find_berth

vessel = Vessel("AB-1", 4)
berth = Berth(6, 120)
print(berth.fits_vessel(vessel))
assert find_berth([berth], vessel) is berth
```

A taken berth raises `BerthTaken`.
"""
_GUIDE = """
# Guide

## Loading

```python
from harbour.vessels import Vessel, parse_callsign

ship = Vessel("AB-1", 4)
ship.load_crate(crate)
print(ship.cargo_weight(2))
print(parse_callsign("AB-12"))
```

`parse_callsign()` raises `ValueError` for what is none.

## Water

```python
import harbour.tides

print(harbour.tides.next_high(3))
print(harbour.tides.TIDE_PERIOD)
```

```python
from harbour import tide_height

print(tide_height(2, 3))
```

The `next_high` function knows nothing of wind.
"""
_REFERENCE = """
# Reference

| name | what it does |
|---|---|
| `mooring_fee` | the price of lying here |
| `format_fee` | an amount with its currency |
| `Ledger.enter_fee` | writes an amount down |
| `Berth.reserve_slot` | keeps the berth for a day |

```python
from harbour import Ledger, mooring_fee
from harbour.fees import BASE_RATE, format_fee

ledger = Ledger("EUR")
ledger.enter_fee("Aurora", mooring_fee(3, 10, discount=5))
print(ledger.total_due("Aurora"))
print(format_fee(BASE_RATE))
```
"""


def _module(path: str) -> str:
    return path.removeprefix("src/").removesuffix(".py").replace("/", ".")


def _imported(at: str, name: str, home: str, spec: Spec) -> str:
    del spec
    return f"from {_module(home)} import {name}" if at != home else ""


def _exported(at: str, name: str, home: str, spec: Spec) -> str:
    del at, spec
    return f"from {_module(home)} import {name} as {name}"


def _called(at: str, name: str, home: str, spec: Spec) -> str:
    del at, home, spec
    return name


def _parameter(par: Par) -> str:
    return f"{par.name}={par.default}" if par.default else par.name


def _container(path: str, spec: Spec) -> str:
    del path, spec
    return ""


def _cased(kind: str, words: tuple[str, ...]) -> str:
    if kind == "class":
        return "".join(word.capitalize() for word in words)
    return "_".join(words).upper() if kind == "const" else "_".join(words)


_HOMES = {name: f"src/harbour/{name}.py" for name in ("berths", "vessels", "tides", "fees",
                                                      "ledger")}  # fmt: skip
PYTHON = Package(
    "python",
    {
        "pyproject.toml": '[project]\nname = "harbour"\nversion = "1.0"\n',
        "src/harbour/__init__.py": _INIT,
        "src/harbour/errors.py": _ERRORS,
        _HOMES["berths"]: _BERTHS,
        _HOMES["vessels"]: _VESSELS,
        _HOMES["tides"]: _TIDES,
        _HOMES["fees"]: _FEES,
        _HOMES["ledger"]: _LEDGER,
        "tests/test_harbour.py": _TESTS,
    },
    {"README.md": _README, "docs/guide.md": _GUIDE, "docs/reference.md": _REFERENCE},
    {
        "Berth": Spec("class", _HOMES["berths"]),
        "fits_vessel": Spec(
            "method", _HOMES["berths"], "Berth", (Par("vessel"), Par("margin", default="0"))
        ),
        "reserve_slot": Spec("method", _HOMES["berths"], "Berth", (Par("day"), Par("vessel"))),
        "find_berth": Spec("function", _HOMES["berths"], "", (Par("berths"), Par("vessel"))),
        "Vessel": Spec("class", _HOMES["vessels"]),
        "cargo_weight": Spec("method", _HOMES["vessels"], "Vessel", (Par("places", default="2"),)),
        "load_crate": Spec("method", _HOMES["vessels"], "Vessel", (Par("crate"),)),
        "parse_callsign": Spec("function", _HOMES["vessels"], "", (Par("text"),)),
        "TIDE_PERIOD": Spec("const", _HOMES["tides"], can_go=False),
        "tide_height": Spec(
            "function", _HOMES["tides"], "", (Par("hour"), Par("span"), Par("base", default="0"))
        ),
        "next_high": Spec("function", _HOMES["tides"], "", (Par("after"),)),
        "BASE_RATE": Spec("const", _HOMES["fees"], can_go=False),
        "mooring_fee": Spec(
            "function",
            _HOMES["fees"],
            "",
            (Par("days"), Par("tonnage"), Par("discount", default="0")),
        ),
        "format_fee": Spec(
            "function", _HOMES["fees"], "", (Par("amount"), Par("currency", default='"EUR"'))
        ),
        "Ledger": Spec("class", _HOMES["ledger"]),
        "enter_fee": Spec("method", _HOMES["ledger"], "Ledger", (Par("vessel"), Par("amount"))),
        "total_due": Spec(
            "method", _HOMES["ledger"], "Ledger", (Par("vessel"), Par("start", default="0"))
        ),
    },
    Dialect(
        _imported,
        _exported,
        _called,
        _parameter,
        _container,
        _cased,
        Par("pilot"),
        Par("strict", default="False"),
    ),
)
