"""Which fence is the output of which block, and what it promises.

A wrong link is a wrong red, so a link needs an explicit marker, a label that says output, or a
cue in the sentence between ("Output:", "This prints:").
"""

import dataclasses
import re
from collections.abc import Sequence

from doc_healing.documents.dialects import failures, labels
from doc_healing.documents.dialects.blocks import Setting
from doc_healing.documents.dialects.info import parse
from doc_healing.documents.dialects.interpretation import Annotated
from doc_healing.documents.dialects.marks import Over
from doc_healing.documents.dialects.rules import MAY_PASS
from doc_healing.documents.page import Block, Comment, Heading, Page, Text
from doc_healing.model import (
    Expectation,
    Instructions,
    Mode,
    State,
)

WILDCARDS = ("...", "[...]", "[..]", "<...>")
_SUBJECT = (
    r"(?:this|it|that|which|running (?:it|this|that|the (?:code|script|program|example|snippet)|"
    r"the (?:code|script|program|example|snippet) above|the above)|"
    r"(?:this|the|our) (?:code|script|program|example|snippet)(?: above)?|the above"
    r"(?: (?:code|script|program|example|snippet))?)"
)
_WHERE = r"(?: to (?:stdout|the (?:console|terminal|screen|standard output)))?"
_CUES = re.compile(
    rf"(?:(?:and|so|then|now|when run,?|here) )*"
    rf"(?:(?:(?:the|expected|its|program|console|terminal|standard|resulting|printed) )*"
    rf"(?:output|stdout|result|prints)(?: (?:is|will be|would be))?"
    rf"(?: (?:the following|as follows))?"
    rf"|(?:{_SUBJECT} )?(?:will |would )?(?:prints?|outputs?|logs)(?: out)?{_WHERE}"
    rf"(?: the following)?(?: output)?{_WHERE}"
    rf"|{_SUBJECT} (?:will |would )?(?:produces?|gives?|yields?) the (?:following )?output"
    rf"(?: below)?)\s*:",
    re.IGNORECASE,
)
# Output of this program in another situation than a plain run of it, as it stands.
_ELSEWHERE = re.compile(
    r"\b(?:if|unless|when(?! run\b)|whenever|once|calling|called|invok\w+|instead|without|"
    r"chang\w+|replac\w+|uncomment\w*|modif\w+|edit\w*|add(?:ing|ed)?|remov\w+|enter\w*|typ(?:e|ing)|"
    r"input|argument\w*|command|request\w*|visit\w*|open(?:ing)?|click\w*|press\w*|depend\w*|"
    r"might|may|could|something like|similar|version|older|newer|previous\w*|before|windows)\b"
    r"|\$ |python\d? \S+\.py .*\S|\s--?[A-Za-z]",
    re.IGNORECASE,
)
_RAISES = re.compile(
    rf"(?:{_SUBJECT} )?(?:will |would )?(?:raises?|throws?|fails? with|panics?(?: with)?"
    r"|(?:fails? to|does(?: not|n't)|won't|not) compile(?: with)?"
    r"|(?:gives?|produces?|yields?|results? in)(?= (?:the following|this|an?)\b.* error))"
    r"(?: (?:the following|this))?(?: (?:an? )?(?:compil\w+ |runtime )?"
    r"(?:error|exception|message|panic|`[\w.]+`))?\s*:",
    re.IGNORECASE,
)
_PRINTS = {
    "python": re.compile(r"\b(?:print|pprint|pp|echo|secho|write|writelines|show|inspect)\s*\("),
    "javascript": re.compile(r"\bconsole\s*\.|process\.stdout|\bprint\s*\("),
    "typescript": re.compile(r"\bconsole\s*\.|process\.stdout"),
    "java": re.compile(r"System\.out|IO\.print|\bprintln\s*\("),
    "go": re.compile(r"\b(?:fmt\.Print|println\s*\(|os\.Stdout|log\.)"),
    "rust": re.compile(r"\b(?:print|println|dbg)!"),
}
_CATCHES = re.compile(r"\b(?:except|catch|traceback|rescue|recover)\b|\.catch\(")
_PROMPT = re.compile(r"^\s*(?:\$|>>>|>|%|#|In \[\d*\]:)\s", re.MULTILINE)
_TERMINALS = frozenset({"console", "terminal", "log", "pytb", "py3tb", "pytb3", "traceback"})
# The line with which Go's compiler begins its errors, and no prompt of root's.
_GO_PACKAGE = re.compile(r"^# \S+\n(?=\S*\.go:\d+:)", re.MULTILINE)
# A fence that shows a failure is not of this block but of what the reader may make of it.
_CHANGED = re.compile(
    r"\b(?:chang|replac|uncomment|modif|edit|remov|add|instead|without|omit|forg[eo]t|older"
    r"|version|windows|click|request)",
    re.IGNORECASE,
)
_LONGEST_CUE = 160
_LONGEST_TEXT = 600


