"""Names of the standard library that came with a newer Python than the one that runs.

From the "New in" notes of the library's reference. A name that was removed is none of these: a
document that still uses it is broken.
"""

import re
from collections.abc import Collection, Mapping

from doc_healing.languages.python.reports import Link

_MODULES = {
    "3.7": "dataclasses contextvars importlib.resources",
    "3.8": "importlib.metadata",
    "3.9": "zoneinfo graphlib",
    "3.11": "tomllib wsgiref.types importlib.resources.abc",
    "3.13": "dbm.sqlite3",
    "3.14": "annotationlib compression compression.zstd string.templatelib pathlib.types "
    "concurrent.interpreters",
    "3.15": "profiling",
}
_NAMES = {
    "3.7": "asyncio.run asyncio.get_running_loop asyncio.create_task asyncio.current_task "
    "asyncio.all_tasks contextlib.nullcontext contextlib.asynccontextmanager "
    "contextlib.AsyncExitStack time.time_ns time.perf_counter_ns time.monotonic_ns "
    "typing.ForwardRef re.Pattern re.Match math.remainder builtins.breakpoint",
    "3.8": "typing.Literal typing.Final typing.final typing.Protocol typing.TypedDict "
    "typing.runtime_checkable typing.get_origin typing.get_args typing.SupportsIndex "
    "functools.cached_property functools.singledispatchmethod math.prod math.dist math.isqrt "
    "math.comb math.perm shlex.join statistics.fmean statistics.NormalDist "
    "statistics.geometric_mean statistics.multimode statistics.quantiles "
    "unittest.IsolatedAsyncioTestCase unittest.mock.AsyncMock",
    "3.9": "functools.cache math.lcm math.nextafter math.ulp random.randbytes ast.unparse "
    "typing.Annotated asyncio.to_thread os.pidfd_open os.waitstatus_to_exitcode "
    "importlib.resources.files importlib.resources.as_file tracemalloc.reset_peak "
    "argparse.BooleanOptionalAction socket.send_fds socket.recv_fds keyword.issoftkeyword "
    "keyword.softkwlist",
    "3.10": "itertools.pairwise typing.ParamSpec typing.Concatenate typing.TypeAlias "
    "typing.TypeGuard typing.is_typeddict typing.ParamSpecArgs typing.ParamSpecKwargs "
    "types.NoneType types.UnionType types.EllipsisType types.NotImplementedType "
    "dataclasses.KW_ONLY statistics.correlation statistics.covariance "
    "statistics.linear_regression contextlib.aclosing contextlib.AsyncContextDecorator "
    "inspect.get_annotations sys.orig_argv sys.stdlib_module_names builtins.aiter "
    "builtins.anext builtins.EncodingWarning importlib.metadata.packages_distributions "
    "threading.gettrace threading.getprofile os.eventfd os.splice",
    "3.11": "typing.Self typing.Never typing.LiteralString typing.Required typing.NotRequired "
    "typing.Unpack typing.TypeVarTuple typing.assert_never typing.assert_type "
    "typing.reveal_type typing.dataclass_transform typing.get_overloads typing.clear_overloads "
    "enum.StrEnum enum.ReprEnum enum.EnumCheck enum.verify enum.member enum.nonmember "
    "enum.property enum.global_enum enum.show_flag_values enum.FlagBoundary enum.STRICT "
    "enum.CONFORM enum.EJECT enum.KEEP enum.CONTINUOUS enum.NAMED_FLAGS enum.UNIQUE "
    "datetime.UTC asyncio.TaskGroup asyncio.Runner asyncio.timeout asyncio.timeout_at "
    "asyncio.Barrier asyncio.BrokenBarrierError math.cbrt math.exp2 operator.call "
    "contextlib.chdir logging.getLevelNamesMapping hashlib.file_digest http.HTTPMethod "
    "builtins.ExceptionGroup builtins.BaseExceptionGroup inspect.getmembers_static "
    "inspect.ismethodwrapper sys.exception re.NOFLAG locale.getencoding sqlite3.Blob",
    "3.12": "itertools.batched math.sumprod typing.override typing.TypeAliasType "
    "types.get_original_bases calendar.Month calendar.Day calendar.JANUARY calendar.FEBRUARY "
    "inspect.markcoroutinefunction inspect.getasyncgenstate inspect.getasyncgenlocals "
    "inspect.BufferFlags collections.abc.Buffer os.path.isjunction os.path.splitroot "
    "sys.monitoring random.binomialvariate asyncio.eager_task_factory "
    "asyncio.create_eager_task_factory csv.QUOTE_STRINGS csv.QUOTE_NOTNULL "
    "threading.setprofile_all_threads threading.settrace_all_threads",
    "3.13": "copy.replace warnings.deprecated typing.ReadOnly typing.TypeIs typing.NoDefault "
    "typing.get_protocol_members typing.is_protocol queue.ShutDown asyncio.QueueShutDown "
    "os.process_cpu_count os.timerfd_create pathlib.UnsupportedOperation base64.z85encode "
    "base64.z85decode math.fma statistics.kde statistics.kde_random types.CapsuleType "
    "builtins.PythonFinalizationError re.PatternError glob.translate "
    "mimetypes.guess_file_type configparser.UNNAMED_SECTION",
    "3.14": "functools.Placeholder operator.is_none operator.is_not_none uuid.uuid6 uuid.uuid7 "
    "uuid.uuid8 uuid.NIL uuid.MAX heapq.heapify_max heapq.heappush_max heapq.heappop_max "
    "heapq.heapreplace_max heapq.heappushpop_max concurrent.futures.InterpreterPoolExecutor "
    "asyncio.capture_call_graph asyncio.print_call_graph asyncio.format_call_graph ast.compare "
    "typing.evaluate_forward_ref io.Reader io.Writer decimal.IEEEContext os.reload_environ "
    "os.readinto sys.remote_exec fnmatch.filterfalse http.server.HTTPSServer",
    "3.15": "builtins.frozendict",
}
_PATHS = ("Path", "PosixPath", "PurePath", "PurePosixPath")
_METHODS = {
    "3.7": "datetime.fromisoformat date.fromisoformat time.fromisoformat str.isascii",
    "3.9": ("str.removeprefix str.removesuffix bytes.removeprefix bytes.removesuffix "
            "{}.readlink {}.with_stem {}.is_relative_to"),
    "3.10": "int.bit_count {}.hardlink_to",
    "3.12": "int.is_integer Fraction.is_integer {}.walk {}.is_junction {}.with_segments",
    "3.13": "{}.from_uri {}.full_match",
    "3.14": "date.strptime Fraction.from_number Decimal.from_number float.from_number "
            "{}.copy {}.copy_into {}.move {}.move_into {}.info",
}  # fmt: skip
_ARGUMENTS = {
    "3.9": "ArgumentParser.exit_on_error",
    "3.10": "zip.strict dataclass.slots dataclass.kw_only field.kw_only bisect.key bisect_left.key "
    "bisect_right.key insort.key insort_left.key insort_right.key glob.root_dir Popen.pipesize "
    "write_text.newline",
    "3.11": "dataclass.weakref_slot fmean.weights create_task.context iglob.include_hidden "
    "glob.include_hidden Popen.process_group linear_regression.proportional",
    "3.12": "rmtree.onexc relative_to.walk_up exists.follow_symlinks glob.case_sensitive "
    "rglob.case_sensitive run.loop_factory",
    "3.13": "batched.strict TypeVar.default ParamSpec.default TypeVarTuple.default "
    "read_text.newline glob.recurse_symlinks rglob.recurse_symlinks _StoreAction.deprecated "
    "_StoreTrueAction.deprecated",
    "3.14": "map.strict map.buffersize ArgumentParser.suggest_on_error ArgumentParser.color",
}


