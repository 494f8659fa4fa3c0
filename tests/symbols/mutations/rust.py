"""An orchard in Rust: functions, structs with methods, a trait, re-exports at the crate's root."""

from tests.symbols.mutations.package import Dialect, Package, Par, Spec

_TREES = """
//! What grows.

use crate::errors::OrchardError;

{{def Tree}}
/// A tree of some age.
#[derive(Debug, Clone)]
pub struct Tree {
    pub age: u32,
    pub height: f64,
    boughs: Vec<String>,
}

impl Tree {
    /// Plants one.
    pub fn new(age: u32, height: f64) -> Self {
        Tree { age, height, boughs: Vec::new() }
    }

    {{def prune_boughs}}
    /// Cuts what is too long.
    pub fn prune_boughs(&mut self, {{params prune_boughs}}) -> usize {
        let before = self.boughs.len();
        self.boughs.retain(|bough| bough.len() < longest && !bough.is_empty());
        self.boughs.truncate(most);
        before - self.boughs.len()
    }
    {{end}}

    {{def expected_crop}}
    /// What it will bear, in kilograms.
    pub fn expected_crop(&self, {{params expected_crop}}) -> f64 {
        let grown = f64::from(self.age.min(20)) / 20.0;
        if self.age < 3 {
            return 0.0;
        }
        grown * self.height * sunshine
    }
    {{end}}
}
{{end}}

{{def tallest_tree}}
/// The tallest of some trees.
pub fn tallest_tree({{params tallest_tree}}) -> Result<Tree, OrchardError> {
    let mut found = trees.iter().filter(|one| one.age >= youngest);
    let first = found.next().cloned().ok_or(OrchardError::Empty)?;
    Ok(found.fold(first, |best, one| if one.height > best.height { one.clone() } else { best }))
}
{{end}}
"""
_BASKETS = """
//! What it is picked into.

{{import Tree}}

{{def Basket}}
/// Holds what was picked.
#[derive(Debug, Default)]
pub struct Basket {
    pub label: String,
    fruits: Vec<(String, f64)>,
}

impl Basket {
    /// An empty one.
    pub fn new(label: &str) -> Self {
        Self { label: label.to_string(), fruits: Vec::new() }
    }

    {{def add_fruit}}
    /// Puts fruit in.
    pub fn add_fruit(&mut self, {{params add_fruit}}) -> &mut Self {
        if grams > 0.0 {
            self.fruits.push((sort.to_string(), grams));
        }
        self
    }
    {{end}}

    {{def total_grams}}
    /// What it weighs.
    pub fn total_grams(&self, {{params total_grams}}) -> f64 {
        let fruits: f64 = self.fruits.iter().map(|(_, grams)| grams).sum();
        fruits + tare
    }
    {{end}}
}
{{end}}

{{def parse_tag}}
/// The sort and the weight of a tag.
pub fn parse_tag({{params parse_tag}}) -> Option<(String, f64)> {
    let (sort, rest) = tag.split_once(':')?;
    let weight = rest.trim().trim_end_matches('g').parse().ok()?;
    Some((sort.to_lowercase(), weight))
}
{{end}}
"""
_SEASONS = """
//! When it is ripe.

/// The days of a season.
pub const SEASON_DAYS: u32 = 91;

{{def ripe_in}}
/// The days until it is ripe.
pub fn ripe_in({{params ripe_in}}) -> u32 {
    let warm = (degrees * 10.0).max(1.0) as u32;
    let needed = 12_000 / warm;
    needed.saturating_sub(passed).min(SEASON_DAYS)
}
{{end}}

{{def frost_risk}}
/// How likely frost is.
pub fn frost_risk({{params frost_risk}}) -> f64 {
    match month {
        12 | 1 | 2 => 0.9,
        3 | 4 | 10 | 11 => 0.4,
        _ => 0.02,
    }
}
{{end}}
"""
_MARKET = """
//! What it is sold for.

{{import Basket}}

/// Cents for a kilogram.
pub const KILO_PRICE: u64 = 320;

{{def basket_price}}
/// The price of a weight.
pub fn basket_price({{params basket_price}}) -> u64 {
    let kilos = (grams / 1000.0).ceil() as u64;
    let gross = kilos * KILO_PRICE;
    if kilos > 10 { gross - gross / 10 } else { gross.saturating_sub(rebate) }
}
{{end}}

{{def print_cents}}
/// An amount as a text.
pub fn print_cents({{params print_cents}}) -> String {
    let (whole, part) = (cents / 100, cents % 100);
    let text = format!("{currency} {whole}.{part:02}");
    text.trim().to_owned()
}
{{end}}
"""
_STALL = """
//! Where it is sold.

{{import print_cents}}

{{def Stall}}
/// A stall and its takings.
pub struct Stall {
    sales: Vec<(String, u64)>,
}

impl Stall {
    /// One that has sold nothing.
    pub fn open() -> Stall {
        Stall { sales: vec![] }
    }

    {{def note_sale}}
    /// Writes a sale down.
    pub fn note_sale(&mut self, {{params note_sale}}) -> usize {
        assert!(cents > 0, "a sale is not free");
        self.sales.push((buyer.to_string(), cents));
        self.sales.len()
    }
    {{end}}

    {{def takings}}
    /// All that was taken.
    pub fn takings(&self, {{params takings}}) -> u64 {
        let mut sum = change;
        for (_, cents) in &self.sales {
            sum += cents;
        }
        sum
    }
    {{end}}

    /// All of it in words.
    pub fn report(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (buyer, cents) in &self.sales {
            lines.push(buyer.clone());
            lines.push(print_cents({{args print_cents *cents; "EUR"}}));
        }
        lines
    }
}
{{end}}
"""
_LIB = """
//! An orchard.

pub mod baskets;
pub mod errors;
pub mod market;
pub mod seasons;
pub mod stall;
pub mod trees;

pub use errors::OrchardError;
{{export Tree}}
{{export tallest_tree}}
{{export Basket}}
{{export basket_price}}
{{export Stall}}
"""
_ERRORS = """
//! What can go wrong.

/// Anything of this crate.
#[derive(Debug)]
pub enum OrchardError {
    /// There is nothing.
    Empty,
}
"""
_TESTS = """
{{import Tree}}
{{import tallest_tree}}
{{import Basket}}
{{import parse_tag}}
{{import ripe_in}}
{{import frost_risk}}
{{import basket_price}}
{{import print_cents}}
{{import Stall}}
use orchard::market::KILO_PRICE;
use orchard::seasons::SEASON_DAYS;

#[test]
fn trees() {
    let mut tree = Tree::new(12, 4.5);
    assert_eq!(tree.prune_boughs({{args prune_boughs 30; 9}}), 0);
    assert!(tree.expected_crop({{args expected_crop 1.0}}) > 1.0);
    assert!(tallest_tree({{args tallest_tree &[tree]; 3}}).is_ok());
}

#[test]
fn baskets() {
    let mut basket = Basket::new("a");
    basket.add_fruit({{args add_fruit "apple"; 120.0}});
    assert_eq!(basket.total_grams({{args total_grams 0.0}}), 120.0);
    assert!(parse_tag({{args parse_tag "apple: 120g"}}).is_some());
}

#[test]
fn seasons() {
    assert_eq!(ripe_in({{args ripe_in 10.0; 3}}), SEASON_DAYS);
    assert!(frost_risk({{args frost_risk 7}}) < 0.1);
}

#[test]
fn market() {
    assert_eq!(basket_price({{args basket_price 900.0; 0}}), KILO_PRICE);
    assert_eq!(print_cents({{args print_cents 320; "EUR"}}), "EUR 3.20");
    let mut stall = Stall::open();
    stall.note_sale({{args note_sale "Ada"; 320}});
    assert_eq!(stall.takings({{args takings 0}}), 320);
}
"""
_README = """
# Orchard

A `Tree` bears fruit, a `Basket` holds it.

```rust
use orchard::{Basket, Tree, tallest_tree};

let tree = Tree::new(12, 4.5);
println!("{}", tree.expected_crop(0.8));
let best = tallest_tree(&[tree], 3)?;
let mut basket = Basket::new("for Ada");
basket.add_fruit("apple", 120.0).add_fruit("pear", 90.0);
# Ok::<(), orchard::OrchardError>(())
```

Its errors are `OrchardError`s.
"""
_GUIDE = """
# Guide

```rust
use orchard::baskets::{self, Basket};

if let Some((sort, grams)) = baskets::parse_tag("apple: 120g") {
    let mut basket = Basket::new("b");
    basket.add_fruit(&sort, grams);
    assert_eq!(basket.total_grams(0.0), 120.0);
}
```

Read tags with `baskets::parse_tag`.

## Seasons

```rust
use orchard::seasons::*;

let days = ripe_in(18.5, 10);
assert!(days <= SEASON_DAYS);
println!("{}", orchard::seasons::frost_risk(4));
```

`frost_risk` knows nothing of the place.
"""
_REFERENCE = """
# Reference

| name | what it does |
|---|---|
| `basket_price` | the price of a weight |
| `market::print_cents` | an amount as a text |
| `Stall::note_sale` | writes a sale down |
| `Tree::prune_boughs` | cuts what is too long |

```rust
use orchard::market::{KILO_PRICE, print_cents};
use orchard::{Stall, basket_price};

let mut stall: Stall = Stall::open();
stall.note_sale("Ada", basket_price(1200.0, 0));
println!("{}", print_cents(stall.takings(0), "EUR"));
assert!(stall.takings(0) > KILO_PRICE);
```
"""


