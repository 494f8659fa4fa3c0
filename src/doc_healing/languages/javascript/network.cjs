// Notes attempts to reach a network, which a run never has. A program may well catch the failure and
// stumble over what it did not get: that is no fault of its own. Nothing here changes what happens:
// functions stand behind proxies (same name, length and text), and errors are only looked at.
'use strict';
const { errorMonitor } = require('events');
const childProcess = require('child_process');
const dns = require('dns');
const module_ = require('module');
const net = require('net');

const TOOLS = new Set('curl wget npm npx yarn pnpm bun deno corepack ssh scp rsync pip pip3 docker ping dig nslookup gh brew apt apt-get'.split(' '));
const GIT = /\bgit(\s+-\S+)*\s+(clone|fetch|pull|push|ls-remote|submodule|remote\s+update)\b/;
const LOCAL = /^(localhost|.*\.localhost|ip6-.*)$/i;

module.exports = function watchNetwork(note) {
  around(net.Socket.prototype, 'connect', (socket) => {
    if (socket && typeof socket.once === 'function') {
      socket.once(errorMonitor, (error) => note(String((error && error.code) || error)));
    }
  });
  for (const api of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    for (const name of Object.keys(describe(api)).filter((key) => /^(resolve|reverse|lookup)/.test(key))) {
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
  module_.syncBuiltinESMExports();
};

function describe(api) {
  return Object.getOwnPropertyDescriptors(api);
}

function tool(words) {
  const line = words.map(String).join(' ');
  return GIT.test(line) || line.split(/[\s;&|()]+/).some((word) => TOOLS.has(word.split('/').pop()));
}

function around(owner, name, look) {
  const original = owner[name];
  if (typeof original !== 'function') return;
  const proxy = new Proxy(original, {
    apply(target, self, args) {
      try {
        look(self, args);
      } catch {
        // a stranger's object in a strange state: it is only looked at
      }
      return Reflect.apply(target, self, args);
    },
  });
  Object.defineProperty(owner, name, { ...describe(owner)[name], value: proxy });
}
