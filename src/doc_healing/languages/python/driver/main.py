"""The driver's entrance: read what is to be run, vanish from the snippet's sight, run, report."""

from __future__ import annotations

import marshal
import os
import sys
import warnings

from doc_healing.languages.python.driver import (
    comments,
    execute,
    faults,
    names,
    network,
    shape,
    stage,
    touches,
)
from doc_healing.languages.python.driver import transcript as transcripts
from doc_healing.languages.python.driver.channel import Channel
from doc_healing.languages.python.driver.lazy import NamedTuple, ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from doc_healing.languages.python.driver import resident

_DEPRECATED = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)


def main(folder: str) -> None:
    """Run the program whose payload is in `folder`; ends the process as the snippet does.

    Without a payload it is a resident, and becomes each of its programs by forking.
    """
    ending = None
    ear = touches.listen(folder)
    if not os.access(os.path.join(folder, "payload.bin"), os.R_OK):  # noqa: PTH118  # pathlib costs 5 ms
        ending = _reside(folder, ear)
    elif ear is not None:
        touches.at_the_end(ear)
    try:
        _program(folder, ear)
    except SystemExit as leave:
        if ending is not None:
            ending.code = 0 if leave.code is None else leave.code
        raise
    if ending is not None:
        ending.code = 0


def _program(folder: str, ear: touches.Ear | None) -> None:
    with open(os.path.join(folder, "payload.bin"), "rb") as file:  # noqa: PTH118, PTH123  # pathlib costs 5 ms
        payload = marshal.load(file)  # noqa: S302  # ours: the snippet has not begun
    channel = Channel(payload["nonce"])
    if ear is not None:
        ear.channel = channel
    if payload["cwd"]:
        os.makedirs(payload["cwd"], exist_ok=True)  # noqa: PTH103  # pathlib costs 5 ms
        os.chdir(payload["cwd"])
    unmet = _conditions() if payload["conditions"] else None
    listen = _listener() if payload.get("calls") else None
    _vanish(folder)
    _as_a_terminal()
    _as_without_site()
    stage.hear_end_of_input(channel)
    channel.send("begin", version=faults.version(), executable=sys.executable)
    skip = unmet(payload["conditions"]) if unmet else ""
    if skip:
        channel.send("skip", reason=skip)
        return
    shapes = [shape.shape(chunk["code"]) for chunk in payload["chunks"]]
    channel.send("shapes", shapes=[_facts(one) for one in shapes])
    decided = shapes[payload["main"]]
    if decided.kind in ("script", "transcript") and payload["run"]:
        scene = _scene(payload["chunks"], shapes, payload["main"])
        tell = listen(payload["calls"]) if listen else None
        try:
            _play(channel, scene, payload["listen"], payload["imports"])
        finally:
            if tell:
                tell(channel)


def _reside(folder: str, ear: touches.Ear | None) -> resident.Ending:
    """Load what the programs import and wait for them; returns in each of them."""
    from doc_healing.languages.python.driver import resident

    return resident.serve(folder, ear)


def _conditions() -> Callable[[list[dict[str, Any]]], str]:
    from doc_healing.languages.python.driver import conditions  # few have any

    return conditions.unmet


def _listener() -> Callable[[list[str]], Callable[[Channel], None]]:
    from doc_healing.languages.python.driver import calls  # a test of the map asks for them

    return calls.heard


def _remove(folder: str) -> None:
    """`shutil.rmtree` without what it imports."""
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            _remove(entry.path)
        else:
            os.unlink(entry.path)  # noqa: PTH108  # pathlib costs 5 ms
    os.rmdir(folder)  # noqa: PTH106  # pathlib costs 5 ms


def _vanish(folder: str) -> None:
    """Leave no trace that a snippet would stumble over: files, path entries, modules."""
    _remove(folder)
    sys.meta_path[:] = [
        one for one in sys.meta_path if getattr(one, "__module__", "") != "__main__"
    ]
    sys.path[0] = os.getcwd()  # noqa: PTH109  # as for any script that stands there
    for name in [n for n in sys.modules if n.split(".")[0] == "doc_healing"]:
        del sys.modules[name]


def _as_a_terminal() -> None:
    """Print line by line, as documents show it: between the lines of child processes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(line_buffering=True)


def _as_without_site() -> None:
    """Give the names that `site` adds, where it was left out to hide the machine's packages."""
    if sys.flags.no_site:
        import site

        site.setquit()
        site.setcopyright()
        site.sethelper()


def _facts(one: shape.Shape) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "shift": one.shift,
        "added": list(one.added),
        "reason": one.reason,
        "line": one.line,
        "column": one.column,
        "end_column": one.end_column,
    }


class Scene(NamedTuple):
    """The chunks of a program and what each of them is."""

    chunks: list[dict[str, Any]]
    shapes: list[shape.Shape]
    examples: list[list[transcripts.Example]]
    bodies: list[list[ast.stmt]]
    main: int


def _scene(chunks: list[dict[str, Any]], shapes: list[shape.Shape], main: int) -> Scene:
    examples = [transcripts.examples(s.text) if s.kind == "transcript" else [] for s in shapes]
    bodies = [
        list(one.tree.body) if one.tree is not None else _statements(chunk["start"], parts)
        for chunk, one, parts in zip(chunks, shapes, examples)  # noqa: B905  # 3.8
    ]
    return Scene(chunks, shapes, examples, bodies, main)


