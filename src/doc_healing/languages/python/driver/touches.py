"""What of the project's own code a program meets: an audit hook hears it, and its end tells it.

Whatever could meet a file unheard (a process of its own, native code, a link) is a doubt, and with
a doubt nothing is told that anybody may rely on.
"""

# pathlib costs 5 ms; and this runs on Python 3.8.
# ruff: noqa: PTH109, PTH118, PTH123

from __future__ import annotations

import os
import sys

from doc_healing.languages.python.driver import entered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from doc_healing.languages.python.driver.channel import Channel

_ANY = Exception  # the snippet may delete the built-in name
_MOST = 4000  # files of one record
_PORTION = 300  # files of one event
_IMPORTER = "<frozen importlib._bootstrap_external>"
# What runs where nothing of this program hears it, or leads to a file by another name.
_DOUBTS = frozenset(
    ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn",
     "os.spawn", "os.startfile", "pty.spawn", "os.symlink", "os.link", "ctypes.dlsym",
     "ctypes.dlsym/handle", "ctypes.call_function", "sqlite3.load_extension",
     "cpython.PyInterpreterState_New", "cpython.PyInterpreterState_Clear", "cpython.run_command",
     "cpython.remote_debugger_script", "sys.remote_exec",
     # Texts and code objects come to whoever asks these.
     "sys.addaudithook", "sys.monitoring.register_callback", "gc.get_objects", "gc.get_referents",
     "gc.get_referrers")
)  # fmt: skip
_WAYS = frozenset(("root", "cwd", "fd", "map_files"))
# They are loaded where a process is started of which no audit event tells.
_STARTERS = ("multiprocessing.popen_spawn_posix", "multiprocessing.popen_forkserver",
             "multiprocessing.forkserver", "_cffi_backend")  # fmt: skip


