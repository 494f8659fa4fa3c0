// Runs in the jail, for the builds of packages: yarn, pnpm and bun as far as build scripts use them.
//
//     node runner.cjs NPM-CLI.js MANAGER ARGUMENTS...
//
// Nothing is ever installed here: `install` does nothing, an unknown program is an error.
'use strict';
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');

const [cli, manager, ...words] = process.argv.slice(2);
process.exit(answer(words));

function answer(all) {
  if (manager === 'npm') return npm(all);
  if (['npx', 'pnpx', 'bunx'].includes(manager)) return program(all.filter((word) => !/^(-y|--yes|--no-install|--no)$/.test(word)));
  const { command, rest, folders } = parsed(all);
  let code = 0;
  for (const folder of folders) code = act(command, rest, folder) || code;
  return code;
}

// `yarn -s workspace a build`, `pnpm --filter a run build`, `pnpm -r build`, `yarn build --x`
function parsed(all) {
  let folders = [process.cwd()];
  const rest = [...all];
  if (manager === 'corepack') rest.shift();
  while (rest.length && rest[0].startsWith('-')) {
    const word = rest.shift();
    if (/^(--filter|-F|--cwd|--dir|-C|--prefix)$/.test(word)) folders = chosen(word, rest.shift());
    else if (/^(--filter|--cwd|--dir|--prefix)=/.test(word)) folders = chosen(...word.split('='));
    else if (/^(-r|--recursive)$/.test(word)) folders = members();
  }
  if (rest[0] === 'workspace') folders = chosen('--filter', rest.splice(0, 2)[1]);
  else if (rest[0] === 'workspaces') {
    rest.splice(0, rest[1] === 'foreach' ? 2 : 1);
    while (rest.length && rest[0].startsWith('-')) rest.shift();
    folders = members();
  }
  return { command: rest.shift() || 'install', rest, folders };
}

function act(command, rest, folder) {
  process.chdir(folder);
  if (['install', 'i', 'ci', 'add', 'config', 'set', 'prepare', 'enable'].includes(command) && !scripts()[command]) return 0;
  if (['run', 'run-script'].includes(command)) {
    while (rest.length && rest[0].startsWith('-')) rest.shift();
    return run(rest);
  }
  if (['exec', 'dlx', 'x'].includes(command)) return program(rest[0] === '--' ? rest.slice(1) : rest);
  return run([command, ...rest]);
}

function run([name, ...rest]) {
  if (!(name in scripts())) return program([name, ...rest]);
  return npm(['run', name, ...(rest.length && rest[0] !== '--' ? ['--'] : []), ...rest]);
}

function program([name, ...rest]) {
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    const found = path.join(folder, 'node_modules', '.bin', name || '');
    if (name && fs.existsSync(found)) return spawn(found, rest);
    if (folder === '/') break;
  }
  return spawn(name || 'false', rest);
}

function npm(rest) {
  if (['install', 'i', 'ci', 'audit', 'pack', 'publish', 'version'].includes(rest[0])) return 0;
  return spawn(process.execPath, [cli, ...rest]);
}

function spawn(file, rest) {
  const done = spawnSync(file, rest, { stdio: 'inherit' });
  if (done.error) process.stderr.write(`${manager}: ${file}: ${done.error.message}\n`);
  return done.status === null ? 1 : done.status;
}

function scripts() {
  return manifest(process.cwd()).scripts || {};
}

function manifest(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  } catch {
    return {};
  }
}

function members() {
  const modules = '/work/source/node_modules';
  const names = fs.readdirSync(modules).flatMap((name) =>
    name.startsWith('@') ? fs.readdirSync(path.join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
  );
  const folders = names.map((name) => fs.realpathSync(path.join(modules, name)));
  return folders.filter((folder) => folder.startsWith('/work/source/') && Object.keys(manifest(folder)).length);
}

function chosen(option, value) {
  const text = (value || '').replace(/^\.\.\.|\.\.\.$|[{}^]/g, '');
  if (/cwd|dir|-C|prefix/.test(option)) return [path.resolve(text)];
  const found = members().filter((folder) => manifest(folder).name === text || path.resolve(text) === folder);
  return found.length ? found : [process.cwd()];
}
