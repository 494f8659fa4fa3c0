"""The compiler's error codes, by what they are in every language's words.

Source: the error index, https://doc.rust-lang.org/error_codes/error-index.html. A code that is not
here is a plain compile error (borrows, lifetimes, patterns).
"""

from doc_healing.model import SymptomKind

_KINDS = {
    SymptomKind.NAME: "E0425 E0412 E0405 E0422 E0423 E0531 E0532 E0573 E0574 E0404 E0407 E0408 "
    "E0411 E0424 E0426 E0261 E0401 E0416 E0415 E0381",
    SymptomKind.IMPORT: "E0432 E0433 E0463 E0583 E0603 E0364 E0365 E0430 E0431 E0460 E0461 "
    "E0462 E0466 E0468 E0469 E0254 E0255 E0259 E0260 E0252 E0786 E0583 E0584",
    SymptomKind.ATTRIBUTE: "E0599 E0609 E0610 E0560 E0559 E0026 E0615 E0616 E0624 E0576 E0220 "
    "E0437 E0438 E0451 E0689 E0769",
    SymptomKind.ARGUMENT: "E0061 E0060 E0057 E0107 E0063 E0023 E0050 E0053 E0086 E0027",
    SymptomKind.TYPE: "E0308 E0277 E0271 E0282 E0283 E0284 E0369 E0600 E0604 E0605 E0606 E0607 "
    "E0608 E0614 E0618 E0038 E0191 E0046 E0069 E0070 E0067 E0368 E0117 E0119 E0072 E0782 E0746",
    SymptomKind.TOOLCHAIN: "E0429 E0554 E0658 E0635 E0636 E0514 E0725 E0557 E0556",
    SymptomKind.SYNTAX: "E0758 E0762 E0763 E0765 E0766 E0768 E0586 E0748 E0753 E0585 E0670",
}
KINDS = {code: kind for kind, codes in _KINDS.items() for code in codes.split()}
MEMBERS = frozenset(_KINDS[SymptomKind.ATTRIBUTE].split())
ARGUMENTS = frozenset(_KINDS[SymptomKind.ARGUMENT].split())
TOOLCHAIN = frozenset(_KINDS[SymptomKind.TOOLCHAIN].split())
INFERENCE = frozenset({"E0282", "E0283", "E0284"})
# The same item twice: a page that shows two ways, one below the other.
TWICE = frozenset({"E0428", "E0252", "E0201", "E0592", "E0119", "E0124", "E0255", "E0260", "E0415"})
# A name that nothing here binds.
LACKING = frozenset(
    "E0425 E0412 E0405 E0422 E0423 E0531 E0532 E0573 E0574 E0404 E0411 E0424 E0426 E0261 "
    "E0407 E0437 E0438".split()
)
IMPORTS = frozenset({"E0432", "E0433", "E0463", "E0583", "E0584", "E0603", "E0364", "E0365"})