def link(
    page: Page, overs: Sequence[Over], blocks: Sequence[Annotated], setting: Setting
) -> list[Annotated]:
    """The same blocks, with expected outputs attached and output fences told as such."""
    result = list(blocks)
    for at, over in enumerate(overs):
        source = _source(page, overs, result, at, setting)
        if source is None:
            if at and _shows_failure(page, overs, result, at):
                result[at - 1] = _announced(result[at - 1], over.block.line)
            continue
        owner, how = source
        result[at] = _told(result[at], result[owner].block.line)
        if result[owner].state is State.RUNNABLE:
            result[owner] = _promise(page, result[owner], over, how)
    return result


def _source(
    page: Page, overs: Sequence[Over], blocks: Sequence[Annotated], at: int, setting: Setting
) -> tuple[int, str] | None:
    """The index of the block whose output this one is, and by which convention."""
    over, mine = overs[at], blocks[at]
    if at == 0:
        return None
    before = blocks[at - 1]
    if over.outputs and labels.language(mine.language) is None:
        return _program_before(blocks, at), over.outputs[-1].hit.spelling
    if overs[at - 1].outputs and labels.language(before.language):
        return at - 1, overs[at - 1].outputs[-1].hit.spelling
    if _directive(over.block) == "testoutput":
        return _program_before(blocks, at), "testoutput"
    if mine.state is not State.ILLUSTRATIVE or not _may_print(before):
        return None
    how = _convention(page, overs, at, mine, before, setting)
    return (at - 1, how) if how else None


def _directive(block: Block) -> str:
    return (block.directive or parse(block.info).directive).lower()


def _program_before(blocks: Sequence[Annotated], at: int) -> int:
    """The nearest program above; the block right before where there is none."""
    for index in range(at - 1, max(at - 50, -1), -1):
        if labels.language(blocks[index].language):
            return index
    return at - 1


def _may_print(before: Annotated) -> bool:
    """A program that is no transcript: a transcript carries its own output."""
    if before.state is not State.RUNNABLE or "repl" in before.instructions.flags:
        return False
    return not before.block.code.lstrip().startswith((">>> ", "In ["))


def _convention(
    page: Page,
    overs: Sequence[Over],
    at: int,
    mine: Annotated,
    before: Annotated,
    setting: Setting,
) -> str:
    """Which unmarked convention makes this fence the output of the one before it, or none."""
    block, sentence = mine.block, _between(page, overs, at)
    if sentence is None:
        return ""
    prints = bool(_PRINTS[before.language].search(before.block.code))
    failed = failures.uncaught(block.code, before.language) is not None
    if "phmdoctest" in setting.dialects and not block.info and not sentence and prints:
        return "phmdoctest"
    if _is_output(block) and (prints or failed) and _announces(sentence):
        return "output-block"
    if not _is_text(block):
        return ""
    if _cue(sentence, _RAISES) and failures.shown(block.code, before.language):
        return "raises"
    if _cue(sentence, _CUES) and (prints or failed):
        return "cue"
    shows = failures.TRACEBACK.search(block.code) and len(sentence) <= _LONGEST_CUE
    return "traceback" if shows else ""


def _between(page: Page, overs: Sequence[Over], at: int) -> str | None:
    """The paragraph between a fence and the one before it; None where more parts them."""
    near = page.items[overs[at - 1].at + 1 : overs[at].at]
    between = [item for item in near if not isinstance(item, Comment)]
    if any(isinstance(item, Heading) for item in between) or len(between) > 1:
        return None
    if overs[at].block.containers != overs[at - 1].block.containers:
        return None
    return between[0].text if between and isinstance(between[0], Text) else ""


