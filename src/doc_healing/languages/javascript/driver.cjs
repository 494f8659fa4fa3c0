// Preloaded into the process that runs a snippet (`node --require driver.cjs snippet.mjs`): the
// snippet stays the main module, with its own lines, `import.meta`, `require.main` and argv.
// What happens is written as JSON lines to file descriptor 3, each with the run's nonce.
'use strict';
const fs = require('fs');
const path = require('path');
const util = require('util');
const { createRequire } = require('module');

// A worker inherits the preload; only the snippet's own thread reports. (Asking `worker_threads`
// for `isMainThread` loads it, which costs a millisecond: in a worker `abort` is switched off.)
if (!process.abort.disabled && !process.env.DOC_HEALING_CHILD) start();

function start() {
  const plan = JSON.parse(fs.readFileSync(path.join(__dirname, 'plan.json'), 'utf8'));
  process.execArgv.length = 0; // a forked child is not preloaded
  delete require.cache[__filename];
  try {
    fs.unlinkSync(path.join(__dirname, 'plan.json')); // the driver itself is loaded again by workers
  } catch {
    // a read-only working directory: our files stay visible, which harms nothing
  }
  Error.stackTraceLimit = 50; // the snippet's frame may lie deep under a library's
  linkModules(plan.modules);
  plan.main = path.resolve(plan.main);
  if (plan.beside) safely(() => linkEndings(process.cwd(), plan.main));
  const run = { plan, report: reporter(plan.nonce), printed: '', written: 0 };
  if (plan.checked && !mayRun(plan.checked, run.report)) process.reallyExit(0);
  watchFailures(run);
  watchExit(run);
  if (plan.reach) watchNetwork((what) => run.report({ type: 'network', what }));
  setInterval(() => run.report({ type: 'beat', at: process.uptime() }), 400).unref(); // busy or waiting?
  if (plan.listen) watchOutput(run);
  if (plan.server) watchServer(run);
  shim(plan.shims, plan.main);
  if (plan.hook) {
    const { judge, transcript } = plan.promises.length || plan.entries.length ? values() : {};
    const value = plan.entries.length ? () => transcript(run) : hooks(run, judge);
    Object.defineProperty(globalThis, plan.hook, { value });
  }
}

// What a compiler said of the program before it is run. After some errors there is nothing to run.
function mayRun(checked, report) {
  const output = safely(() => fs.readFileSync(checked.file, 'utf8')) || '';
  const stopping = new Set(checked.stopping);
  const stops = (line) => {
    const found = /^([^(]+)\(\d+,\d+\): error TS(\d+):/.exec(line);
    return found !== null && found[1] === checked.main && stopping.has(Number(found[2]));
  };
  const runs = checked.run && !output.split('\n').some(stops);
  report({ type: 'checked', output: output.slice(0, 200000), runs });
  safely(() => fs.unlinkSync(checked.file));
  return runs;
}

function reporter(nonce) {
  const { fstatSync, writeSync } = fs;
  const { stringify } = JSON;
  const known = safely(() => fstatSync(3)) || {};
  return (event) => {
    try {
      // Closed by the snippet, the number may be that of a file of its own by now.
      const { dev, ino } = fstatSync(3);
      if (dev === known.dev && ino === known.ino) writeSync(3, stringify({ nonce, ...event }) + '\n');
    } catch {
      // the snippet closed or filled the channel: it can only hurt its own report
    }
  };
}

// ES modules do not honour NODE_PATH: bare imports resolve by a node_modules beside the snippet.
function linkModules(folders) {
  const link = path.join(process.cwd(), 'node_modules');
  for (const folder of folders) {
    const target = path.basename(folder) === 'node_modules' ? folder : path.join(folder, 'node_modules');
    if (fs.existsSync(target) && !fs.existsSync(link)) fs.symlinkSync(target, link);
  }
}

// Documents import files beside the program as bundlers find them: `./models` for models.js.
function linkEndings(folder, main, depth = 4) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const whole = path.join(folder, entry.name);
    const { dir, name, ext } = path.parse(whole);
    if (entry.name.startsWith('.') || entry.name === 'node_modules' || whole === main) continue;
    if (entry.isDirectory() && depth > 0 && whole !== __dirname) linkEndings(whole, main, depth - 1);
    const link = path.join(dir, name);
    if (/^\.[cm]?js$/.test(ext) && !fs.existsSync(link)) fs.symlinkSync(entry.name, link);
  }
}

