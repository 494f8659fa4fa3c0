"""Whether a program may reach out: quiet only where every module is named and is known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.javascript.reach import may_reach_out

QUIET = (
    "console.log('ok');",
    "console.log(Array.from([1]), a.import);",
    "import fs from 'node:fs';\nfs.readFileSync('a');",
    "import { join, sep } from 'path';",
    "import * as path from 'path/posix';",
    "import type { URL } from 'url';",
    "import 'node:assert/strict';",
    "export { join } from 'node:path';",
    "const { join } = require('path');",
    "const u = await import('node:util');",
    "console.log(import.meta.url);",
    "// text: import it from anywhere with fetch\nconst a = 1;",
    "process.env.A; process.argv;",
)
REACHING = (
    "await fetch('https://a.example');",
    "import http from 'node:http';",
    "import 'widgets';",
    "import x from './x.js';",
    "const m = 'net'; require(m);",
    "require(`net`);",
    "import(`node:${'net'}`);",
    "const r = require; r('net');",
    "import /* c */ 'net';",
    "module.constructor._load('net');",
    "process['binding']('tcp_wrap');",
    "process.getBuiltinModule('net');",
    "new Function('return 1')();",
    "\\u0066etch('x');",
    "import { createRequire } from 'module';",
    "globalThis['fet' + 'ch']('x');",
    "import { Worker } from 'node:worker_threads';",
    "require('child_process').execSync('curl a');",
    "export * from 'dns';",
    "import net = require('net');",
)


@pytest.mark.parametrize("code", QUIET)
def test_what_names_only_quiet_modules_is_quiet(code: str) -> None:
    assert not may_reach_out([code])


@pytest.mark.parametrize("code", REACHING)
def test_what_may_load_anything_is_watched(code: str) -> None:
    assert may_reach_out([code])


@settings(max_examples=200, deadline=None)
@given(st.permutations(QUIET), st.sampled_from(REACHING), st.integers(0, 12))
def test_one_that_reaches_out_is_not_hidden_by_others(
    quiet: list[str], reaching: str, at: int
) -> None:
    texts = [*quiet[:at], reaching, *quiet[at:]]
    assert may_reach_out(texts)
    assert may_reach_out(["\n".join(texts)])
