"""A bakery in TypeScript and in JavaScript: what stands in «» is for TypeScript alone."""

import posixpath
import re
from collections.abc import Mapping

from tests.symbols.mutations.package import Dialect, Package, Par, Spec

_OVENS = """
import { BakeryError } from "./errors.js";
{{import Loaf}}

{{def Oven}}
/** A place to bake in. */
export class Oven {
  «private racks: Loaf[] = [];
  readonly degrees: number;
»
  constructor(degrees«: number») {
    this.degrees = degrees;
    this.racks = [];
  }

  {{def insertLoaf}}
  /** Put a loaf in. */
  insertLoaf({{params insertLoaf}})«: number» {
    if (this.racks.length >= 12) {
      throw new BakeryError(`no place for ${loaf} on ${rack}`);
    }
    this.racks.splice(rack, 0, loaf);
    return this.racks.length;
  }
  {{end}}

  {{def bakingTime}}
  /** How long a loaf takes, in minutes. */
  bakingTime({{params bakingTime}})«: number» {
    const heat = Math.max(this.degrees - 100, 1);
    const minutes = (loaf.grams * 9) / heat;
    return Math.round(minutes + extra);
  }
  {{end}}
}
{{end}}

{{def pickOven}}
/** The hottest oven below a limit. */
export function pickOven({{params pickOven}})«: Oven | undefined» {
  const fitting = ovens.filter((one) => one.degrees <= limit);
  fitting.sort((left, right) => right.degrees - left.degrees);
  return fitting[0];
}
{{end}}
"""
_LOAVES = """
{{def Loaf}}
/** Something to bake. */
export class Loaf {
  «name: string;
  grams: number;
  marks: string[] = [];
»
  constructor(name«: string», grams«: number») {
    this.name = name;
    this.grams = grams;
    this.marks = [];
  }

  {{def scoreCrust}}
  /** Cut marks into it. */
  scoreCrust({{params scoreCrust}})«: this» {
    for (let at = 0; at < count; at += 1) {
      this.marks.push(`${at}:${this.name}`);
    }
    return this;
  }
  {{end}}

  {{def sliceWeight}}
  /** The weight of a slice. */
  sliceWeight({{params sliceWeight}})«: number» {
    if (slices <= 0) {
      return this.grams;
    }
    return Math.floor(this.grams / slices);
  }
  {{end}}
}
{{end}}

{{def parseLabel}}
/** A loaf from its label. */
export function parseLabel({{params parseLabel}})«: Loaf» {
  const [name, grams] = label.split("/");
  if (grams === undefined) {
    throw new TypeError(label);
  }
  return new Loaf(name.trim(), Number.parseInt(grams, 10));
}
{{end}}
"""
_DOUGH = """
export const REST_HOURS = 14;

{{def mixDough}}
/** Flour and water become dough. */
export function mixDough({{params mixDough}})«: number» {
  const salt = flour * 0.02;
  const wet = Math.min(water, flour * 0.8);
  return flour + wet + salt + leaven;
}
{{end}}

{{def riseVolume}}
/** How large it becomes. */
export const riseVolume = ({{params riseVolume}})«: number» => {
  let volume = 1;
  for (let hour = 0; hour < REST_HOURS; hour += 1) {
    volume *= 1 + warmth / 100;
  }
  return volume;
};
{{end}}
"""
_PRICES = """
{{import mixDough}}

{{def quotePrice}}
/** What an order costs. */
export function quotePrice({{params quotePrice}})«: number» {
  const flour = {{ref mixDough}}({{args mixDough grams; 3; 0}});
  const gross = (flour / 1000) * 4 * pieces;
  return Math.max(gross - rebate, 0);
}
{{end}}

{{def printPrice}}
/** An amount as a text. */
export function printPrice({{params printPrice}})«: string» {
  const [whole, part] = amount.toFixed(2).split(".");
  return [currency, " ", whole, ",", part].join("");
}
{{end}}
"""
_COUNTER = """
{{import printPrice}}

{{def Counter}}
/** Where it is sold. */
export class Counter {
  «private sold: Array<[string, number]> = [];
»
  constructor() {
    this.sold = [];
  }

  {{def sellOne}}
  /** Sell something. */
  sellOne({{params sellOne}})«: number» {
    if (amount < 0) throw new RangeError("less than nothing");
    this.sold.push([customer, amount]);
    return this.sold.length;
  }
  {{end}}

  {{def dayTotal}}
  /** The takings of a day. */
  dayTotal({{params dayTotal}})«: number» {
    return this.sold.map((row) => row[1]).reduce((sum, one) => sum + one, start);
  }
  {{end}}

  report()«: string» {
    const lines = [];
    for (const [customer, amount] of this.sold) {
      lines.push(customer + {{ref printPrice}}({{args printPrice amount; "EUR"}}));
    }
    return lines.join();
  }
}
{{end}}
"""
_ERRORS = """
/** Anything that goes wrong here. */
export class BakeryError extends Error {}
"""
_INDEX = """
export { BakeryError } from "./errors.js";
{{export Oven}}
{{export pickOven}}
{{export Loaf}}
{{export mixDough}}
{{export quotePrice}}
{{export Counter}}
"""
_TESTS = """
import test from "node:test";
import assert from "node:assert";
{{import Oven}}
{{import pickOven}}
{{import Loaf}}
{{import parseLabel}}
{{import mixDough}}
{{import riseVolume}}
{{import quotePrice}}
{{import printPrice}}
{{import Counter}}
import { REST_HOURS } from "../src/dough.js";

test("ovens", () => {
  const loaf = new Loaf("rye", 900);
  const oven = new Oven(220);
  assert.equal(oven.insertLoaf({{args insertLoaf loaf; 0}}), 1);
  assert.equal(oven.bakingTime({{args bakingTime loaf; 0}}), 68);
  assert.equal(pickOven({{args pickOven [oven]; 250}}), oven);
});

test("loaves", () => {
  const loaf = new Loaf("rye", 900);
  loaf.scoreCrust({{args scoreCrust 3}});
  assert.equal(loaf.sliceWeight({{args sliceWeight 10}}), 90);
  assert.equal(parseLabel({{args parseLabel "rye/900"}}).grams, 900);
});

test("dough", () => {
  assert.equal(mixDough({{args mixDough 100; 80; 0}}), 182);
  assert.ok(riseVolume({{args riseVolume 2}}) > 1);
  assert.equal(REST_HOURS, 14);
});

test("prices", () => {
  assert.ok(quotePrice({{args quotePrice 100; 2; 0}}) > 0);
  assert.equal(printPrice({{args printPrice 3; "EUR"}}), "EUR 3,00");
  const counter = new Counter();
  counter.sellOne({{args sellOne "Ada"; 3}});
  assert.equal(counter.dayTotal({{args dayTotal 0}}), 3);
});
"""
_README = """
# Bakery

`Oven` bakes what a `Loaf` is.

```«ts»js»
import { Loaf, Oven, pickOven } from "bakery";

const loaf = new Loaf("rye", 900);
const oven = new Oven(220);
oven.insertLoaf(loaf, 0);
console.log(pickOven([oven], 250));
```

Its errors are `BakeryError`s.
"""
_GUIDE = """
# Guide

```«ts»js»
import { parseLabel } from "bakery/loaves";
import { Oven } from "bakery";

const loaf = parseLabel("rye/900");
loaf.scoreCrust(3);
console.log(new Oven(230).bakingTime(loaf));
```

Call `parseLabel()` for each label, and `Loaf.sliceWeight` for each loaf.

## Dough

```«ts»js»
import * as dough from "bakery/dough";

const weight = dough.mixDough(100, 70);
console.log(dough.riseVolume(2) * weight, dough.REST_HOURS);
```

`riseVolume` knows nothing of the weather.
"""
_REFERENCE = """
# Reference

| name | what it does |
|---|---|
| `quotePrice` | what an order costs |
| `printPrice` | an amount as a text |
| `Counter.sellOne` | sells something |

```«ts»js»
import { Counter, quotePrice } from "bakery";
import { printPrice } from "bakery/prices";

const counter = new Counter();
counter.sellOne("Ada", quotePrice(900, 2));
console.log(printPrice(counter.dayTotal()));
```
"""