function shim(names, main) {
  const module_ = { exports: {} };
  const values = {
    require: createRequire(main),
    module: module_,
    exports: module_.exports,
    __filename: main,
    __dirname: path.dirname(main),
  };
  for (const name of names) {
    Object.defineProperty(globalThis, name, { value: values[name], writable: true, configurable: true });
  }
}

// --- Failures ------------------------------------------------------------------------------

function watchFailures(run) {
  process.on('uncaughtExceptionMonitor', (error, origin) => {
    const handled = process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
    run.report({ type: 'error', origin, handled, ...describe(error), interop: interop(error, run.plan.main) });
  });
  process.on('warning', (warning) => {
    run.report({ type: 'warning', name: text(warning.name), message: text(warning.message), code: text(warning.code) });
  });
}

function describe(error) {
  const seen = new Set();
  const chain = [];
  const queue = [error];
  while (queue.length && chain.length < 12) {
    const item = queue.shift();
    if (seen.has(item)) continue;
    seen.add(item);
    chain.push(single(item));
    for (const key of ['cause', 'error', 'original', 'reason']) {
      const inner = safely(() => item[key]);
      if (inner !== null && typeof inner === 'object') queue.push(inner);
    }
    const errors = safely(() => item.errors);
    if (Array.isArray(errors)) queue.push(...errors.slice(0, 4));
  }
  return { ...chain[0], chain: chain.slice(1) };
}

function single(error) {
  if (error === null || (typeof error !== 'object' && typeof error !== 'function')) {
    return { name: '', message: text(safely(() => util.inspect(error))), thrown: typeof error };
  }
  const read = (key) => text(safely(() => error[key]));
  const isError = util.types.isNativeError(error) || safely(() => error instanceof Error) === true;
  return {
    name: read('name') || text(safely(() => error.constructor.name)),
    kind: text(safely(() => error.constructor.name)),
    message: isError ? read('message') : text(safely(() => util.inspect(error))),
    code: read('code'),
    syscall: read('syscall'),
    path: read('path'),
    child: ofChild(error),
    stack: read('stack').slice(0, 20000),
  };
}

// An error that tells how a child process ended: by node:child_process or a library over it.
function ofChild(error) {
  const has = (...keys) => keys.every((key) => safely(() => key in error) === true);
  return has('spawnargs') || has('cmd') || has('exitCode', 'command') || has('status', 'stderr') || has('exitCode', 'stderr');
}

