"""Running the chunks of a program one after the other, in one `__main__`, and reporting."""

from __future__ import annotations

import _weakref

from doc_healing.languages.python.driver import (
    comments,
    compare,
    faults,
    names,
    scopes,
    shape,
    stage,
)
from doc_healing.languages.python.driver.channel import Channel
from doc_healing.languages.python.driver.lazy import ast, re
from doc_healing.languages.python.driver.transcript import Example

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

_ANY = Exception  # a stranger's code may raise anything, and may delete the built-in name


class Stopped(Exception):  # noqa: N818  # a signal between us; the error is in it
    """The snippet failed with `error` in the place where it runs."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class Player:
    """Plays chunks in the namespace of `__main__`; `number` is the chunk that it plays."""

    def __init__(self, channel: Channel, path: str, text: str, listening: bool) -> None:
        self.channel = channel
        self.path = path
        self.text = text
        self.module = stage.set_up(path, text)
        self.writes = stage.listen(path) if listening else None
        self.flags = 0
        self.loop: Any = None
        self.borrowed: list[str] = []

    def script(self, start: int, tree: ast.Module, promises: list[comments.Promise]) -> None:
        """Run a script whose first line is line `start` (0-based) of the file.

        Raises `Stopped` where it fails and no comment announces it.
        """
        if start:
            shape.moved(tree, start)
        moved = [
            p._replace(first=p.first + start, last=p.last + start, line=p.line + start)
            for p in promises
        ]
        values = {p.last: p for p in moved if p.kind == "value"}
        body = list(tree.body)
        while body:
            body = self._some(body, values)
        for promise in moved:
            if promise.kind == "printed":
                self._printed(promise)

    def transcript(self, start: int, examples: list[Example], options: list[str]) -> int:
        """Run a transcript statement by statement; gives how many statements really ran."""
        ran = 0
        for example in examples:
            chosen = (*options, *example.options)
            if "+SKIP" in chosen or any(o.startswith("+REMOTE") for o in chosen):
                self.channel.send("left_out", line=start + example.line + 1, reason="+SKIP")
            elif self._example(start, example, tuple(chosen)):
                ran += 1
        return ran

    def borrow(self, at: int, name: str, text: str) -> None:
        """Run import `at` of another block; where it fails, the block goes on without it."""
        try:
            code = compile(text, "<import>", "exec", dont_inherit=True)
            exec(code, self.module.__dict__)  # noqa: S102  # this is the jail's purpose
        except (Exception, SystemExit) as error:  # noqa: BLE001  # a stranger's module may raise anything
            self.channel.send("lacking", at=at, error=f"{type(error).__name__}: {error}"[:300])
            return
        self.borrowed.append(name)
        self.channel.send("borrowed", at=at)

    def close(self) -> None:
        """End the event loop as `asyncio.run` does."""
        if self.loop is not None:
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.close()

    def let_go(self) -> None:
        """Hold `__main__` no longer: what is in it ends with it, as in any script.

        Hooks for threads that outlive the script still know us; a forked interpreter never
        looks through what knows them for cycles.
        """
        self.module = _weakref.proxy(self.module)

    # --- Scripts

    def _some(self, body: list[ast.stmt], values: dict[int, comments.Promise]) -> list[ast.stmt]:
        """Run the statements up to the next promised value; gives those that are left."""
        cut = next((i for i, node in enumerate(body) if _last(node) in values), len(body))
        try:
            if cut:
                self._run(body[:cut])
                return body[cut:]
            self._value(body[0], values[_last(body[0])])
            return body[1:]
        except _ANY as error:
            return self._after(error, body)

    def _after(self, error: BaseException, body: list[ast.stmt]) -> list[ast.stmt]:
        """The statements after an announced failure; any other stops the run."""
        stage.mend_builtins()
        lines = faults.lines_of(error, self.path)
        if not lines:
            raise Stopped(error) from None
        at = next((i for i, n in enumerate(body) if _first(n) <= lines[0] <= _last(n)), None)
        if at is None:
            raise Stopped(error) from None
        last = _last(body[at])
        first = last + 1 if hasattr(body[at], "body") else _first(body[at])
        said = comments.announced(self.text, first, last)
        said = said or comments.announced(self.text, lines[-1], lines[-1])
        if not said:
            raise Stopped(error) from None
        self.channel.send("announced", line=lines[0], comment=said, error=type(error).__name__)
        return body[at + 1 :]

    def _run(self, body: list[ast.stmt]) -> None:
        tree = ast.Module(body=body, type_ignores=[])
        self._note_future(body)
        self._eval(compile(tree, self.path, "exec", self.flags | shape.AWAIT, dont_inherit=True))

    def _eval(self, code: CodeType) -> object:
        value = eval(code, self.module.__dict__)  # noqa: S307  # this is the jail's purpose
        if code.co_flags & 0x80:  # CO_COROUTINE: it awaits at its top level
            return self._await(value)
        return value

    def _await(self, coroutine: object) -> object:
        import asyncio  # 40 ms that only awaiting snippets pay

        if self.loop is None:
            self.loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self.loop)
        return self.loop.run_until_complete(coroutine)

    def _value(self, node: ast.stmt, promise: comments.Promise) -> None:
        start = len(self.writes.entries) if self.writes else 0
        value, known = self._result(node)
        printed = self.writes.text(start) if self.writes else ""
        if not known and not printed:
            return
        same = compare.same_value(promise.text, value, printed)
        if same is None:
            return
        got = printed.rstrip("\n") if value is None and printed else _shown(value)
        self._compared(same, promise.text, got, "# =>", promise.line, promise.column)

    def _result(self, node: ast.stmt) -> tuple[object, bool]:
        """The value that a statement stands for, and whether it stands for one."""
        if isinstance(node, ast.Expr):
            tree = ast.Expression(body=node.value)
            flags = self.flags | shape.AWAIT
            return self._eval(compile(tree, self.path, "eval", flags, dont_inherit=True)), True
        self._run([node])
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Name):
            return self.module.__dict__.get(target.id), True
        return None, False

    def _printed(self, promise: comments.Promise) -> None:
        got = self.writes.of_lines(promise.first, promise.last) if self.writes else ""
        if not got:  # the statement never ran, or it shows its value in some other way
            return
        whole = self.writes.whole_lines(promise.first, promise.last) if self.writes else got
        same = any(compare.same_output(promise.text, one) for one in (got, whole))
        self._compared(same, promise.text, whole, "#>", promise.line, promise.column)

    def _compared(
        self, same: bool, want: str, got: str, source: str, line: int, column: int
    ) -> None:
        self.channel.send(
            "compared", ok=same, want=want, got=got, source=source, line=line, column=column
        )

    def _note_future(self, body: list[ast.stmt]) -> None:
        for node in body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                import __future__

                for alias in node.names:
                    feature = getattr(__future__, alias.name, None)
                    self.flags |= getattr(feature, "compiler_flag", 0)

    # --- Transcripts

    def _example(self, start: int, example: Example, options: tuple[str, ...]) -> bool:
        line = start + example.line
        try:
            tree = shape.parse(example.source)
        except SyntaxError as error:
            return self._unparsed(error, example, line)
        except (ValueError, RecursionError, MemoryError):
            return False
        shape.moved(tree, line)
        since = len(self.writes.entries) if self.writes else 0
        try:
            self._statements(tree.body, example.plain)
        except _ANY as error:
            self._raised(error, example, line, options)
            return True
        if example.want:
            self._compare(example, since, start, options)
        return bool(tree.body)

    def _statements(self, body: list[ast.stmt], plain: bool) -> None:
        self._note_future(body)
        flags = self.flags | shape.AWAIT
        for node in body:
            if plain:
                self._run([node])
            else:
                one = ast.Interactive(body=[node])
                self._eval(compile(one, self.path, "single", flags, dont_inherit=True))

    def _compare(self, example: Example, since: int, start: int, options: tuple[str, ...]) -> None:
        assert self.writes is not None
        if all(line.lstrip().startswith("#") for line in example.want.split("\n")):
            return  # a remark
        got = self.writes.text(since)
        longer = example.want + "\n" + example.rest
        same = any(
            compare.same_output(want, self.writes.text(since, streams), options)
            for want in ([example.want, longer] if example.rest else [example.want])
            for streams in ("out", "err", "outerr")
        )
        line = start + example.want_line + 1
        self._compared(same, example.want, got, "doctest", line, 0)

    def _raised(
        self, error: Exception, example: Example, line: int, options: tuple[str, ...]
    ) -> None:
        same = compare.same_error(example.want, error, "+IGNORE_EXCEPTION_DETAIL" in options)
        said = comments.announced(example.source, 1, example.source.count("\n") + 1)
        if same is None and not said:
            raise Stopped(error)
        if same is False and isinstance(error, (ImportError, OSError, NameError)):
            raise Stopped(error)  # not this error was promised: what is behind it decides
        at = line - example.line + example.want_line + 1
        got = f"{type(error).__name__}: {error}"
        if same is not None:
            self._compared(same, example.want, got, "doctest", at, 0)

    def _unparsed(self, error: SyntaxError, example: Example, line: int) -> bool:
        if "Error" in example.want and compare.same_error(example.want, error, True):
            self._compared(True, example.want, str(error), "doctest", line + 1, 0)
            return True
        found = shape.unparsed(example.source, error)
        at = line + found.line
        if found.kind == "syntax" and not example.source.rstrip().endswith("?"):
            raise Stopped(_located(error, self.path, at, found.column, line))
        self.channel.send("left_out", line=at, reason=found.reason)
        return False


def failure(player: Player, error: BaseException, bodies: list[ast.stmt]) -> dict[str, object]:
    """The facts of what stopped the run, with what the snippet's own text says about it."""
    facts = faults.describe(error, player.path, player.text)
    line = facts.get("line")
    facts["bound"] = sorted(scopes.bound(bodies))[:2000]
    facts["defined"] = sorted(_defined(bodies))[:2000]
    near = [n for n in bodies if isinstance(line, int) and _first(n) <= line <= _last(n)]
    left_out = any(map(scopes.is_left_out, bodies))
    facts["placeholder"] = left_out or any(scopes.has_placeholder(node) for node in near)
    facts["later"] = sorted(_later(faults.lines_of(error, player.path), bodies))[:2000]
    facts["value"] = bool(bodies) and all(scopes.is_value(node) for node in bodies)
    facts["absent"] = names.absent(error, near, player.module.__dict__)
    if player.borrowed:
        facts["touched"] = sorted(names.missing(near).intersection(player.borrowed))
    return facts


def _defined(bodies: list[ast.stmt]) -> set[str]:
    """The names that an import, a function or a class binds."""
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return scopes.bound(node for node in scopes.own(bodies) if isinstance(node, kinds))


def _later(lines: list[int], bodies: list[ast.stmt]) -> set[str]:
    """The names that only statements behind the failing one bind."""
    line = lines[0] if lines else 0
    behind = [node for node in bodies if _first(node) > line]
    return scopes.bound(behind) - scopes.bound(n for n in bodies if _first(n) <= line)


def _located(error: SyntaxError, path: str, line: int, column: int, moved: int) -> SyntaxError:
    """The error of a statement that stands `moved` lines down in the snippet's file."""
    error.msg = re.sub(
        r"\b((?:on|detected at) line )(\d+)",
        lambda said: said[1] + str(int(said[2]) + moved),
        str(error.msg),
    )
    error.filename, error.lineno, error.offset = path, line, column
    return error


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001  # a stranger's __repr__ may raise anything
        return "<" + type(value).__name__ + ">"


def _first(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", None)
    return decorators[0].lineno if decorators else node.lineno


def _last(node: ast.stmt) -> int:
    return getattr(node, "end_lineno", None) or node.lineno
