"""API notation, classes shown in part and types that follow from what is missing: never red."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doc_healing.languages.javascript.shape import Kind
from doc_healing.languages.typescript.shape import shape
from doc_healing.model import Environment, Verdict
from tests.languages.typescript_stage import environment, sandbox, verdict

pytestmark = pytest.mark.sandbox

_TYPES = """
export interface Change<A> { mutate: (one: A) => void; data: A }
export declare function useChange<A = void>(how: { run: (one: A) => Promise<unknown> }): Change<A>;
export declare function usePages(how: { key: string; run: () => unknown; start: number }): number;
export declare function attach(host: { name: string }, how: { key: string }): void;
export declare class Client { constructor(how: { run: unknown }); load(): void }
"""
_CODE = "export const useChange = () => ({});\n"


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    with sandbox():
        yield


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder: Path = tmp_path_factory.mktemp("packages")
    return environment(folder, {"index.d.ts": _TYPES, "index.js": _CODE}, {})


NOTATION = (
    "optional injector: Injector;",
    "optional select: (mutation) => TResult;",
    "protected optional host: Host;",
    "optional OmitKeyof.subscribed: boolean;",
    "readonly client: Client<{ a: string; b: number }>;",
    "initialData: \n  | Guard<TData>\n| () => Guard<TData>;",
    "type Accessor<T> = T | () => T;",
    "const client = useClient(client?: Client)",
    "import { useClient } from 'a'\n\nconst client = useClient(client?: Client)",
    "const [a, set] = useThing<A>(first?: A, second?: B[]);",
)


@pytest.mark.parametrize("code", NOTATION)
def test_a_part_of_an_api_is_no_program(code: str) -> None:
    assert shape(f"{code}\n").kind is Kind.NONE, shape(f"{code}\n")


PROGRAMS = (
    "optional: true",
    "readonly client: Client;\nreadonly other: Client;",
    "type A = string | (() => string);",
    "type A = string | () => string;\nconst a: A = 'x';",
    "const a = ok ? b : c;",
    "const client = useClient(client: Client)",
    "function f(a?: string) {",
    "class A { readonly x: string = 'a'; }",
)


@pytest.mark.parametrize("code", PROGRAMS)
def test_what_is_more_than_that_is_looked_at(code: str) -> None:
    assert shape(f"{code}\n").kind is not Kind.NONE, shape(f"{code}\n")


_IMPORTS = "import { attach, Client, usePages, useChange } from 'widgets';\n"
NOT_RED = {
    "a member that its class does not show": "class A {\n  a() { return this.service.b(1); }\n}",
    "a private one": "class A {\n  load = () => this.#http.get(1);\n}",
    "`this` of a class that is not shown": f"{_IMPORTS}attach(this, {{ key: 'a' }});",
    "a type that follows from another file": "import { post } from './api';\n"
    f"{_IMPORTS}const change = useChange({{ run: post }});\nchange.mutate({{ id: 1 }});",
    "a part of the options": f"{_IMPORTS}usePages({{ key: 'a', run: load }});",
    "a result that is named after its function": "const userThings = useThings(users);",
}


@pytest.mark.parametrize(("name", "code"), NOT_RED.items(), ids=list(NOT_RED))
def test_what_a_block_leaves_out_is_its_context(
    name: str, code: str, packages: Environment
) -> None:
    reading = verdict(code, packages)
    assert reading.verdict is Verdict.UNVERIFIED, (name, reading)
    assert reading.cause == "context", reading


RED = {
    "a slip in a member": "class A {\n  service = 1;\n  load() { return this.servise; }\n}",
    "a member of a value of the class": "class A {\n  load() {}\n}\nnew A().store();",
    "a method that is gone, of what another file gives": "import { post } from './api';\n"
    f"{_IMPORTS}const client = new Client({{ run: post }});\nclient.store();",
    "a part of the options, and all is there": f"{_IMPORTS}usePages({{ key: 'a', run() {{}} }});",
    "another type": f"{_IMPORTS}const change = useChange({{ run: async (a: string) => a }});\n"
    "change.mutate({ id: 1 });",
    "a parameter without a mark": "const a = useThings(\n  key: ['a', 1],\n  run: () => 2,\n);",
    "a slip": "const changes = [1];\nchanegs.push(2);",
}


@pytest.mark.parametrize(("name", "code"), RED.items(), ids=list(RED))
def test_what_is_wrong_all_the_same_is_red(name: str, code: str, packages: Environment) -> None:
    reading = verdict(code, packages)
    assert reading.verdict is Verdict.BROKEN, (name, reading)
