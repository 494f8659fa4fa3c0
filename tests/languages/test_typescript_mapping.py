"""What the code map tells of TypeScript source, and of the uses in its snippets."""

import time
from textwrap import dedent

import pytest

from doc_healing.languages.typescript.mapping import outline, publish, suffixes, uses
from doc_healing.model import Outline, Visibility


def read(source: str, path: str = "src/a.ts") -> Outline:
    """The outline of a text."""
    return outline(path, dedent(source).encode())


DEFINITIONS = {
    "an interface": (
        """
        export interface Client<T> extends Base<T>, Other {
          url?: string;
          send(data: T): void;
          readonly on: (event: string) => void;
          (call: string): number;
          new (x: string): Client<T>;
          get size(): number;
        }
        """,
        "Client:type Client.url:field Client.send:method Client.on:method Client.size:field",
    ),
    "a class": (
        """
        @Injectable() export abstract class A<T> extends B<T> implements C {
          constructor(private readonly x: number, public y?: string, z = 1) { super(); }
          protected static n?: string = 'a';
          declare q: X;
          [key: string]: unknown;
          abstract m(): void;
          run(a: number): void;
          run(a: string): void;
          run(this: A<T>, a: any): void {}
        }
        """,
        "A:type A.constructor:method A.x:field A.y:field A.n:field A.q:field A.m:method "
        "A.run(number):method A.run(string):method A.run:method",
    ),
    "aliases and enums": (
        "type Id = string | number;\ntype Point = { x: number; y(): void } & Base;\n"
        "export enum Colour { Red, Green = 2, 'Dark' }\ndeclare const enum F { G }",
        "Id:type Point:type Point.x:field Point.y:method Colour:type Colour.Red:enum_member "
        "Colour.Green:enum_member Colour.Dark:enum_member F:type F.G:enum_member",
    ),
    "namespaces": (
        "export namespace N.M { export function f(): void; const hidden = 1; }",
        "N:module N.M:module N.M.f:function N.M.hidden:const",
    ),
    "declarations": (
        "export declare function f(a: string): void;\nexport declare const c: Foo<string>;\n"
        "declare global { interface Window { mine: 1 } }\ndeclare module 'x' { export class K {} }",
        "f:function c:const Window:type Window.mine:field K:type",
    ),
    "a value and a type of one name": (
        "export const Shape = make();\nexport type Shape = Infer<typeof Shape>;",
        "Shape:const Shape~type:type",
    ),
    "casts": (
        "export const api = { users: { list: () => 1 } } as const satisfies Foo;",
        "api:const api.users:const api.users.list:function",
    ),
    "functions by their type": (
        "export const f: (a: string) => void = make();",
        "f:function",
    ),
    "words that the grammar does not know": (
        "export type * from './b';\nexport interface Z<\n  out A = 1,\n  in out B = 2,\n> { a: A }",
        "Z:type Z.a:field",
    ),
}


@pytest.mark.parametrize("case", DEFINITIONS)
def test_definitions(case: str) -> None:
    source, wanted = DEFINITIONS[case]
    found = read(source)
    assert [f"{s.name}{s.discriminator}:{s.kind}" for s in found.symbols] == wanted.split()
    assert not found.faults


def test_types_and_modifiers() -> None:
    found = {s.id.partition("#")[2]: s for s in read(DEFINITIONS["a class"][0]).symbols}
    a = found["A"]
    assert a.bases == ("B", "C")
    assert a.flags >= {"abstract", "decorated"}
    assert [(p.name, p.type, p.default) for p in a.parameters or ()] == [
        ("x", "number", None),
        ("y", "string", "undefined"),
        ("z", "", "1"),
    ]
    assert found["A.x"].visibility is Visibility.PRIVATE
    assert found["A.x"].flags == {"readonly"}
    assert found["A.n"].visibility is Visibility.PROTECTED
    assert found["A.run"].flags == frozenset()
    assert found["A.run(string)"].flags == {"overload"}
    assert [p.name for p in found["A.run"].parameters or ()] == ["a"]


def test_what_a_namespace_and_a_file_keep_to_themselves() -> None:
    found = {s.name: s.visibility for s in read(DEFINITIONS["namespaces"][0]).symbols}
    assert found["N.M.f"] is Visibility.PUBLIC
    assert found["N.M.hidden"] is Visibility.PRIVATE
    inner = read("export const a = 1;\nfunction b(): void {}").symbols
    assert [s.visibility for s in inner] == [Visibility.PUBLIC, Visibility.INTERNAL]


def test_results_are_told_as_written_or_as_the_code_gives_them() -> None:
    found = {
        s.name: s
        for s in read("""
        export function one(): Promise<Client> { return go(); }
        export function two() { return new Client(); }
        export const three = two();
        export class A { chain() { return this; } field = new Client(); typed: Client; }
    """).symbols
    }
    assert {name: (s.returns, s.gives) for name, s in found.items() if name != "A"} == {
        "one": ("Promise<Client>", ""),
        "two": ("", "Client()"),
        "three": ("", "two()"),
        "A.chain": ("", "this"),
        "A.field": ("", "Client()"),
        "A.typed": ("Client", ""),
    }