def _package(language: str, ending: str) -> Package:
    homes = {name: f"src/{name}.{ending}" for name in _SOURCES}
    files = {homes[name]: _for(language, text) for name, text in _SOURCES.items()}
    manifest = (
        '{"name": "bakery", "version": "1.0.0", "type": "module", "exports": '
        f'{{".": "./src/index.{ending}", "./*": "./src/*.{ending}"}}}}'
    )
    return Package(
        language,
        {"package.json": manifest, **files, f"test/bakery.test.{ending}": _TESTS},
        {path: _for(language, text) for path, text in _DOCUMENTS.items()},
        _symbols(homes),
        Dialect(
            _imported,
            _exported,
            _called,
            _typed if language == "typescript" else _untyped,
            _container,
            _cased,
            Par("batch", "number"),
            Par("loud", "boolean", "false"),
        ),
    )


_SOURCES = {
    "index": _INDEX, "errors": _ERRORS, "ovens": _OVENS, "loaves": _LOAVES, "dough": _DOUGH,
    "prices": _PRICES, "counter": _COUNTER,
}  # fmt: skip
_DOCUMENTS = {"README.md": _README, "docs/guide.md": _GUIDE, "docs/reference.md": _REFERENCE}


def _for(language: str, text: str) -> str:
    label = "ts" if language == "typescript" else "js"
    text = text.replace("«ts»js»", label)
    return re.sub(r"«([^»]*)»", r"\1" if language == "typescript" else "", text)


