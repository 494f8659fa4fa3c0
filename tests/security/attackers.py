"""One program per language that tries everything of a table and prints what it got.

A table row is `operation argument`. What worked is printed as `OPEN row`, a row that the language
has no words for as `SKIP row`, and `DONE count` at the end. A row worked

- read: the file gave a byte; secret: it holds the word SECRET
- write: the file could be opened for writing; hard, soft: a link to it could be made and read
- mode: its mode could be changed
- tcp, udp: `host port` could be reached; dns: the name was found; abstract: the socket answered
- run: the shell command ended well
- call: the system call `number arguments` gave no error
- files: an open file is none of ours (the argument lists prefixes that are)
- env: a variable holds the word SECRET
"""

import json

_PYTHON = r"""
import ctypes, os, socket, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)

def reads(path):
    with open(path, "rb") as file:
        return file.read(4096)

def reaches(kind, argument):
    host, port = argument.split()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as one:
        one.settimeout(1)
        one.connect((host, int(port)))
        one.send(b"x")
        return True

def abstract(name):
    with socket.socket(socket.AF_UNIX) as one:
        one.connect("\0" + name)
        return True

def linked(make, path):
    make(path, "link")
    try:
        return reads("link")
    finally:
        os.unlink("link")

def foreign(prefixes):
    links = [f"/proc/self/fd/{n}" for n in os.listdir("/proc/self/fd")]
    found = [os.readlink(one) for one in links if os.path.islink(one)]
    own = tuple(prefixes.split())
    return [one for one in found if one.startswith("/") and not one.startswith(own)]

def call(numbers):
    return libc.syscall(*(ctypes.c_long(int(n)) for n in numbers.split())) >= 0

TRY = {
    "read": reads,
    "secret": lambda path: b"SECRET" in reads(path),
    "write": lambda path: open(path, "ab"),
    "hard": lambda path: linked(os.link, path),
    "soft": lambda path: linked(os.symlink, path),
    "mode": lambda path: os.chmod(path, 0o777) is None,
    "tcp": lambda argument: reaches(socket.SOCK_STREAM, argument),
    "udp": lambda argument: reaches(socket.SOCK_DGRAM, argument),
    "dns": lambda name: socket.getaddrinfo(name, 80),
    "abstract": abstract,
    "run": lambda line: subprocess.run(["sh", "-c", line], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0,
    "call": call,
    "files": foreign,
    "env": lambda _: any("SECRET" in value for value in os.environ.values()),
}
table = TABLE
for row in table:
    name, _, argument = row.partition(" ")
    try:
        worked = bool(TRY[name](argument))
    except OSError:
        worked = False
    if worked:
        print("OPEN", row)
print("DONE", len(table))
"""