def _module(path: str) -> str:
    return path.removeprefix("src/").removesuffix(".rs")


def _imported(at: str, name: str, home: str, spec: Spec) -> str:
    del spec
    root = "crate" if at.startswith("src/") else "orchard"
    return f"use {root}::{_module(home)}::{name};" if at != home else ""


def _exported(at: str, name: str, home: str, spec: Spec) -> str:
    del spec
    root = "" if at == "src/lib.rs" else "crate::"
    return f"pub use {root}{_module(home)}::{name};"


def _called(at: str, name: str, home: str, spec: Spec) -> str:
    del at, home, spec
    return name


def _parameter(par: Par) -> str:
    return f"{par.name}: {par.type}"


def _container(path: str, spec: Spec) -> str:
    del path, spec
    return ""


def _cased(kind: str, words: tuple[str, ...]) -> str:
    if kind == "class":
        return "".join(word.capitalize() for word in words)
    return "_".join(words).upper() if kind == "const" else "_".join(words)


_HOMES = {name: f"src/{name}.rs" for name in ("trees", "baskets", "seasons", "market", "stall")}
_CENTS = Par("cents", "u64")
RUST = Package(
    "rust",
    {
        "Cargo.toml": '[package]\nname = "orchard"\nversion = "1.0.0"\nedition = "2021"\n',
        "src/lib.rs": _LIB,
        "src/errors.rs": _ERRORS,
        _HOMES["trees"]: _TREES,
        _HOMES["baskets"]: _BASKETS,
        _HOMES["seasons"]: _SEASONS,
        _HOMES["market"]: _MARKET,
        _HOMES["stall"]: _STALL,
        "tests/orchard.rs": _TESTS,
    },
    {"README.md": _README, "docs/guide.md": _GUIDE, "docs/reference.md": _REFERENCE},
    {
        "Tree": Spec("class", _HOMES["trees"], can_go=False),
        "prune_boughs": Spec(
            "method", _HOMES["trees"], "Tree", (Par("longest", "usize"), Par("most", "usize"))
        ),
        "expected_crop": Spec("method", _HOMES["trees"], "Tree", (Par("sunshine", "f64"),)),
        "tallest_tree": Spec(
            "function", _HOMES["trees"], "", (Par("trees", "&[Tree]"), Par("youngest", "u32"))
        ),
        "Basket": Spec("class", _HOMES["baskets"]),
        "add_fruit": Spec(
            "method", _HOMES["baskets"], "Basket", (Par("sort", "&str"), Par("grams", "f64"))
        ),
        "total_grams": Spec("method", _HOMES["baskets"], "Basket", (Par("tare", "f64"),)),
        "parse_tag": Spec("function", _HOMES["baskets"], "", (Par("tag", "&str"),)),
        "SEASON_DAYS": Spec("const", _HOMES["seasons"], can_go=False),
        "ripe_in": Spec(
            "function", _HOMES["seasons"], "", (Par("degrees", "f64"), Par("passed", "u32"))
        ),
        "frost_risk": Spec("function", _HOMES["seasons"], "", (Par("month", "u8"),)),
        "KILO_PRICE": Spec("const", _HOMES["market"], can_go=False),
        "basket_price": Spec(
            "function", _HOMES["market"], "", (Par("grams", "f64"), Par("rebate", "u64"))
        ),
        "print_cents": Spec("function", _HOMES["market"], "", (_CENTS, Par("currency", "&str"))),
        "Stall": Spec("class", _HOMES["stall"]),
        "note_sale": Spec("method", _HOMES["stall"], "Stall", (Par("buyer", "&str"), _CENTS)),
        "takings": Spec("method", _HOMES["stall"], "Stall", (Par("change", "u64"),)),
    },
    Dialect(_imported, _exported, _called, _parameter, _container, _cased, Par("plot", "u16")),
)
