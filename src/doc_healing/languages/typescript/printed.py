"""What a documentation generator prints of an API, and signatures that stand where calls do."""

import re

from doc_healing.languages.javascript import notation
from doc_healing.languages.typescript.erasure import parses

# TypeDoc writes `optional name: T` for `name?: T`, and types without their parentheses:
# https://github.com/typedoc2md/typedoc-plugin-markdown
_WORDS = r"(?:(?:public|protected|private|static|abstract|readonly|optional)\s+)*"
_MEMBER = re.compile(
    rf"(?P<words>{_WORDS})(?:get\s+|set\s+)?(?:[\w$#]+\.)*(?:[\w$#]+|\[[^\]\n]+\])\??\s*"
    r"(?P<rest>:[\s\S]*)"
)
_NEXT = re.compile(r"(?m)^(?:[A-Za-z_$#][\w$#]*[ \t]+)*[A-Za-z_$#][\w$#]*[?!]?[ \t]*[:=(]")
_UNION = re.compile(r"[|&]\s*(?:new\s*)?(?:<[^<>=]*>\s*)?\([^()]*\)\s*=>")
_PARAMETER = re.compile(r"(?<=[(,\s])([A-Za-z_$][\w$]*)\?\s*:\s*[\w$.<>|&'\" \[\]]+(?=\s*[,)])")


def printed_member(code: str) -> bool:
    """Whether it is one member of a type as a generator prints it, and nothing else."""
    plain = notation.without_strings(code).strip()
    found = _MEMBER.fullmatch(plain)
    if found is None or _NEXT.search(found["rest"]) or re.search(r"[^=!<>]=[^=>]", found["rest"]):
        return False
    if ";" in found["rest"].rstrip(";") and "{" not in found["rest"]:
        return False
    words = found["words"].split()
    return "optional" in words or "readonly" in words or _UNION.search(found["rest"]) is not None


def printed_type(code: str) -> bool:
    """Whether it is one type alias whose union holds function types without parentheses."""
    plain = notation.without_strings(code).strip()
    if re.match(r"(?:export\s+)?(?:declare\s+)?type\s+\w+", plain) is None:
        return False
    others = re.search(r"\n[^\s|&})>\]]", plain)
    return others is None and _UNION.search(plain) is not None


def shows_parameters(code: str) -> bool:
    """Whether it calls with a parameter instead of a value: `useClient(client?: Client)`."""
    plain = _PARAMETER.sub(r"\1", code)
    return plain != code and parses(plain)