_SCRIPT = r"""
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as dgram from 'node:dgram';
import * as dns from 'node:dns';
import { spawnSync } from 'node:child_process';

const table: string[] = TABLE;
const reads = (path: string): Buffer => {
  const fd = fs.openSync(path, 'r');
  const data = Buffer.alloc(4096);
  const count = fs.readSync(fd, data);
  fs.closeSync(fd);
  return data.subarray(0, count);
};
const linked = (make: (a: string, b: string) => void, path: string): boolean => {
  make(path, 'link');
  try { return reads('link').length > 0; } finally { fs.unlinkSync('link'); }
};
const soon = (start: (done: (worked: boolean) => void) => void): Promise<boolean> =>
  new Promise((done) => { start(done); setTimeout(() => done(false), 1000).unref(); });
const connects = (options: any): Promise<boolean> => soon((done) => {
  const one = net.connect(options, () => { one.destroy(); done(true); });
  one.on('error', () => done(false));
});
const sends = (host: string, port: number): Promise<boolean> => soon((done) => {
  const one = dgram.createSocket('udp4');
  one.on('error', () => done(false));
  one.send('x', port, host, (error: any) => { one.close(); done(!error); });
});
const file = (n: string): string => {
  try { return fs.readlinkSync('/proc/self/fd/' + n); } catch { return ''; }
};
const foreign = (prefixes: string): boolean => fs.readdirSync('/proc/self/fd').map(file)
  .some((one: string) => one[0] === '/' && !prefixes.split(' ').some((p) => one.startsWith(p)));
const attempts: Record<string, (argument: string) => boolean | Promise<boolean>> = {
  read: (path) => reads(path).length > 0,
  secret: (path) => reads(path).includes('SECRET'),
  write: (path) => fs.openSync(path, 'a') > 0,
  hard: (path) => linked(fs.linkSync, path),
  soft: (path) => linked(fs.symlinkSync, path),
  mode: (path) => { fs.chmodSync(path, 0o777); return true; },
  tcp: (words) => connects({ host: words.split(' ')[0], port: Number(words.split(' ')[1]) }),
  udp: (words) => sends(words.split(' ')[0]!, Number(words.split(' ')[1])),
  dns: (name) => soon((done) => dns.lookup(name, (error: any) => done(!error))),
  abstract: (name) => connects({ path: '\0' + name }),
  run: (line) => spawnSync('sh', ['-c', line], { stdio: 'ignore' }).status === 0,
  files: foreign,
  env: () => Object.values(process.env).some((value) => String(value).includes('SECRET')),
};
for (const row of table) {
  const [name = '', argument = ''] = [row.split(' ')[0], row.split(' ').slice(1).join(' ')];
  const attempt = attempts[name];
  if (!attempt) { console.log('SKIP ' + row); continue; }
  let worked = false;
  try { worked = await attempt(argument); } catch { worked = false; }
  if (worked) console.log('OPEN ' + row);
}
console.log('DONE ' + table.length);
"""

_JAVA = r"""
import java.io.*;
import java.net.*;
import java.nio.file.*;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.*;

public class Attacker {
    interface Attempt { boolean on(String argument) throws Exception; }

    static String reads(String path) throws IOException {
        try (InputStream in = new FileInputStream(path)) {
            return new String(in.readNBytes(4096), java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }

    static boolean linked(boolean hard, String path) throws IOException {
        Path link = Path.of("link");
        if (hard) Files.createLink(link, Path.of(path));
        else Files.createSymbolicLink(link, Path.of(path));
        try { return !reads("link").isEmpty(); } finally { Files.delete(link); }
    }

    static boolean foreign(String prefixes) throws IOException {
        File[] found = new File("/proc/self/fd").listFiles();
        for (File one : found == null ? new File[0] : found) {
            String at;
            try {
                at = Files.readSymbolicLink(one.toPath()).toString();
            } catch (IOException gone) {
                continue;
            }
            boolean own = Arrays.stream(prefixes.split(" ")).anyMatch(at::startsWith);
            if (at.startsWith("/") && !own) return true;
        }
        return false;
    }

    static boolean runs(String line) throws Exception {
        return new ProcessBuilder("sh", "-c", line).redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
    }

    static InetSocketAddress address(String words) {
        return new InetSocketAddress(words.split(" ")[0], Integer.parseInt(words.split(" ")[1]));
    }

    static boolean connects(String words) throws IOException {
        try (Socket one = new Socket()) {
            one.connect(address(words), 1000);
            return true;
        }
    }

    static boolean sends(String words) throws IOException {
        try (DatagramSocket one = new DatagramSocket()) {
            one.connect(address(words));
            one.send(new DatagramPacket(new byte[1], 1));
            return true;
        }
    }

    public static void main(String[] args) {
        String[] table = {TABLE};
        Map<String, Attempt> attempts = new HashMap<>();
        attempts.put("read", path -> !reads(path).isEmpty());
        attempts.put("secret", path -> reads(path).contains("SECRET"));
        attempts.put("write", path -> { new FileOutputStream(path, true).close(); return true; });
        attempts.put("hard", path -> linked(true, path));
        attempts.put("soft", path -> linked(false, path));
        attempts.put("mode", path -> {
            var all = PosixFilePermissions.fromString("rwxrwxrwx");
            Files.setPosixFilePermissions(Path.of(path), all);
            return true;
        });
        attempts.put("tcp", words -> connects(words));
        attempts.put("udp", words -> sends(words));
        attempts.put("dns", name -> InetAddress.getByName(name) != null);
        attempts.put("run", line -> runs(line));
        attempts.put("files", prefixes -> foreign(prefixes));
        var variables = System.getenv().values();
        attempts.put("env", none -> variables.stream().anyMatch(v -> v.contains("SECRET")));
        for (String row : table) {
            String[] words = row.split(" ", 2);
            Attempt attempt = attempts.get(words[0]);
            boolean worked = false;
            try { worked = attempt != null && attempt.on(words.length > 1 ? words[1] : ""); }
            catch (Exception refused) { worked = false; }
            if (attempt == null) System.out.println("SKIP " + row);
            if (worked) System.out.println("OPEN " + row);
        }
        System.out.println("DONE " + table.length);
    }
}
"""