def _table(names: Mapping[str, str]) -> dict[str, str]:
    return {name: version for version, text in names.items() for name in text.split()}


SINCE = {**_table(_MODULES), **_table(_NAMES)}
_METHOD_SINCE = {
    name.format(path): version for name, version in _table(_METHODS).items() for path in _PATHS
}
_ARGUMENT_SINCE = _table(_ARGUMENTS)

_IMPORTED = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
_ATTRIBUTE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")
_METHOD = re.compile(r"^(?:type object )?'(\w+)'(?: object)? has no attribute '(\w+)'")
_KEYWORD = re.compile(r"(\w+?)(?:\.__init__)?\(\) got an unexpected keyword argument '(\w+)'")
_INVALID = re.compile(r"'(\w+)' is an invalid keyword argument for (\w+)\(\)")
_NO_KEYWORDS = re.compile(r"^(zip|map)\(\) takes no keyword arguments")
_MODULE = re.compile(r"No module named '([\w.]+)'")
_NAME = re.compile(r"name '(\w+)' is not defined")


def needed(link: Link, bound: Collection[str], running: str) -> tuple[str, str]:
    """The name that failed and the first Python that has it, where that is newer than `running`.

    Both are empty where the name is none of the library's, or one that this Python should have.
    `bound` are the snippet's own names: they are not the library's.
    """
    name, since = _since(link, bound)
    return (name, since) if since and running and _order(since) > _order(running) else ("", "")


def _since(link: Link, bound: Collection[str]) -> tuple[str, str]:
    said = link.message
    bare = re.fullmatch(r"cannot import name '(\w+)'", said)
    if bare:  # 3.6 does not say from where
        found = next((one for one in SINCE if one.endswith("." + bare[1])), "")
        return found, SINCE.get(found, "")
    for name in _global_names(said):
        if name in SINCE:
            return name.removeprefix("builtins."), SINCE[name]
    method = _METHOD.search(said)
    if method:
        if method[2] == "add_note" and method[1].endswith(("Error", "Exception")):
            return "add_note", "3.11"
        name = f"{method[1]}.{method[2]}"
        return name, "" if method[1] in bound else _METHOD_SINCE.get(name, "")
    for function, keyword in _keywords(said):
        since = "" if function in bound else _ARGUMENT_SINCE.get(f"{function}.{keyword}", "")
        return f"{function}({keyword}=...)", since
    return "", ""


def _global_names(said: str) -> list[str]:
    imported, attribute = _IMPORTED.search(said), _ATTRIBUTE.search(said)
    module, name = _MODULE.search(said), _NAME.search(said)
    found = [f"{imported[2]}.{imported[1]}"] if imported else []
    found += [f"{attribute[1]}.{attribute[2]}"] if attribute else []
    found += [module[1]] if module else []
    found += [f"builtins.{name[1]}"] if name else []
    return [one.replace("posixpath.", "os.path.") for one in found]


def _keywords(said: str) -> list[tuple[str, str]]:
    keyword, invalid, none = _KEYWORD.search(said), _INVALID.search(said), _NO_KEYWORDS.search(said)
    found = [(keyword[1], keyword[2])] if keyword else []
    found += [(invalid[2], invalid[1])] if invalid else []
    return found + ([(none[1], "strict")] if none else [])


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
