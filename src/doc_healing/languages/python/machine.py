"""Values that are another on every machine, or at every run: no document can promise them."""

import re

_NUMBERS = frozenset(
    "os.getpid os.getppid os.cpu_count os.process_cpu_count os.getuid os.getgid os.geteuid "
    "os.getegid os.getpgid os.getloadavg os.times os.stat os.sched_getaffinity "
    "os.get_terminal_size os.umask os.path.getsize os.path.getmtime os.path.getctime "
    "sys.version sys.version_info sys.getsizeof sys.hexversion sys.getrefcount "
    "sys.getrecursionlimit sys.getallocatedblocks sys.hash_info sys.thread_info sys.maxsize "
    "sys.api_version multiprocessing.cpu_count threading.get_ident threading.get_native_id "
    "shutil.disk_usage shutil.get_terminal_size uuid.uuid1 uuid.uuid4 uuid.getnode uuid.uuid6 "
    "uuid.uuid7 importlib.metadata.version sqlite3.sqlite_version ssl.OPENSSL_VERSION "
    "time.time time.time_ns time.monotonic time.monotonic_ns time.perf_counter "
    "time.perf_counter_ns time.process_time time.process_time_ns time.thread_time "
    "time.localtime time.gmtime time.ctime time.strftime time.asctime time.timezone "
    "datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today "
    "datetime.datetime.fromtimestamp datetime.date.fromtimestamp datetime.date.today "
    "random numpy.random secrets timeit psutil resource tracemalloc gc.get_count".split()
)
_PATHS = frozenset(
    "os.path.abspath os.path.realpath os.path.expanduser "
    "os.path.expandvars sys.path sys.prefix sys.base_prefix sys.exec_prefix "
    "tempfile shutil.which site sysconfig inspect.getfile inspect.getsourcefile "
    "pathlib.Path.home".split()
)
_TEXTS = frozenset(
    "os.getcwd os.getcwdb pathlib.Path.cwd __file__ sys.argv sys.executable "
    "os.environ os.getenv os.getlogin os.uname os.urandom os.listdir os.scandir os.walk "
    "sys.platform sys.implementation sys.byteorder sys.flags sys.modules "
    "sys.getdefaultencoding sys.getfilesystemencoding platform locale time.tzname pwd grp "
    "socket.gethostname socket.getfqdn socket.gethostbyname getpass.getuser __version__".split()
)
_METHODS = re.compile(
    r"\.(?:now|utcnow|today|astimezone|timestamp|fromtimestamp|cwd|home|expanduser|st_\w+"
    r"|__version__|getpid|gethostname|random|randint|choice|shuffle|sample|rand|randn)\b"
)
_BUILTINS = re.compile(r"(?<![\w.])(?:id\((?!\s*\))|hash\((?!\s*[-\d.]+\s*\)))")
_RESOLVED = re.compile(r"\.(?:resolve|absolute)\(\)")
_SEEDED = re.compile(r"\bseed\(|\b(?:Random|default_rng|RandomState|Generator)\(\s*\w")
_CHANCE = re.compile(r"^(?:random|numpy\.random)\b|^\.(?:random|randint|choice|shuffle|sample|ran)")
_DOTTED = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.\w+)*")
_IMPORT = re.compile(r"(?m)^\s*(?:>>> |\.\.\. )?\s*import ([^\n#;]+)")
_FROM = re.compile(r"(?m)^\s*(?:>>> |\.\.\. )?\s*from ([\w.]+) import \(?([^\n#;)]+)")


def depends(code: str, actual: str | None) -> str:
    """What the code uses of such values, where `actual` could be made of it; else empty.

    `actual` is what was printed instead of the promised text; None where nobody knows.
    """
    aliases = _aliases(code)
    for name in _DOTTED.findall(code):
        first, dot, rest = name.partition(".")
        found = _known(aliases.get(first, first) + dot + rest, actual)
        if found and not _is_seeded(found, code):
            return found
    for pattern in (_METHODS, _BUILTINS):
        for used in pattern.finditer(code):
            if not _is_seeded(used[0], code) and (used[0] == ".cwd" or _fits(actual, r"\d|/")):
                return used[0].strip(".(")
    path = _RESOLVED.search(code) if "Path" in code and _fits(actual, "/") else None
    return path[0].strip(".()") if path else ""


def _known(name: str, actual: str | None) -> str:
    """The longest beginning of a dotted name that is such a value."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        part = ".".join(parts[:end])
        called = part.removeprefix("datetime.") if part.startswith("datetime.datetime") else part
        for names, shown in ((_NUMBERS, r"\d"), (_PATHS, "/"), (_TEXTS, "")):
            if part in names or f"datetime.{called}" in names:
                # A module on its own is but imported.
                if end == len(parts) and "." not in part and not part.startswith("__"):
                    continue
                return name if _fits(actual, shown) else ""
    return ""


def _fits(actual: str | None, shown: str) -> bool:
    return actual is None or re.search(shown, actual) is not None


def _is_seeded(name: str, code: str) -> bool:
    return bool(_CHANCE.match(name) and _SEEDED.search(code))


def _aliases(code: str) -> dict[str, str]:
    """What each imported name stands for."""
    found: dict[str, str] = {}
    for names in _IMPORT.findall(code):
        for one in names.split(","):
            module, _, alias = one.strip().partition(" as ")
            if alias:
                found[alias.strip()] = module.strip()
    for module, names in _FROM.findall(code):
        for one in names.split(","):
            name, _, alias = one.strip().partition(" as ")
            found[(alias or name).strip()] = f"{module}.{name.strip()}"
    return found