_GO = r"""
package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var table = []string{TABLE}

func reads(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	data := make([]byte, 4096)
	count, _ := file.Read(data)
	return string(data[:max(count, 0)])
}

func linked(make func(string, string) error, path string) bool {
	if make(path, "link") != nil {
		return false
	}
	defer os.Remove("link")
	return reads("link") != ""
}

func connects(network, address string) bool {
	one, err := net.DialTimeout(network, address, time.Second)
	if err != nil {
		return false
	}
	defer one.Close()
	_, err = one.Write([]byte("x"))
	return err == nil
}

func address(words string) string {
	host, port, _ := strings.Cut(words, " ")
	return net.JoinHostPort(host, port)
}

func foreign(prefixes string) bool {
	found, _ := os.ReadDir("/proc/self/fd")
	for _, one := range found {
		at, _ := os.Readlink("/proc/self/fd/" + one.Name())
		own := !strings.HasPrefix(at, "/")
		for _, prefix := range strings.Fields(prefixes) {
			own = own || strings.HasPrefix(at, prefix)
		}
		if !own {
			return true
		}
	}
	return false
}

func call(words string) bool {
	var n [7]uintptr
	for at, word := range strings.Fields(words) {
		number, _ := strconv.Atoi(word)
		n[at] = uintptr(number)
	}
	_, _, wrong := syscall.RawSyscall6(n[0], n[1], n[2], n[3], n[4], n[5], n[6])
	return wrong == 0
}

func attempt(name, argument string) bool {
	switch name {
	case "read":
		return reads(argument) != ""
	case "secret":
		return strings.Contains(reads(argument), "SECRET")
	case "write":
		_, err := os.OpenFile(argument, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
		return err == nil
	case "hard":
		return linked(os.Link, argument)
	case "soft":
		return linked(os.Symlink, argument)
	case "mode":
		return os.Chmod(argument, 0o777) == nil
	case "tcp", "udp":
		return connects(name, address(argument))
	case "dns":
		_, err := net.LookupHost(argument)
		return err == nil
	case "abstract":
		return connects("unix", "@"+argument)
	case "run":
		return exec.Command("sh", "-c", argument).Run() == nil
	case "call":
		return call(argument)
	case "files":
		return foreign(argument)
	case "env":
		return strings.Contains(strings.Join(os.Environ(), " "), "SECRET")
	}
	fmt.Println("SKIP " + name + " " + argument)
	return false
}

func main() {
	for _, row := range table {
		name, argument, _ := strings.Cut(row, " ")
		if attempt(name, argument) {
			fmt.Println("OPEN " + row)
		}
	}
	fmt.Println("DONE " + strconv.Itoa(len(table)))
}
"""