// A named import that exists on a CommonJS package but that Node cannot see statically.
function interop(error, main) {
  const message = text(safely(() => error.message));
  const found = /^Named export '([^']+)' not found\. The requested module '([^']+)'/.exec(message);
  if (!found) return false;
  return safely(() => found[1] in createRequire(main)(found[2])) === true;
}

function safely(get) {
  try {
    return get();
  } catch {
    return undefined;
  }
}

function text(value) {
  return value === undefined || value === null ? '' : safely(() => String(value)) || '';
}

// --- The end -------------------------------------------------------------------------------

function watchExit(run) {
  const exit = process.exit;
  process.exit = function (code) {
    const status = code === undefined ? process.exitCode : code;
    const holder = {};
    Error.captureStackTrace(holder, process.exit);
    run.report({ type: 'exit', code: Number(status) || 0, stack: text(holder.stack) });
    return Reflect.apply(exit, process, arguments);
  };
  process.on('exit', (code) => run.report({ type: 'end', code, written: run.written }));
}

// A server never ends by itself. Once it has listened for a while with nothing else to do, the
// run has shown all that it will show.
function watchServer(run) {
  const end = process.reallyExit.bind(process);
  let seen = 0;
  const timer = setInterval(() => {
    const names = process.getActiveResourcesInfo ? process.getActiveResourcesInfo() : [];
    seen = names.includes('TCPServerWrap') ? seen + 1 : 0;
    if (seen < 10) return;
    run.report({ type: 'server' });
    end(0);
  }, 250);
  timer.unref();
}

function watchOutput(run) {
  const { stdout } = process;
  const write = stdout.write;
  stdout.write = function (chunk) {
    const part = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    run.written += Buffer.byteLength(part);
    run.printed = (run.printed + part).slice(-200000);
    run.total = (run.total || 0) + part.length;
    return Reflect.apply(write, this, arguments);
  };
}

function printedSince(run, mark) {
  const length = (run.total || 0) - mark;
  return length > 0 ? run.printed.slice(-length) : '';
}

// --- What a snippet's text calls ---------------------------------------------------------------

function values() {
  const file = path.join(__dirname, 'values.cjs');
  const found = require(file)({ safely, text, single, printedSince });
  delete require.cache[file];
  return found;
}

function hooks(run, judge) {
  const { report, plan } = run;
  return {
    o: (id) => ({ id, mark: run.total || 0 }),
    v: (token, value) => {
      const printed = printedSince(run, token.mark);
      const promise = plan.promises[token.id];
      report({ type: 'value', id: token.id, ...judge(promise, value, printed) });
      return value;
    },
    t: (id, error) => report({ type: 'thrown', id, ...single(error) }),
    m: () => report({ type: 'mark', written: run.written }),
    e: () => report({ type: 'finished' }),
    x: (error) => report({ type: 'teardown', ...single(error) }),
    i: (space, names, source) => {
      for (const name of names) {
        if (!(name in space) && !(space.default && name in Object(space.default))) {
          throw new SyntaxError(`The requested module '${source}' does not provide an export named '${name}'`);
        }
      }
      return space;
    },
  };
}

// --- The network -----------------------------------------------------------------------------

// Attempts to reach a network, which a run never has. A program may well catch the failure and
// stumble over what it did not get: that is no fault of its own. Nothing here changes what happens:
// functions stand behind proxies (same name, length and text), and errors are only looked at.
const TOOLS = new Set('curl wget npm npx yarn pnpm bun deno corepack ssh scp rsync pip pip3 docker ping dig nslookup gh brew apt apt-get'.split(' '));
const GIT = /\bgit(\s+-\S+)*\s+(clone|fetch|pull|push|ls-remote|submodule|remote\s+update)\b/;
const LOCAL = /^(localhost|.*\.localhost|ip6-.*)$/i;

function watchNetwork(note) {
  const { errorMonitor } = require('events');
  const childProcess = require('child_process');
  const dns = require('dns');
  const net = require('net');
  around(net.Socket.prototype, 'connect', (socket) => {
    if (socket && typeof socket.once === 'function') {
      socket.once(errorMonitor, (error) => note(String((error && error.code) || error)));
    }
  });
  for (const api of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    for (const name of Object.getOwnPropertyNames(api).filter((key) => /^(resolve|reverse|lookup)/.test(key))) {
      around(api, name, (_, [host]) => {
        if (typeof host === 'string' && host && !net.isIP(host) && !LOCAL.test(host)) asked(host);
      });
    }
  }
  // A name is looked up, and the answer comes later: what fails at once has not waited for it.
  const asked = (host) => setImmediate(() => note(`no address of ${host}`)).unref();
  around(childProcess.ChildProcess.prototype, 'spawn', (child, [options]) => {
    if (tool((options && options.args) || [])) child.once('exit', (code) => code !== 0 && note('a program failed'));
  });
  for (const name of ['spawnSync', 'execSync', 'execFileSync']) {
    around(childProcess, name, (_, [file, args]) => {
      if (tool([file, ...(Array.isArray(args) ? args : [])])) note(`runs ${String(file).slice(0, 60)}`);
    });
  }
  require('module').syncBuiltinESMExports();
}

function tool(words) {
  const line = words.map(String).join(' ');
  return GIT.test(line) || line.split(/[\s;&|()]+/).some((word) => TOOLS.has(word.split('/').pop()));
}

function around(owner, name, look) {
  const property = Object.getOwnPropertyDescriptor(owner, name);
  if (!property || typeof property.value !== 'function') return;
  const proxy = new Proxy(property.value, {
    apply(target, self, args) {
      try {
        look(self, args);
      } catch {
        // a stranger's object in a strange state: it is only looked at
      }
      return Reflect.apply(target, self, args);
    },
  });
  Object.defineProperty(owner, name, { ...property, value: proxy });
}