def _play(channel: Channel, scene: Scene, listen: bool, imports: list[list[str]]) -> None:
    parts = zip(scene.chunks, scene.shapes, scene.examples)  # noqa: B905  # 3.8
    text = "\n".join(_file_part(*part) for part in parts)
    promised = _promises(scene.chunks[scene.main], scene.shapes[scene.main])
    listen = listen or any(scene.examples) or bool(promised)
    player = execute.Player(channel, stage.main_path(), text, listen)
    _hook(channel, player, scene)
    channel.watch()
    network.watch(channel)
    try:
        if imports:
            _borrow(player, scene, imports)
        for number, one in enumerate(scene.shapes):
            if one.kind in ("script", "transcript"):
                _one(player, scene, number, promised if number == scene.main else [])
            channel.send("done", chunk=number)
        player.close()
        channel.send("end")
    finally:
        player.let_go()


def _borrow(player: execute.Player, scene: Scene, imports: list[list[str]]) -> None:
    """Import what the blocks lack and the document imports in another block."""
    lacking = names.missing(node for body in scene.bodies for node in body)
    for at, (name, text) in enumerate(imports):
        if name in lacking:
            player.borrow(at, name, text)


def _one(
    player: execute.Player, scene: Scene, number: int, promised: list[comments.Promise]
) -> None:
    """Run one chunk and report how it ended; a failure ends the process."""
    since = len(player.writes.entries) if player.writes else 0
    try:
        _run(player, scene, number, promised)
    except execute.Stopped as stopped:
        _fail(player, scene, number, stopped.error)
    except SystemExit as leave:
        _output(player, scene, number, since)
        facts = faults.describe(leave, player.path, player.text)
        player.channel.send("exit", chunk=number, **facts)
        raise
    except BaseException as error:  # noqa: BLE001  # KeyboardInterrupt and its like
        _fail(player, scene, number, error)
    _output(player, scene, number, since)


def _run(
    player: execute.Player, scene: Scene, number: int, promised: list[comments.Promise]
) -> None:
    chunk, one = scene.chunks[number], scene.shapes[number]
    if one.tree is not None:
        player.script(chunk["start"], one.tree, promised)
    elif not player.transcript(chunk["start"], scene.examples[number], chunk["options"]):
        player.channel.send("nothing", chunk=number)


def _output(player: execute.Player, scene: Scene, number: int, since: int) -> None:
    if player.writes and number == scene.main:
        player.channel.send("output", text=player.writes.text(since))


def _promises(chunk: dict[str, Any], one: shape.Shape) -> list[comments.Promise]:
    if one.tree is None:
        return []
    found = _in_comments(one.text, one.tree) if comments.may_promise(one.text) else []
    for extra in chunk["promises"]:
        line = extra["after_line"] + 1
        found.append(comments.Promise("printed", line, line, extra["text"], line, 0))
    return found


def _in_comments(text: str, tree: ast.Module) -> list[comments.Promise]:
    try:
        plain = shape.unchecked(text)
    except SyntaxError:
        plain = tree
    return comments.promises(text, plain)


def _file_part(chunk: dict[str, Any], one: shape.Shape, parts: list[transcripts.Example]) -> str:
    """This chunk's lines of the snippet's file: as many as the document has."""
    count = chunk["code"].count("\n") + 1
    lines = one.text.split("\n") if one.kind == "script" else [""] * count
    for part in parts:
        for offset, line in enumerate(part.source.split("\n")):
            if part.line + offset < count:
                lines[part.line + offset] = line
    return "\n".join((lines + [""] * count)[:count])


def _statements(start: int, parts: list[transcripts.Example]) -> list[ast.stmt]:
    """The statements of a transcript, at their lines of the snippet's file."""
    found: list[ast.stmt] = []
    for part in parts:
        try:
            tree = shape.unchecked(part.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        found.extend(shape.moved(tree, start + part.line).body)
    return found


def _hook(channel: Channel, player: execute.Player, scene: Scene) -> None:
    """Hear of what a run survives: deprecations, and exceptions in threads."""
    import _thread

    # `threading` takes its hook from there when the snippet imports it.
    source: Any = sys.modules.get("threading", _thread)
    name = "excepthook" if "threading" in sys.modules else "_excepthook"
    shown, thread = warnings.showwarning, getattr(source, name, None)

    def showwarning(message: Any, category: Any, filename: str, lineno: int, *rest: Any) -> None:
        if filename == player.path and issubclass(category, _DEPRECATED):
            channel.send("warning", text=f"{category.__name__}: {message}", line=lineno)
        shown(message, category, filename, lineno, *rest)

    def excepthook(args: Any) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            bodies = [node for body in scene.bodies for node in body]
            channel.send("thread", **execute.failure(player, args.exc_value, bodies))
        if thread is not None:
            thread(args)

    warnings.showwarning = showwarning  # type: ignore[assignment]  # it only passes them on
    if thread is not None:  # 3.8
        setattr(source, name, excepthook)


def _fail(player: execute.Player, scene: Scene, number: int, error: BaseException) -> None:
    """Report the failure, print its traceback as the interpreter does, and end with code 1."""
    stage.mend_builtins()
    facts = execute.failure(player, error, [node for body in scene.bodies for node in body])
    line = facts.get("line")
    start = scene.chunks[number]["start"]
    for part in scene.examples[number]:
        first = start + part.line + 1
        if isinstance(line, int) and first <= line <= first + part.source.count("\n"):
            facts["shift"] = part.shift
    player.channel.send("failed", chunk=number, **facts)
    sys.excepthook(type(error), error, faults.stripped(error.__traceback__))
    sys.exit(1)