_RUST = r"""
use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::net::{TcpStream, ToSocketAddrs, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::process::{Command, Stdio};
use std::time::Duration;

extern "C" {
    fn syscall(number: i64, ...) -> i64;
}

fn reads(path: &str) -> Vec<u8> {
    let mut data = vec![0; 4096];
    let count = File::open(path).and_then(|mut file| file.read(&mut data)).unwrap_or(0);
    data.truncate(count);
    data
}

fn linked(made: std::io::Result<()>) -> bool {
    let worked = made.is_ok() && !reads("link").is_empty();
    if made.is_ok() { let _ = fs::remove_file("link"); }
    worked
}

fn address(words: &str) -> Option<std::net::SocketAddr> {
    let (host, port) = words.split_once(' ')?;
    (host, port.parse::<u16>().ok()?).to_socket_addrs().ok()?.next()
}

fn sends(words: &str) -> Option<usize> {
    let one = UdpSocket::bind("0.0.0.0:0").ok()?;
    one.send_to(b"x", address(words)?).ok()
}

fn foreign(prefixes: &str) -> bool {
    fs::read_dir("/proc/self/fd").unwrap().flatten()
        .filter_map(|one| fs::read_link(one.path()).ok())
        .map(|at| at.to_string_lossy().into_owned())
        .any(|at| at.starts_with('/') && !prefixes.split(' ').any(|p| at.starts_with(p)))
}

fn called(words: &str) -> bool {
    let mut n: Vec<i64> = words.split(' ').map(|word| word.parse().unwrap()).collect();
    n.resize(7, 0);
    unsafe { syscall(n[0], n[1], n[2], n[3], n[4], n[5], n[6]) >= 0 }
}

fn attempt(name: &str, argument: &str) -> bool {
    match name {
        "read" => !reads(argument).is_empty(),
        "secret" => reads(argument).windows(6).any(|part| part == b"SECRET"),
        "write" => OpenOptions::new().append(true).create(true).open(argument).is_ok(),
        "hard" => linked(fs::hard_link(argument, "link")),
        "soft" => linked(std::os::unix::fs::symlink(argument, "link")),
        "mode" => fs::set_permissions(argument, fs::Permissions::from_mode(0o777)).is_ok(),
        "tcp" => address(argument)
            .is_some_and(|at| TcpStream::connect_timeout(&at, Duration::from_secs(1)).is_ok()),
        "udp" => sends(argument).is_some(),
        "dns" => (argument, 80).to_socket_addrs().is_ok(),
        "abstract" => SocketAddr::from_abstract_name(argument)
            .is_ok_and(|at| UnixStream::connect_addr(&at).is_ok()),
        "run" => Command::new("sh").args(["-c", argument]).stdin(Stdio::null())
            .stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|end| end.success()),
        "call" => called(argument),
        "files" => foreign(argument),
        "env" => std::env::vars().any(|(_, value)| value.contains("SECRET")),
        _ => { println!("SKIP {name} {argument}"); false }
    }
}

fn main() {
    let table = [TABLE];
    for row in table {
        let (name, argument) = row.split_once(' ').unwrap_or((row, ""));
        if attempt(name, argument) { println!("OPEN {row}"); }
    }
    println!("DONE {}", table.len());
}
"""


# What the script says of types, the longer ones first.
_TYPES = (
    "Record<string, (argument: string) => boolean | Promise<boolean>>", "string[]",
    "Promise<boolean>", "Buffer", "boolean", "string", "number", "any",
)  # fmt: skip


def attacker(language: str, table: list[str]) -> str:
    """The program of a language that tries these rows."""
    rows = ", ".join(json.dumps(row) for row in table)
    listed = f"[{rows}]" if language in ("python", "javascript", "typescript") else rows
    return _PROGRAMS[language].replace("TABLE", listed).lstrip("\n")


def _untyped(text: str) -> str:
    """The same program as JavaScript."""
    text = text.replace(": (a: string, b: string) => void", "")
    text = text.replace(": (done: (worked: boolean) => void) => void", "")
    for name in _TYPES:
        text = text.replace(f": {name}", "")
    return text.replace("]!", "]")


_PROGRAMS = {
    "python": _PYTHON,
    "javascript": _untyped(_SCRIPT),
    "typescript": _SCRIPT,
    "java": _JAVA,
    "go": _GO,
    "rust": _RUST,
}
