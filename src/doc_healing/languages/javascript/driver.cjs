// Preloaded into the process that runs a snippet (`node --require driver.cjs snippet.mjs`): the
// snippet stays the main module, with its own lines, `import.meta`, `require.main` and argv.
// What happens is written as JSON lines to file descriptor 3, each with the run's nonce.
'use strict';
const fs = require('fs');
const path = require('path');
const util = require('util');
const vm = require('vm');
const { createRequire } = require('module');
const { isMainThread } = require('worker_threads');
const watchNetwork = require('./network.cjs');

// A worker inherits the preload; only the snippet's own thread reports.
if (isMainThread && !process.env.DOC_HEALING_CHILD) start();

function start() {
  const plan = JSON.parse(fs.readFileSync(path.join(__dirname, 'plan.json'), 'utf8'));
  process.execArgv.length = 0; // a forked child is not preloaded
  delete require.cache[__filename];
  delete require.cache[require.resolve('./network.cjs')];
  try {
    fs.unlinkSync(path.join(__dirname, 'plan.json')); // the driver itself is loaded again by workers
  } catch {
    // a read-only working directory: our files stay visible, which harms nothing
  }
  Error.stackTraceLimit = 50; // the snippet's frame may lie deep under a library's
  linkModules(plan.modules);
  plan.main = path.resolve(plan.main);
  safely(() => linkEndings(process.cwd(), plan.main));
  const run = { plan, report: reporter(plan.nonce), printed: '', written: 0 };
  if (plan.checked && !mayRun(plan.checked, run.report)) process.reallyExit(0);
  watchFailures(run);
  watchExit(run);
  watchNetwork((what) => run.report({ type: 'network', what }));
  setInterval(() => run.report({ type: 'beat', at: process.uptime() }), 400).unref(); // busy or waiting?
  if (plan.listen) watchOutput(run);
  if (plan.server) watchServer(run);
  shim(plan.shims, plan.main);
  if (plan.hook) {
    const value = plan.entries.length ? () => transcript(run) : hooks(run);
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

// --- Promised values -----------------------------------------------------------------------

function hooks(run) {
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

// `same`: the promise holds. `firm`: where it does not, that is certain enough to say so.
function judge(promise, value, printed) {
  const output = printed.replace(/\n$/, '');
  if (promise.log || (value === undefined && output !== '')) {
    const same = printedAs(promise, output);
    return { same, firm: promise.literal && promise.log, actual: output.slice(0, 2000) };
  }
  const same = shownAs(promise, value);
  const firm = promise.literal && comparable(value, promise) && !abridged(evaluate(promise.text), value);
  return { same, firm, actual: show(value).slice(0, 2000) };
}

function printedAs(promise, output) {
  if (squeeze(output) === squeeze(promise.text)) return true;
  if (!promise.literal) return false;
  const wanted = evaluate(promise.text);
  if (typeof wanted === 'string') return output === wanted || output.trim() === wanted.trim();
  if (typeof wanted === 'number') return near(wanted, Number(output), promise.text);
  if (looks(wanted).some((form) => squeeze(form) === squeeze(output))) return true;
  return safely(() => alike(wanted, evaluate(output), '')) === true;
}

function shownAs(promise, value) {
  if (looks(value).some((form) => squeeze(form) === squeeze(promise.text))) return true;
  if (!promise.literal) return false;
  return alike(evaluate(promise.text), value, promise.text);
}

function looks(value) {
  const forms = [
    show(value),
    text(safely(() => util.inspect(value))),
    text(safely(() => util.inspect(value, { depth: null, compact: false }))),
    text(safely(() => JSON.stringify(value))),
  ];
  if (typeof value !== 'object' || (value !== null && value.toString !== Object.prototype.toString)) {
    forms.push(text(safely(() => String(value))));
  }
  return forms.filter((form) => form !== '' || value === '');
}

function show(value) {
  return text(safely(() => util.inspect(value, { depth: null, breakLength: Infinity })));
}

function squeeze(form) {
  return form.replace(/\s+/g, '').replace(/["`]/g, "'").replace(/,(?=[\]}])/g, '').replace(/;$/, '');
}

function evaluate(source) {
  return safely(() => vm.runInThisContext(`(${source.replace(/;\s*$/, '')})`));
}

// A mismatch is only asserted between plain data; a Map, a Date, an instance may be sketched.
function comparable(value, promise) {
  if (value === undefined) return promise.member === true;
  if (value === null || typeof value !== 'object') return typeof value !== 'function' && typeof value !== 'symbol';
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Array.isArray(value);
}

function alike(wanted, value, source) {
  if (Object.is(wanted, value)) return true;
  if (typeof wanted === 'number') return near(wanted, value, source);
  // Documents show a string as it prints, without the escapes that its literal would need.
  if (typeof wanted === 'string' && source.replace(/;\s*$/, '').slice(1, -1) === value) return true;
  if (wanted === null || typeof wanted !== 'object') {
    return typeof value === 'object' && value !== null && text(safely(() => JSON.stringify(value))) === JSON.stringify(wanted);
  }
  const plain = safely(() => JSON.parse(JSON.stringify(value)));
  return loosely(wanted, value) || (plain !== undefined && loosely(wanted, plain));
}

// A document may leave out members of an object that it is not about; what it shows must hold.
function abridged(wanted, value) {
  const plain = (item) => item !== null && typeof item === 'object' && !Array.isArray(item);
  if (!plain(wanted) || !plain(value)) return loosely(wanted, value);
  const keys = Object.keys(wanted);
  return keys.length > 0 && keys.every((key) => key in value && abridged(wanted[key], value[key]));
}

function near(wanted, value, source) {
  if (typeof value === 'bigint' || typeof value === 'string') value = Number(value);
  if (typeof value !== 'number') return false;
  if (wanted === value) return true;
  const decimals = /\.(\d+)\s*;?$/.exec(source);
  return decimals !== null && Math.abs(wanted - value) <= 0.5 * 10 ** -decimals[1].length * 1.0001;
}

function loosely(wanted, value) {
  if (wanted === null || typeof wanted !== 'object' || value === null || typeof value !== 'object') {
    return wanted === value || Object.is(wanted, value);
  }
  const keys = (item) => Object.keys(item).filter((key) => item[key] !== undefined);
  const [left, right] = [keys(wanted), keys(value)];
  if (Array.isArray(wanted) !== Array.isArray(value) || left.length !== right.length) return false;
  return left.every((key) => key in value && loosely(wanted[key], value[key]));
}

// --- Transcripts ---------------------------------------------------------------------------

async function transcript(run) {
  let last;
  Object.defineProperty(globalThis, '_', { get: () => last, set: (value) => (last = value), configurable: true });
  for (const [id, entry] of run.plan.entries.entries()) {
    const mark = run.total || 0;
    try {
      last = await evaluateEntry(entry, run.plan.main);
    } catch (error) {
      if (!entry.throws) throw error;
      run.report({ type: 'thrown', id, ...single(error) });
      continue;
    }
    if (entry.text === '') continue;
    const printed = printedSince(run, mark).replace(/\n$/, '');
    const echo = last === undefined && printed !== '' ? printed : [printed, show(last)].filter(Boolean).join('\n');
    const promise = { text: entry.text, literal: entry.literal, log: false };
    const printedToo = squeeze(echo) === squeeze(entry.text) || squeeze(`${echo}\nundefined`) === squeeze(entry.text);
    const same = printedToo || (printed === '' ? shownAs(promise, last) : printedAs(promise, printed));
    const firm = !entry.throws && entry.literal && (printed !== '' || comparable(last, { member: true }));
    run.report({ type: 'value', id, same, firm, actual: echo.slice(0, 2000) });
  }
}

function evaluateEntry(entry, filename) {
  const options = { filename, lineOffset: entry.line };
  const code = entry.code;
  const tries = [];
  if (/^\s*\{/.test(code)) tries.push(`(${code.replace(/;\s*$/, '').trimStart()}\n)`);
  tries.push(code);
  if (/\bawait\b/.test(code)) tries.push(...awaiting(code));
  let failure;
  for (const source of tries) {
    try {
      return new vm.Script(source, { ...options, importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER }).runInThisContext();
    } catch (error) {
      failure = failure ?? error;
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  throw failure;
}

// A declaration keeps its name for the next entry: it becomes an assignment to the global.
function awaiting(code) {
  const body = code.trim().replace(/;\s*$/, '');
  const declared = /^(?:const|let|var)\s+([\w$]+)\s*=\s*([\s\S]+)$/.exec(body);
  if (declared) return [`(async () => { globalThis.${declared[1]} = (${declared[2]}\n); })()`];
  return [`(async () => (${body}\n))()`, `(async () => { ${body}\n })()`];
}