class Ear:
    """Hears what is opened below the folder `own`, in all threads, unless it is deaf."""

    def __init__(self, own: str) -> None:
        self.own = own + "/"
        parts = own.split("/")
        self.above = frozenset("/".join(parts[:at]) or "/" for at in range(1, len(parts) + 1))
        self.loaded: dict[str, int] = {}
        self.read: set[str] = set()
        self.doubts: set[str] = set()
        self.channel: Channel | None = None
        self.watched = entered.Watched(self.own)
        self.entered = entered.watch(self.watched)
        self.deaf = True  # as yet, and while a resident does its own work
        self.over = False  # all was told
        loader = sys.modules["_frozen_importlib_external"].SourceFileLoader
        self.loader, self.translate = loader, loader.source_to_code
        self.compile = compile
        library = os.__file__.rpartition("/")[0]
        # Whoever else lists files may ask for their sizes, which is not heard.
        self.listers = (_IMPORTER, library + "/pkgutil.py",
                        library + "/importlib/metadata/__init__.py")  # fmt: skip
        self.modules = sys.modules
        for module in list(sys.modules.values()):
            if str(getattr(module, "__file__", None) or "")[: len(self.own)] == self.own:
                self.doubts.add("loaded before")

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        """What the interpreter tells of; it must never be the program's trouble."""
        if self.deaf:
            if self.over:
                self._late(event, args)
            return
        try:
            if event == "open":
                path = args[0]
                if type(path) is str and path[:1] == "/" and "/." not in path:
                    if path[: len(self.own)] == self.own:
                        self._opened(path, sys._getframe(1))
                        return
                    usual = path[-1:] != "/" and "//" not in path
                    if usual and path[:6] != "/proc/" and path[:5] != "/dev/":
                        if path in self.above:
                            self.doubts.add("opens " + path)
                        return
                self._examined(path, by_number=args[1] is None)
            elif event in _DOUBTS:
                if event != "sys.addaudithook" or not self.watched.is_ours(sys._getframe(1).f_code):
                    self.doubts.add(event)
            elif event == "import":
                file = args[1]
                if type(file) is str and file[: len(self.own)] == self.own:
                    self.doubts.add("native code")
            elif event == "os.listdir" or event == "os.scandir":  # a tuple costs
                self._listed(args[0], sys._getframe(1))
            elif event == "ctypes.dlopen" and args[0]:
                self.doubts.add(event)
            elif event == "marshal.dumps" and sys._getframe(1).f_code.co_filename != _IMPORTER:
                self.watched.codes = True
        except _ANY:
            self.doubts.add("a path that cannot be read")

    def _opened(self, path: str, frame: Any) -> None:
        if path[-3:] == ".py" and self._is_import(frame):
            self.loaded[path] = self.loaded.get(path, 0) + 1
        else:
            self.read.add(path)

    def _is_import(self, frame: Any) -> bool:
        """Whether the interpreter opens it to run it, and nobody else sees the text or the code."""
        builtins = frame.f_builtins
        for name in ("get_data", "get_code", "exec_module"):
            code = frame.f_code if frame is not None else None
            if code is None or code.co_filename != _IMPORTER or code.co_name != name:
                return False
            asked, frame = frame, frame.f_back
        return (
            type(asked.f_locals.get("self")) is self.loader
            and self.loader.source_to_code is self.translate
            and builtins.get("compile") is self.compile
        )

    def _late(self, event: str, args: tuple[Any, ...]) -> None:
        """Of what happens as all ends, nothing is told any more but that it is not all."""
        if event[:3] == "gc." or event[:8] == "cpython." or event[:15] == "sys.monitoring.":
            return  # that is how it ends
        self.deaf = False
        self.hook(event, args)
        self.deaf = True
        if self.read or self.loaded or self.doubts:
            self.late()

    def late(self) -> None:
        """Take back what was told."""
        if self.over and self.channel is not None:
            self.over = False
            self.channel.send("unheard", reason="it goes on while it ends")

    def _examined(self, path: Any, *, by_number: bool) -> None:
        """Of a path that does not say at once where it leads; `by_number`: `os.open` asks."""
        if type(path) is int:
            return  # opened before: that was heard
        text = os.fsdecode(path)
        whole = os.path.join(os.getcwd(), text)
        if ".." in text.split("/"):
            if _WAYS.intersection(text.split("/")):
                self.doubts.add("opens " + text)
            if text[:1] != "/" and by_number:
                self.doubts.add("opens " + text)  # it may be in a folder that is open
            whole = os.path.realpath(whole)
        whole = os.path.normpath(whole).replace("//", "/")
        if whole[: len(self.own)] == self.own:
            self.read.add(whole)
        elif whole in self.above:
            self.doubts.add("opens " + whole)
        elif whole[:6] == "/proc/" or whole[:8] == "/dev/fd/":
            # A way to any file, whatever it is called there.
            self.doubts.update(["opens " + whole] if _WAYS.intersection(whole.split("/")) else [])

    def _listed(self, path: Any, frame: Any) -> None:
        """Names are no secret: they are the same wherever a record is asked."""
        if frame.f_code.co_filename in self.listers or type(path) is int:
            return
        text = os.getcwd() if path is None else os.fsdecode(path)
        whole = os.path.normpath(os.path.join(os.getcwd(), text)) + "/"
        if whole[: len(self.own)] == self.own or whole[:-1] in self.above:
            self.doubts.add("lists " + whole)

    def settle(self) -> None:
        """Work off what was heard as far as it came: all forked programs have it behind them."""
        if self.entered is not None:
            self.entered.settle()

    def tell(self) -> None:
        """Say what was heard, at the very end; nothing is said of what was not told whole."""
        if self.channel is not None:
            self._tell(self.channel)
            self.deaf = self.over = True
            for heard in (self.loaded, self.read, self.doubts):
                heard.clear()

    def _tell(self, channel: Channel) -> None:
        self.doubts.update(name for name in _STARTERS if name in self.modules)
        twice = {path for path, count in list(self.loaded.items()) if count > 1}
        whole = sorted(self.read | twice)
        loaded = sorted(set(self.loaded) - self.read - twice)
        if self.doubts or len(whole) + len(loaded) > _MOST:
            channel.send("unheard", reason=", ".join(sorted(self.doubts))[:500] or "too much")
            return
        idle, ran = self.entered.told() if loaded and self.entered is not None else ({}, {})
        if self.watched.codes or self.entered is None:
            whole, loaded = whole + loaded, []
        elif loaded:
            self.entered.stay(self.late)
        for paths in (whole[at : at + _PORTION] for at in range(0, len(whole), _PORTION)):
            channel.send("met", files=[path[len(self.own) :] for path in paths])
        for paths in (loaded[at : at + _PORTION] for at in range(0, len(loaded), _PORTION)):
            files = [path[len(self.own) :] for path in paths]
            before = [idle.get(path, "") for path in paths]
            since = [",".join(ran.get(path, ())) for path in paths]
            channel.send("ran", files=files, idle=before, ran=since)
        how = self.entered.how if self.entered is not None else ""
        count = len(whole) + len(loaded)
        channel.send("heard", files=count, how=how, numbered=self.watched.lines)


def listen(folder: str) -> Ear | None:
    """What will hear what is met of the folder that is named there; None: of no folder."""
    try:
        with open(os.path.join(folder, "own.txt"), encoding="utf-8") as file:
            own = file.read()
    except OSError:
        return None
    if not hasattr(sys, "addaudithook"):  # 3.7
        return None
    ear = Ear(own)
    sys.addaudithook(ear.hook)
    return ear


def at_the_end(ear: Ear) -> None:
    """Hear from now on, and tell when all else that was registered with `atexit` is over."""
    there = "atexit" in sys.modules
    import atexit

    atexit.register(ear.tell)
    ear.deaf = False
    if not there:
        del sys.modules["atexit"]
