"""Instructions that stand in the code of a block: Twoslash, doctest, byexample, Quarto, Deno ...

Options of a single line (`# doctest: +ELLIPSIS`) are the language's business; here is what they
mean when the whole block is under them.
"""

import re
from functools import partial

from doc_healing.documents.dialects.rules import (
    Effect,
    Hit,
    Rule,
    fails,
    flag,
    in_block,
    may_fail,
    mode,
    skip,
)
from doc_healing.documents.page import Block
from doc_healing.model import FailKind, Instructions, Mode

_TWOSLASH = frozenset({"javascript", "typescript"})
_PYTHON = frozenset({"python"})
_PROMPT = re.compile(r"^\s*(?:>>>|In \[\d*\]:)(?: |$)")


_rule = partial(in_block, flags=re.MULTILINE)


def _errors(match: re.Match[str]) -> Effect:
    return fails(FailKind.BUILD, code=" ".join(re.findall(r"\d+", match[1])))


def _permissions(match: re.Match[str]) -> Effect:
    flags = tuple(f"deno{name}" for name in re.findall(r"--allow-[\w-]+(?:=\S*)?", match[1]))
    return Effect(Instructions(flags=flags, network="--allow-net" in match[1]))


TWOSLASH = (
    _rule("Twoslash", "// @errors: 2322", r"^[ \t]*//[ \t]*@errors:[ \t]*([\d ,]+)$",
          "must not build", _errors),
    _rule("Twoslash", "// @noErrors", r"^[ \t]*//[ \t]*@noErrors\b.*$", "parse only",
          mode(Mode.LINT)),
    _rule("Twoslash", "// @filename: a.ts", r"^[ \t]*//[ \t]*@filename:[ \t]*\S+",
          "several files in one block", flag("several-files")),
    _rule("Twoslash", "// ---cut---", r"^[ \t]*//[ \t]*---cut(?:-start|-end|-before|-after)?---",
          "hides lines from the reader, not from the run"),
    _rule("Twoslash", "// @showEmit", r"^[ \t]*//[ \t]*@(?:show\w+|module|target|strict)\b.*",
          "compiler options: recorded"),
)  # fmt: skip
CODE = (
    _rule("Deno", "#!/usr/bin/env -S deno run --allow-read",
          r"\A#!/usr/bin/env\s+(?:-S\s+)?deno\s+run\b([^\n]*)", "permissions", _permissions,
          _TWOSLASH),
    _rule("Quarto", "#| eval: false", r"^[ \t]*(?:#|//)\|[ \t]*eval:[ \t]*(?:false|no|FALSE)",
          "skip", skip()),
    _rule("Quarto", "#| error: true", r"^[ \t]*(?:#|//)\|[ \t]*error:[ \t]*(?:true|yes|TRUE)",
          "may fail", may_fail()),
    _rule("embedme", "// path#L1-L9",
          r"\A[ \t]*(?://|#)[ \t]*([\w./-]+\.\w+#L\d+(?:-L\d+)?)[ \t]*$", "written from a file",
          lambda m: Effect(Instructions(generated_by=m[1]))),
    _rule("phmdoctest", "# phmdoctest:omit", r"#[ \t]*phmdoctest:(omit|pass)\b",
          "this line is left out", lambda m: flag(f"phmdoctest:{m[1]}"), _PYTHON),
)  # fmt: skip
_WHOLE = (
    _rule("doctest family", "# doctest: +SKIP", r"#\s*(?:x?doctest):.*\+SKIP\b(?!\()",
          "skip, where every example of the block has it", skip(), _PYTHON),
    _rule("byexample", "# byexample: +skip", r"#\s*byexample:.*\+skip\b",
          "skip, where every example of the block has it", skip(), _PYTHON),
    _rule("byexample", "# byexample: +timeout=N", r"#\s*byexample:.*\+timeout=(\d+)",
          "time limit, where every example of the block has it",
          lambda m: Effect(Instructions(wall_seconds=float(m[1]))), _PYTHON),
)  # fmt: skip
RULES = (*TWOSLASH, *CODE, *_WHOLE)


def hits(block: Block, language: str, twoslash: bool) -> list[Hit]:
    """What the code of a block asks; `twoslash` says that its info string asks for Twoslash."""
    found = []
    for rule in (*CODE, *(TWOSLASH if twoslash else ())):
        if rule.languages and language not in rule.languages:
            continue
        if match := rule.pattern.search(block.code):
            found.append(_hit(rule, match, block))
    return found + _whole_block(block, language)


def _hit(rule: Rule, match: re.Match[str], block: Block) -> Hit:
    index = block.code.count("\n", 0, match.start())
    line = block.lines[index].line if index < len(block.lines) else block.line
    return Hit(rule, rule.read(match), match[0].strip(), line)


def _whole_block(block: Block, language: str) -> list[Hit]:
    """An option counts for the block only where all its prompts carry it."""
    prompts = [line for line in block.lines if _PROMPT.match(line.text)]
    found = []
    for rule in _WHOLE:
        matches = [rule.pattern.search(line.text) for line in prompts]
        first = matches[0] if matches else None
        if first and all(matches) and language in rule.languages:
            found.append(Hit(rule, rule.read(first), first[0].strip(), prompts[0].line))
    return found