def test_every_suffix_has_its_grammar() -> None:
    for suffix in suffixes:
        source = b"export const f = (a: string): number => <number>(<any>a);"
        if suffix == ".tsx":
            source = b"export const f = (a: string) => <b>{a}</b>;"
        found = outline(f"a{suffix}", source)
        assert not found.faults
        assert [s.name for s in found.symbols] == ["f"]


def test_declarations_stand_in_where_there_is_no_source() -> None:
    files = {"index.d.ts": read("export declare function f(): void;", "index.d.ts")}
    manifest = b'{"name": "p", "main": "index.js", "types": "index.d.ts"}'
    surface = publish(files, {"package.json": manifest}.get)
    assert surface["p"]["f"].symbol == "index.d.ts#f"


def told(code: str, *before: str) -> list[str]:
    """The uses in short."""
    return [f"{u.line} {u.kind} {u.module}:{'.'.join(u.names)}" for u in uses(dedent(code), before)]


USES = {
    "types": (
        "import { Client, type Opts } from 'pkg';\nconst o: Opts<Client[]> = {};",
        "1 import pkg:Client|1 import pkg:Opts|2 type pkg:Opts|2 type pkg:Client",
    ),
    "a typed parameter": (
        "import type { Client } from 'pkg';\nfunction f(c: Client | null, n: number) {\n"
        "  c.get(); n.toFixed(); }",
        "1 import pkg:Client|2 type pkg:Client|3 call pkg:Client.().get",
    ),
    "a cast": (
        "import { C } from 'p';\n(x as C).go();",
        "1 import p:C|2 attribute :x|2 type p:C|2 call p:C.().go",
    ),
    "typeof and a namespace": (
        "import * as z from 'zod';\nconst S = z.object({});\ntype T = z.infer<typeof S>;",
        "1 import zod:|2 call zod:object|3 type zod:infer",
    ),
    "a decorated class": (
        "import { Entity, Base, Thing } from 'orm';\n@Entity({ name: 'x' })\n"
        "class A<T> extends Base<T> implements Thing { constructor(private t: Thing) { super(); }\n"
        "  run() { this.t.go(); this.save(); } }",
        "1 import orm:Entity|1 import orm:Base|1 import orm:Thing|2 call orm:Entity|"
        "3 subclass orm:Base|3 type orm:Thing|3 type orm:Thing|"
        "4 call orm:Thing.().go|4 call orm:Base.().save",
    ),
    "require of TypeScript": (
        "import x = require('pkg');\nx.go();\nnew x();",
        "1 import pkg:|2 call pkg:go|3 call pkg:default",
    ),
    "a type parameter is no name of others": (
        "import { A } from 'p';\nfunction f<T extends A>(x: T): T { return x; }\ntype B<U> = U[];",
        "1 import p:A|2 type p:A",
    ),
    "twoslash": (
        "// @errors: 2322\nimport { A } from 'p';\n// ---cut---\nnew A();\n//  ^?",
        "2 import p:A|4 call p:A",
    ),
}


@pytest.mark.parametrize("case", USES)
def test_uses(case: str) -> None:
    code, wanted = USES[case]
    assert told(code) == wanted.split("|")


# What the compiler reads and the grammar does not: nothing after it may be lost.
UNENDED = {
    "a call signature after a member without a semicolon": (
        "export interface Maker {\n  name: string\n  <T>(value: T): Box<T>\n"
        "  // the other one\n  <T, U>(value: T, other: U): Box<T>\n  last: number\n}",
        "Maker Maker.name Maker.last after",
    ),
    "an unnamed call without type parameters": (
        "export interface Stop {\n  at: Date\n  (why: string): void\n  (): void\n}",
        "Stop Stop.at after",
    ),
    "a comment within a conditional type": (
        "type Of<C> = C extends (a: infer S) => any // a curried one\n  ? S\n  : never",
        "Of after",
    ),
}


@pytest.mark.parametrize("case", UNENDED)
def test_what_the_grammar_does_not_end(case: str) -> None:
    source, wanted = UNENDED[case]
    found = read(f"{source}\nexport const after = 1\n")
    assert [symbol.name for symbol in found.symbols] == wanted.split()
    assert found.faults == ()
    assert found.symbols[-1].line == source.count("\n") + 2


def test_long_lines_of_slashes_in_a_text_with_errors_take_no_time() -> None:
    rule = "/" * 200
    blocks = f"const a = b\n{rule}\n  {rule}\n\t(\n" * 500
    started = time.process_time()
    read(blocks)
    assert time.process_time() - started < 5