def _symbols(homes: Mapping[str, str]) -> dict[str, Spec]:
    loaf, number, word = Par("loaf", "Loaf"), "number", "string"
    ovens, loaves, dough = homes["ovens"], homes["loaves"], homes["dough"]
    return {
        "Oven": Spec("class", ovens, can_go=False),
        "insertLoaf": Spec("method", ovens, "Oven", (loaf, Par("rack", number))),
        "bakingTime": Spec("method", ovens, "Oven", (loaf, Par("extra", number, "0"))),
        "pickOven": Spec("function", ovens, "", (Par("ovens", "Oven[]"), Par("limit", number))),
        "Loaf": Spec("class", loaves, can_go=False),
        "scoreCrust": Spec("method", loaves, "Loaf", (Par("count", number),)),
        "sliceWeight": Spec("method", loaves, "Loaf", (Par("slices", number),)),
        "parseLabel": Spec("function", loaves, "", (Par("label", word),)),
        "REST_HOURS": Spec("const", dough, can_go=False),
        "mixDough": Spec(
            "function",
            dough,
            "",
            (Par("flour", number), Par("water", number), Par("leaven", number, "20")),
        ),
        "riseVolume": Spec("function", dough, "", (Par("warmth", number),)),
        "quotePrice": Spec(
            "function",
            homes["prices"],
            "",
            (Par("grams", number), Par("pieces", number), Par("rebate", number, "0")),
        ),
        "printPrice": Spec(
            "function",
            homes["prices"],
            "",
            (Par("amount", number), Par("currency", word, '"EUR"')),
        ),
        "Counter": Spec("class", homes["counter"]),
        "sellOne": Spec(
            "method", homes["counter"], "Counter", (Par("customer", word), Par("amount", number))
        ),
        "dayTotal": Spec("method", homes["counter"], "Counter", (Par("start", number, "0"),)),
    }


def _specifier(at: str, home: str) -> str:
    path = posixpath.relpath(home, posixpath.dirname(at)).rpartition(".")[0]
    return f"{path if path.startswith('.') else f'./{path}'}.js"


def _imported(at: str, name: str, home: str, spec: Spec) -> str:
    del spec
    return f'import {{ {name} }} from "{_specifier(at, home)}";' if at != home else ""


def _exported(at: str, name: str, home: str, spec: Spec) -> str:
    del spec
    return f'export {{ {name} }} from "{_specifier(at, home)}";'


def _called(at: str, name: str, home: str, spec: Spec) -> str:
    del at, home, spec
    return name


def _typed(par: Par) -> str:
    return f"{par.name}: {par.type}{f' = {par.default}' if par.default else ''}"


def _untyped(par: Par) -> str:
    return f"{par.name} = {par.default}" if par.default else par.name


def _container(path: str, spec: Spec) -> str:
    del path, spec
    return ""


def _cased(kind: str, words: tuple[str, ...]) -> str:
    if kind == "const":
        return "_".join(words).upper()
    whole = "".join(word.capitalize() for word in words)
    return whole if kind == "class" else whole[:1].lower() + whole[1:]


JAVASCRIPT = _package("javascript", "js")
TYPESCRIPT = _package("typescript", "ts")
