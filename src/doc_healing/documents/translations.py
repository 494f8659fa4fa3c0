"""Which documents translate others.

A folder called `go` or `ts` is as likely a programming language as Tsonga, so a code alone proves
nothing: a translation has a source that it mirrors.
"""

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

# ISO 639-1, and the three-letter codes that documentation is really translated to.
_CODES = frozenset(
    "aa ab af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da"
    " de dv dz ee el eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz"
    " ia id ie ig ii ik io is it iu iw ja jp jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb"
    " lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om"
    " or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw"
    " ta te tg th ti tk tl tn to tr ts tt tw ty ua ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
    " fil ast ckb yue hant hans cn".split()
)
# Codes that name something else at least as often: C#, machine learning, Perl, TypeScript, input
# and output, an identifier, information technology, English words.
_AMBIGUOUS = frozenset(
    "cs ml pl ts io id it is as no or so to my st se am la co cn os ps pi".split()
)
_SOURCES = ("en", "eng", "english")
_REGION = re.compile(r"[a-z]{2,3}[-_](hans|hant|latn|cyrl|419|[a-z]{2})([-_][a-z]{2})?")
_FOLDERS = frozenset("i18n l10n locale locales translations translated_docs _i18n".split())
_COUNTRIES = frozenset("CN JP KR TW HK BR UA RU".split())
_INDEXES = frozenset(("index", "readme", "_index"))


def translated(documents: Iterable[str]) -> dict[str, str]:
    """The documents that translate others, each with the reason in words."""
    every = sorted(documents)
    by_folder = _folders(every)
    lowered = {path.lower(): path for path in every}
    found: dict[str, str] = {}
    for path in every:
        folder = next((f for f in _ancestors(path) if f in by_folder), None)
        if folder is not None:
            found[path] = f"a translation: `{folder}/` mirrors {by_folder[folder]}"
        elif source := _suffixed(path, lowered):
            found[path] = f"a translation of {source}"
    return found


def _folders(every: Sequence[str]) -> Mapping[str, str]:
    """The folders that hold translations, with what they translate."""
    inside: dict[str, set[str]] = defaultdict(set)
    for path in every:
        for folder in _ancestors(path):
            inside[folder].add(path[len(folder) + 1 :].lower())
    found: dict[str, str] = {}
    for folder in inside:
        parent, name = posixpath.split(folder)
        if _is_code(name) and (source := _source(parent, name, inside, every)):
            found[folder] = source
    return {**found, **_families(found, inside)}


def _families(found: Mapping[str, str], inside: Mapping[str, set[str]]) -> Mapping[str, str]:
    """Folders with no code for a name that mirror the same source as three that have one."""
    sources = Counter(
        (posixpath.dirname(folder), source) for folder, source in found.items() if source[0] == "`"
    )
    more: dict[str, str] = {}
    for (parent, source), members in sources.items():
        original = inside.get(source.strip("`/"), set())
        for folder in inside:
            same = posixpath.dirname(folder) == parent and folder != source.strip("`/")
            mirrored = len(inside[folder] & original)
            new = members >= 3 and same and folder not in found
            if new and 2 * mirrored > len(inside[folder]):
                more[folder] = source
    return more


def _source(
    parent: str, name: str, inside: Mapping[str, set[str]], every: Sequence[str]
) -> str | None:
    """What a folder translates, in words; None where nothing shows that it does."""
    mine = inside[posixpath.join(parent, name)]
    if posixpath.basename(parent).lower() in _FOLDERS:
        return f"the documents in its place in `{parent}/`"
    for other in inside:
        if posixpath.dirname(other) == parent and _is_source(posixpath.basename(other)):
            return f"`{other}/`" if mine & inside[other] else None
    if name.lower() in _AMBIGUOUS:
        return None
    start = f"{parent}/" if parent else ""
    around = {path[len(start) :].lower() for path in every if path.startswith(start)}
    shared = mine & around
    telling = {path for path in shared if posixpath.splitext(path)[0] not in _INDEXES}
    regional = _REGION.fullmatch(name.lower()) is not None
    mirrors = telling and 2 * len(shared) >= len(mine)
    # With a region it can be nothing else; its files may have translated names.
    if (regional and len(around) > len(mine)) or (
        shared and (mirrors or _sister(parent, name, inside))
    ):
        return f"`{parent or '.'}/`"
    return None


def _sister(parent: str, name: str, inside: Mapping[str, set[str]]) -> bool:
    """Whether another language's folder beside this one holds a file of the same name."""
    mine = inside[posixpath.join(parent, name)]
    return any(
        posixpath.dirname(other) == parent and base != name and _is_clear_code(base)
        for other in inside
        if (base := posixpath.basename(other)) and mine & inside[other]
    )


def _suffixed(path: str, every: Mapping[str, str]) -> str | None:
    """The document that `README.zh-CN.md` or `guide_ja.md` translates, where it exists."""
    folder, name = posixpath.split(path)
    stem, ending = posixpath.splitext(name)
    for mark in re.finditer(r"[._-]", stem):
        before, code = stem[: mark.start()], stem[mark.end() :]
        if not before or not _marks_language(before, mark[0], code):
            continue
        wanted = [posixpath.join(folder, f"{before}{middle}{ending}") for middle in ("", ".en")]
        wanted += [f"readme{ending}"] if before.lower() == "readme" else []
        return next((every[w.lower()] for w in wanted if w.lower() in every), None)
    return None


def _marks_language(stem: str, mark: str, code: str) -> bool:
    if code in _COUNTRIES and stem.lower() == "readme":
        return True
    if not _is_code(code):
        return False
    return mark == "." or stem.lower() == "readme" or code.lower() not in _AMBIGUOUS


def _is_code(name: str) -> bool:
    lowered = name.lower()
    if lowered in _CODES:
        return True
    return bool(_REGION.fullmatch(lowered)) and re.split("[-_]", lowered)[0] in _CODES


def _is_clear_code(name: str) -> bool:
    return _is_code(name) and name.lower() not in _AMBIGUOUS


def _is_source(name: str) -> bool:
    return re.split("[-_]", name.lower())[0] in _SOURCES


def _ancestors(path: str) -> list[str]:
    """The folders above a path, outermost first."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]
