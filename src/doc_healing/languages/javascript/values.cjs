// The values that a document promises, and sessions of a prompt: loaded by the driver where a
// snippet has any. It gets what the two share.
'use strict';
const util = require('util');
const vm = require('vm');

let safely, text, single, printedSince;

module.exports = (shared) => {
  ({ safely, text, single, printedSince } = shared);
  return { judge, transcript };
};

// --- Promised values -----------------------------------------------------------------------

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