def _shows_failure(page: Page, overs: Sequence[Over], blocks: Sequence[Annotated], at: int) -> bool:
    """Whether a fence without a label or a cue shows how the block before it fails."""
    before, mine = blocks[at - 1], blocks[at]
    if before.state is not State.RUNNABLE or mine.state is not State.ILLUSTRATIVE:
        return False
    name = labels.plain(parse(mine.block.info).label)
    if name and name not in labels.PLAIN_TEXT | labels.OUTPUTS | labels.SHELLS | _TERMINALS:
        return False
    if failures.uncaught(mine.block.code, before.language) is None:
        return False
    sentence = _between(page, overs, at)
    return sentence is not None and not _CHANGED.search(sentence[:_LONGEST_TEXT])


def _announced(block: Annotated, line: int) -> Annotated:
    change = dataclasses.replace(block.instructions, announced_at=line)
    return dataclasses.replace(block, instructions=change)


def _is_output(block: Block) -> bool:
    """`output`, `{.output}`, `text title="Output"`, `text output`."""
    info = parse(block.info)
    name = labels.plain(info.label)
    if name in labels.OUTPUTS - {"stderr"}:
        return True
    titles = {
        (attribute.value or attribute.name).strip(" .:").lower()
        for attribute in info.attributes
        if attribute.value is None or attribute.name.lower() in {"title", "filename", "label"}
    }
    plain = name in labels.PLAIN_TEXT or name in {"", "console"}
    return plain and bool(titles & {"output", "stdout", "console output", "expected output"})


def _is_text(block: Block) -> bool:
    """A fence that can hold output: no label, plain text, a console without a prompt."""
    name = labels.plain(parse(block.info).label)
    if name in {"pytb", "py3tb", "pytb3", "traceback"} or name in labels.OUTPUTS:
        return True
    plain = not name or name in labels.PLAIN_TEXT or name in {"console", "terminal", "log"}
    return plain and not _PROMPT.search(_GO_PACKAGE.sub("", block.code))


def _cue(sentence: str, cues: re.Pattern[str]) -> bool:
    """Whether the paragraph's last sentence announces output, and nothing more or less."""
    text = re.sub(r"[*_`]+", "", " ".join(sentence.split()))
    if len(text) > _LONGEST_CUE or not text.endswith(":"):
        return False
    before, _, last = ("\0" + re.sub(r"(?<=[.!?])\s+(?=\S)", "\0", text)).rpartition("\0")
    return bool(cues.fullmatch(last)) and not _ELSEWHERE.search(before)


def _announces(sentence: str) -> bool:
    """Whether a paragraph between a program and a fence that is labelled output fits both."""
    return len(sentence) <= _LONGEST_CUE and not _ELSEWHERE.search(sentence)


def _told(block: Annotated, line: int) -> Annotated:
    if block.state not in {State.ILLUSTRATIVE, State.RUNNABLE}:
        return block
    reason = f"output of the block at line {line}"
    return dataclasses.replace(block, state=State.ILLUSTRATIVE, reason=reason)


def _promise(page: Page, owner: Annotated, over: Over, how: str) -> Annotated:
    """The owner with what the output block promises: a text, or a failure."""
    instructions, code = owner.instructions, over.block.code
    error = failures.shown(code, owner.language)
    catches = _CATCHES.search(owner.block.code)
    if catches and owner.language != "python" and failures.uncaught(code, owner.language):
        return _announced(owner, over.block.line)  # perhaps it catches what it shows
    if error and not catches:
        if instructions.mode is not Mode.RUN:
            return owner
        promised = how != "traceback"
        flags = instructions.flags if promised else (*instructions.flags, MAY_PASS)
        change = dataclasses.replace(instructions, mode=Mode.FAIL, must_fail=error, flags=flags)
        return dataclasses.replace(owner, instructions=change)
    if how == "traceback" or instructions.mode is not Mode.RUN:
        return owner
    expected = (*instructions.expected, _expectation(page, over, how, instructions))
    return dataclasses.replace(
        owner, instructions=dataclasses.replace(instructions, expected=expected)
    )


def _expectation(page: Page, over: Over, how: str, instructions: Instructions) -> Expectation:
    block = over.block
    first = block.lines[0] if block.lines else None
    spaces = any("ignore-whitespace" in mark.hit.effect.change.flags for mark in over.outputs)
    return Expectation(
        text="\n".join(line.text for line in block.lines),
        path=first.path if first else page.path,
        line=first.line if first else block.line,
        column=first.column if first else 1,
        wildcards=WILDCARDS,
        normalise_whitespace=spaces or "+NORMALIZE_WHITESPACE" in instructions.doctest_options,
        source=how,
    )
