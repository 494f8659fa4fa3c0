// Asks the compiler, as an editor does, what it marks as deprecated in some files:
// `node deprecated.cjs tsc a.ts b.ts` prints a line for each use. Its command line does not say it.
// https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
'use strict';
const { spawn } = require('child_process');
const fs = require('fs');
const path = require('path');
const { fileURLToPath, pathToFileURL } = require('url');

const DEPRECATED = 2; // DiagnosticTag.Deprecated
const MOST = 200;
const [compiler, ...files] = process.argv.slice(2);
// Whatever is not told by then is left unsaid; a common build asks for many files.
const SECONDS = Math.min(18 + 2 * files.length, 60);
const server = spawn(compiler, ['--lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
const waiting = new Map();
let received = Buffer.alloc(0);
let last = 0;

function end() {
  server.kill('SIGKILL');
  process.exit(0);
}

setTimeout(end, SECONDS * 1000).unref();
server.on('error', end);
server.on('exit', end);
server.stdin.on('error', end);
server.stdout.on('data', (data) => {
  received = Buffer.concat([received, data]);
  for (let message = next(); message; message = next()) answer(message);
});

function next() {
  const split = received.indexOf('\r\n\r\n');
  if (split < 0) return undefined;
  const length = Number(/Content-Length: (\d+)/i.exec(received.toString('latin1', 0, split))[1]);
  if (received.length < split + 4 + length) return undefined;
  const body = received.subarray(split + 4, split + 4 + length);
  received = received.subarray(split + 4 + length);
  return JSON.parse(body);
}

function answer({ id, method, result }) {
  if (method !== undefined) {
    if (id !== undefined) send({ id, result: null }); // it asks for a configuration: there is none
  } else if (waiting.has(id)) {
    waiting.get(id)(result);
    waiting.delete(id);
  }
}

function send(message) {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

function ask(method, params) {
  last += 1;
  send({ id: last, method, params });
  return new Promise((resolve) => waiting.set(last, resolve));
}

async function main() {
  const diagnostic = { tagSupport: { valueSet: [DEPRECATED] }, relatedInformation: true };
  await ask('initialize', {
    processId: null,
    rootUri: pathToFileURL(process.cwd()).href,
    initializationOptions: { disableAutomaticTypingAcquisition: true },
    capabilities: { textDocument: { diagnostic, publishDiagnostics: diagnostic } },
  });
  send({ method: 'initialized', params: {} });
  for (const file of files) await look(file);
  end();
}

async function look(file) {
  const uri = pathToFileURL(path.resolve(file)).href;
  const text = fs.readFileSync(file, 'utf8');
  const languageId = file.endsWith('x') ? 'typescriptreact' : 'typescript';
  send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId, version: 1, text } } });
  const found = await ask('textDocument/diagnostic', { textDocument: { uri } });
  const items = ((found && found.items) || []).filter((item) => (item.tags || []).includes(DEPRECATED));
  for (const item of items.slice(0, MOST)) {
    const { line, character } = item.range.start;
    const told = JSON.stringify({ message: item.message, ...declared(item) });
    fs.writeSync(1, `${file}(${line + 1},${character + 1}): deprecated ${told}\n`);
  }
}

// Where a declaration is marked, and what its mark says.
function declared({ relatedInformation: [{ location } = {}] = [] }) {
  if (!location || !location.uri.startsWith('file:')) return { file: '', text: '' };
  const file = fileURLToPath(location.uri);
  const { start, end } = location.range;
  const rows = fs.readFileSync(file, 'utf8').split(/\r?\n/).slice(start.line, end.line + 1);
  rows[rows.length - 1] = rows[rows.length - 1].slice(0, end.character);
  rows[0] = rows[0].slice(start.character);
  return { file, text: rows.join('\n').slice(0, 1000) };
}

main().catch(end);
