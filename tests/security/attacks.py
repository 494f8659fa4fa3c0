"""The attack corpus: programs that try to get out, to stay, or to take more than their share.

Each says how its run must end. `prints` must be in its stdout: an attack prints `HELD` where the
wall held, so that a program that merely crashed does not count as a wall. `host` names a check
of the host that the test makes besides those it always makes.
"""

from dataclasses import dataclass, field

from doc_healing.model import Limits, Status

LIMITS = Limits(
    wall_seconds=2.5,
    cpu_seconds=2.0,
    memory_mib=96,
    processes=24,
    disk_mib=16,
    inodes=300,
    open_files=128,
    output_kib=64,
)


@dataclass(frozen=True)
class Attack:
    name: str
    language: str  # "python", "sh" or "node"
    code: str
    ends: frozenset[Status]
    prints: str = ""
    limits: Limits = field(default_factory=lambda: LIMITS)
    needs_cgroup: bool = False  # without one, how it ends is another (and no less bounded)


def attack(name: str, language: str, code: str, *ends: Status, **more: object) -> Attack:
    return Attack(name, language, code, frozenset(ends), **more)  # type: ignore[arg-type]  # a table


PASSED, FAILED, SIGNAL, TIMEOUT = Status.PASSED, Status.FAILED, Status.SIGNAL, Status.TIMEOUT
MEMORY, OUTPUT, PROCESS, DISK = (
    Status.MEMORY,
    Status.OUTPUT_LIMIT,
    Status.PROCESS_LIMIT,
    Status.DISK_LIMIT,
)

# Prints HELD where an expression fails with OSError, and exits 1 where it is allowed.
_REFUSED = """
import ctypes, os, socket, struct, sys, platform
libc = ctypes.CDLL(None, use_errno=True)
def syscall(x86, generic, *arguments):
    number = x86 if platform.machine() == "x86_64" else generic
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
def attempt():
    {0}
try:
    attempt()
except OSError as error:
    print("HELD", error)
else:
    sys.exit("the wall is open")
"""


def refused(name: str, statement: str) -> Attack:
    return attack(name, "python", _REFUSED.format(statement), PASSED, prints="HELD")


_EXHAUSTION = [
    attack("fork bomb", "sh", "bomb() { bomb | bomb & }; bomb; sleep 1; exit 1",
            PROCESS, TIMEOUT, FAILED),
    attack("fork bomb in Python", "python",
            "import os\nwhile True: os.fork()", PROCESS, TIMEOUT,
            limits=Limits(wall_seconds=2.5, memory_mib=512, processes=24, disk_mib=16)),
    attack("thread bomb", "python",
            "import threading, time\nwhile True:\n"
            "  threading.Thread(target=time.sleep, args=(9,), daemon=True).start()", PROCESS),
    attack("process bomb in Node", "node",
            "const {spawn} = require('child_process');"
            "for (let i = 0; i < 200; i++) spawn('sleep', ['9'])"
            ".on('error', () => process.exit(1));", PROCESS, TIMEOUT,
            limits=Limits(wall_seconds=3, memory_mib=256, processes=40, disk_mib=16)),
    attack("memory bomb in the heap", "python",
            "x = []\nwhile True: x.append(b'x' * 10**6)", MEMORY),
    attack("memory bomb in Node", "node",
            "const x = []; for (;;) x.push(Buffer.alloc(1 << 20, 1));", MEMORY,
            limits=Limits(wall_seconds=10, memory_mib=160, disk_mib=16)),
    attack("memory bomb in shared memory", "python",
            "f = open('/dev/shm/x', 'wb')\nwhile True: f.write(b'x' * 10**6)", DISK, MEMORY),
    attack("memory bomb in a memfd", "python",
            "import os\nfd = os.memfd_create('x')\nwhile True: os.write(fd, b'x' * 10**6)", MEMORY,
            needs_cgroup=True),
    attack("memory bomb in an anonymous shared map", "python",
            "import mmap\nm = mmap.mmap(-1, 10**9)\nfor i in range(0, 10**9, 4096): m[i] = 1",
            MEMORY, SIGNAL, needs_cgroup=True),
    attack("memory bomb in pipes", "python",
            "import os\np = []\nwhile True:\n  r, w = os.pipe(); p += [r, w]\n"
            "  os.set_blocking(w, False); os.write(w, b'x' * 65536)", FAILED),
    attack("leak across children", "python",
            "import os, time\nfor i in range(12):\n  if os.fork() == 0:\n"
            "    x = b'x' * 20_000_000; time.sleep(9)\n    os._exit(0)\n"
            "for i in range(12):\n  if os.wait()[1]: raise SystemExit(1)", MEMORY),
    attack("disk fill by bytes", "python",
            "f = open('/tmp/x', 'wb')\nwhile True: f.write(b'x' * 10**6)", DISK),
    attack("disk fill over all directories", "sh",
            "for d in /tmp /work /home/doc /dev/shm; do"
            " dd if=/dev/zero of=$d/x bs=1M count=6 2>/dev/null || exit 1; done", DISK),
    attack("disk fill by inodes", "python",
            "i = 0\nwhile True:\n  open(f'/work/{i}', 'w').close(); i += 1", DISK),
    attack("disk fill by links and directories", "python",
            "import os\ni = 0\nwhile True:\n"
            "  os.mkdir(f'd{i}'); os.symlink('/etc/passwd', f'l{i}'); i += 1", DISK),
    attack("disk fill by fallocate", "python",
            "import os\nfd = os.open('/tmp/x', os.O_RDWR | os.O_CREAT)\n"
            "os.posix_fallocate(fd, 0, 10**10)", DISK, FAILED),
    attack("a sparse file costs nothing", "python",
            "import os\nos.truncate(os.open('/tmp/x', os.O_RDWR | os.O_CREAT), 10**12)\n"
            "print('HELD')", PASSED, prints="HELD"),
    attack("file descriptor exhaustion", "python",
            "import os\nwhile True: os.dup(0)", FAILED),
    attack("endless lines", "python", "while True: print('y' * 99)", OUTPUT),
    attack("endless stderr", "sh", "yes >&2", OUTPUT),
    attack("one endless line", "sh", "cat /dev/zero", OUTPUT),
    attack("endless report", "sh", "yes >&3", OUTPUT),
    attack("busy loop", "python", "while True: pass", TIMEOUT),
    attack("busy loop in Node", "node", "for (;;);", TIMEOUT),
    attack("busy children", "python",
            "import os\nfor i in range(3): os.fork()\nwhile True: pass", TIMEOUT),
    attack("sleep", "sh", "sleep 1000", TIMEOUT),
    attack("ignored signals", "python",
            "import signal, time\nfor s in range(1, 32):\n  try: signal.signal(s, signal.SIG_IGN)\n"
            "  except (OSError, ValueError): pass\ntime.sleep(1000)", TIMEOUT),
    attack("stopped", "sh", "kill -STOP $$", TIMEOUT),
    attack("everything stopped", "sh", "kill -STOP -1; sleep 99", TIMEOUT),
    attack("everything killed", "sh", "kill -KILL -1; sleep 99", SIGNAL),
    attack("the runner killed", "sh", "kill -KILL $PPID; sleep 99", SIGNAL, TIMEOUT),
    attack("zombie swarm", "python",
            "import os, time\nfor i in range(18):\n  if os.fork() == 0: os._exit(0)\n"
            "time.sleep(.2); print('HELD')", PASSED, prints="HELD"),
]  # fmt: skip

_STAYING = [
    attack("daemon", "python",
            "import os, time\nif os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n"
            "    for fd in range(8):\n      try: os.close(fd)\n      except OSError: pass\n"
            "    time.sleep(1000)\n  os._exit(0)\nprint('HELD')", PASSED, prints="HELD"),
    attack("orphan holding the pipes", "sh", "sleep 1000 & echo HELD", PASSED, prints="HELD"),
    attack("orphan that ignores signals", "sh",
            "(trap '' TERM INT HUP; setsid sleep 1000) & echo HELD", PASSED, prints="HELD"),
    attack("state in every writable place", "sh",
            "for d in /tmp /work /home/doc /dev/shm /var/tmp; do"
            " echo x > $d/.planted || exit 1; done; echo HELD", PASSED, prints="HELD"),
    attack("System V shared memory", "python",
            "import ctypes\nlibc = ctypes.CDLL(None)\n"
            "assert libc.shmget(4711, 4096, 0o1666) >= 0\nprint('HELD')", PASSED, prints="HELD"),
    attack("poisoned start-up files", "sh",
            "echo 'import os; print(\"POISON\")' > /home/doc/sitecustomize.py;"
            " echo 'echo POISON' > /home/doc/.profile;"
            " mkdir -p /home/doc/.local/lib/python3.11/site-packages;"
            " echo 'print(\"POISON\")' > /home/doc/.local/lib/python3.11/site-packages/x.pth;"
            " echo 'ignore-scripts=false' > /home/doc/.npmrc; echo HELD", PASSED, prints="HELD"),
]  # fmt: skip

_PLANTING = [
    attack("links where results are read", "sh",
            "rm -rf /work/* ; for n in stdout stderr report main.py out result.json; do"
            " ln -s /etc/passwd $n; done; echo HELD", PASSED, prints="HELD"),
    attack("the working directory replaced by a link", "sh",
            "cd /; rmdir /work 2>/dev/null; ln -s /etc /work 2>/dev/null; echo HELD",
            PASSED, prints="HELD"),
    attack("pipes, sockets and long names", "python",
            "import os, socket\nos.mkfifo('fifo')\n"
            "socket.socket(socket.AF_UNIX).bind('socket')\nopen('x' * 255, 'w')\n"
            "open('a\\nb\\x1b[2J', 'w')\nos.link('socket', 'hard')\nprint('HELD')",
            PASSED, prints="HELD"),
    attack("a deep tree", "python",
            "import os\nfor i in range(200):\n  os.mkdir('d' * 200); os.chdir('d' * 200)\n"
            "print('HELD')", PASSED, prints="HELD"),
    refused("hard link to a host file", "os.link('/usr/bin/env', '/work/env')"),
    refused("a device node", "os.mknod('/tmp/kmem', 0o20666, os.makedev(1, 1))"),
    refused("a block device", "os.mknod('/tmp/disk', 0o60666, os.makedev(254, 0))"),
    attack("setuid on a file of its own", "sh",
            "cp /usr/bin/id /tmp/id; chmod 4755 /tmp/id; /tmp/id -u | grep -qx 1000 && echo HELD",
            PASSED, prints="HELD"),
    attack("setuid programs of the host", "sh",
            "for p in /usr/bin/su /usr/bin/mount /usr/bin/passwd; do [ -e $p ] || continue;"
            " grep -q 'nosuid' /proc/self/mountinfo || exit 1; done;"
            " su -c id </dev/null 2>/dev/null && exit 1; echo HELD", PASSED, prints="HELD"),
    attack("terminal escapes and invalid UTF-8", "python",
            "import os\nos.write(1, b'\\xff\\xfe\\x00\\x1b]0;x\\x07\\x1b[2JHELD\\n')",
            PASSED, prints="HELD"),
    attack("closed standard streams", "python",
            "import os\nos.write(1, b'HELD')\nos.close(0); os.close(1); os.close(2); os._exit(0)",
            PASSED, prints="HELD"),
    attack("forged status messages", "sh",
            "for n in 2 4 5 6 7 8 9; do for p in 1 2 3 $PPID; do"
            " echo 'exit 0' > /proc/$p/fd/$n; done; done 2>/dev/null; exit 7", FAILED),
]  # fmt: skip

_LOOKING = [
    refused("environment of the first process's parent", "open('/proc/0/environ').read()"),
    attack("other processes", "python",
            "import os\npids = [int(n) for n in os.listdir('/proc') if n.isdigit()]\n"
            "assert max(pids) < 40 and len(pids) < 6, pids\nprint('HELD')", PASSED, prints="HELD"),
    attack("environment of all processes", "python",
            "import os, glob\nseen = b''\nfor p in glob.glob('/proc/[0-9]*/environ'):\n"
            "  try: seen += open(p, 'rb').read()\n  except OSError: pass\n"
            "assert b'SECRET' not in seen and b'TOKEN' not in seen, seen\nprint('HELD')",
            PASSED, prints="HELD"),
    attack("command lines of all processes", "sh",
            "cat /proc/*/cmdline | tr '\\0' ' ' | grep -q '[p]ytest' && exit 1; echo HELD",
            PASSED, prints="HELD"),
    attack("root of the first process", "sh",
            "ls /proc/1/root/ >/tmp/a 2>/dev/null; ls / > /tmp/b;"
            " [ ! -s /tmp/a ] || cmp -s /tmp/a /tmp/b || exit 1; echo HELD", PASSED, prints="HELD"),
    attack("memory of the first process", "python",
            "try:\n  f = open('/proc/1/mem', 'r+b')\nexcept OSError:\n  print('HELD')\n"
            "else:\n  raise SystemExit('open')", PASSED, prints="HELD"),
    attack("leaked descriptors", "python",
            "import os\nfor n in os.listdir('/proc/self/fd'):\n  n = int(n)\n"
            "  try: kind = os.readlink(f'/proc/self/fd/{n}')\n  except OSError: continue\n"
            "  assert n <= 3, (n, kind)\n"
            "  assert kind.startswith(('pipe:', '/memfd:')), kind\nprint('HELD')",
            PASSED, prints="HELD"),
    attack("a leaked directory (CVE-2024-21626)", "sh",
            "for p in /proc/*/cwd /proc/*/fd/*; do [ -e $p/../../../root/.ssh ] && exit 1;"
            " [ -e $p/../../../etc/shadow ] && exit 1; done 2>/dev/null; echo HELD",
            PASSED, prints="HELD"),
    attack("users of the host", "python",
            "import pwd\nassert {u.pw_name for u in pwd.getpwall()} == {'root', 'doc', 'nobody'}\n"
            "print('HELD')", PASSED, prints="HELD"),
    attack("files of the host", "python",
            "import os\nassert not [p for p in ('/root/.ssh', '/root/.profile', '/var/log',"
            " '/var/lib', '/opt', '/srv', '/mnt', '/media', '/boot', '/sys', '/run', '/etc/shadow',"
            " '/etc/ssh', '/etc/hosts.allow',"
            "'/var/run/docker.sock') if os.path.exists(p)]\n"
            "assert os.listdir('/home') == ['doc']\nprint('HELD')", PASSED, prints="HELD"),
    attack("facts of the kernel", "python",
            "import os\nfor n in ('kcore', 'keys', 'kallsyms', 'cmdline', 'timer_list', 'modules',"
            " 'slabinfo', 'sched_debug', 'partitions', 'diskstats'):\n"
            "  p = '/proc/' + n\n  if os.path.exists(p): assert open(p, 'rb').read(9) == b'', p\n"
            "m = open('/proc/meminfo').read()\nassert 'MemTotal: 98304 kB' in m, m\nprint('HELD')",
            PASSED, prints="HELD"),
]  # fmt: skip

_CALLS = [
    refused("a namespace of its own (unshare)", "syscall(272, 97, 0x10000000)"),
    refused("a mount namespace (unshare)", "syscall(272, 97, 0x00020000)"),
    refused("a namespace of its own (clone)", "syscall(56, 220, 0x10000011, 0, 0, 0, 0)"),
    refused("a namespace of its own (clone3)",
             "syscall(435, 435, ctypes.create_string_buffer("
             "struct.pack('<8Q', 0x10000000, 0, 0, 0, 17, 0, 0, 0), 64), 64)"),
    refused("another namespace (setns)", "syscall(308, 268, os.open('/proc/1/ns/net', 0), 0)"),
    refused("mount", "syscall(165, 40, b'x', b'/tmp', b'tmpfs', 0, 0)"),
    refused("remount of the root", "syscall(165, 40, 0, b'/', 0, 32, 0)"),
    refused("umount of the covers of /proc", "syscall(166, 39, b'/proc/keys', 2)"),
    refused("fsopen", "syscall(430, 430, b'tmpfs', 0)"),
    refused("open_tree", "syscall(428, 428, -100, b'/', 1)"),
    refused("pivot_root", "syscall(155, 41, b'/tmp', b'/tmp')"),
    refused("chroot", "os.chroot('/tmp')"),
    refused("keyring (keyctl)", "syscall(250, 219, 0, -3, 1)"),
    refused("keyring (add_key)", "syscall(248, 217, b'user', b'x', b'y', 1, -3)"),
    refused("io_uring", "syscall(425, 425, 8, ctypes.create_string_buffer(256))"),
    refused("bpf", "syscall(321, 280, 0, 0, 0)"),
    refused("perf_event_open", "syscall(298, 241, 0, 0, 0, 0, 0)"),
    refused("userfaultfd", "syscall(323, 282, 0)"),
    refused("ptrace", "syscall(101, 117, 16, os.getppid(), 0, 0)"),
    refused("process_vm_readv", "syscall(310, 270, 1, 0, 0, 0, 0, 0)"),
    refused("open_by_handle_at", "syscall(304, 265, 3, ctypes.create_string_buffer(64), 0)"),
    refused("kexec_load", "syscall(246, 104, 0, 0, 0, 0)"),
    refused("init_module", "syscall(175, 105, 0, 0, b'')"),
    refused("reboot", "syscall(169, 142, 0xfee1dead, 672274793, 0, 0)"),
    refused("a changed clock", "import time; time.clock_settime(0, 0)"),
    refused("a changed host name", "socket.sethostname('pwned')"),
    refused("personality", "syscall(135, 92, 0x0040000)"),
    refused("typing into the terminal (TIOCSTI)",
             "import fcntl; fcntl.ioctl(os.openpty()[1], 0x5412, b'x')"),
    refused("becoming root", "os.setuid(0)"),
    refused("a higher priority", "os.setpriority(0, 0, -20)"),
    refused("write to /proc/sys", "open('/proc/sys/kernel/core_pattern', 'w')"),
    refused("write to sysrq-trigger", "open('/proc/sysrq-trigger', 'w').write('b')"),
    refused("the host's device nodes (chmod)", "os.chmod('/dev/null', 0)"),
    refused("the host's files (write)", "open('/usr/bin/env', 'r+b')"),
    refused("the root directory (write)", "os.mkdir('/x')"),
    refused("/etc (write)", "open('/etc/passwd', 'a')"),
    refused("/dev (write)", "open('/dev/x', 'w')"),
    attack("32-bit system calls", "python",
            "import ctypes, mmap, platform, os, signal\n"
            "if platform.machine() != 'x86_64': os.kill(os.getpid(), signal.SIGSYS)\n"
            "m = mmap.mmap(-1, 4096, prot=7)\n"
            "m.write(b'\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3')\n"  # mov eax, 20; int 0x80; ret
            "address = ctypes.addressof(ctypes.c_char.from_buffer(m))\n"
            "ctypes.CFUNCTYPE(ctypes.c_int)(address)()\nprint('open')", SIGNAL),
    attack("x32 system calls", "python",
            "import ctypes, platform, os, signal\n"
            "if platform.machine() != 'x86_64': os.kill(os.getpid(), signal.SIGSYS)\n"
            "ctypes.CDLL(None).syscall(0x40000000 + 39)\nprint('open')", SIGNAL),
    attack("core dump", "sh",
            "ulimit -c unlimited 2>/dev/null; kill -ABRT $$", SIGNAL),
]  # fmt: skip

_NETWORK = [
    refused("raw socket", "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"),
    refused("packet socket", "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"),
    refused("netlink (audit)", "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)"),
    refused("vsock", "socket.socket(40, socket.SOCK_STREAM)"),
    refused("kernel crypto socket", "socket.socket(38, socket.SOCK_SEQPACKET)"),
    refused("metadata service", "socket.create_connection(('169.254.169.254', 80), 1)"),
    refused("metadata service, IPv6", "socket.create_connection(('fd00:ec2::254', 80), 1)"),
    refused("a public address", "socket.create_connection(('192.0.2.1', 443), 1)"),
    refused("IPv6 link-local", "socket.create_connection(('ff02::1%lo', 80), 1)"),
    refused("a name (DNS)", "socket.getaddrinfo('secret.example.com', 80)"),
    refused("DNS by hand",
             "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.53', 53))"),
    refused("a new interface address",
             "import fcntl; s = socket.socket(); "
             "fcntl.ioctl(s, 0x8916, struct.pack('16sH2s4s8x', b'lo', 2, b'', bytes([10,0,0,1])))"),
    attack("services of this host", "python",
            "import socket\nfor port in (22, 80, 443, 2375, 5432, 6379, 6443, 8080, HOST_PORT):\n"
            "  s = socket.socket(); s.settimeout(.5)\n"
            "  assert s.connect_ex(('127.0.0.1', port)) != 0, port\nprint('HELD')",
            PASSED, prints="HELD"),
    attack("an abstract Unix socket of this host", "python",
            "import socket\ntry: socket.socket(socket.AF_UNIX).connect('\\0HOST_SOCKET')\n"
            "except OSError: print('HELD')\nelse: raise SystemExit('open')", PASSED, prints="HELD"),
    attack("its own loopback works", "python",
            "import socket\ns = socket.create_server(('127.0.0.1', 0))\n"
            "socket.create_connection(s.getsockname())\nprint('HELD')", PASSED, prints="HELD"),
    attack("its own loopback works in Node", "node",
            "const net = require('net'); require('os').networkInterfaces();"
            "const s = net.createServer(c => { c.end(); s.close(); console.log('HELD') });"
            "s.listen(0, '127.0.0.1', () => net.connect(s.address().port));",
            PASSED, prints="HELD", limits=Limits(wall_seconds=5, memory_mib=256)),
]  # fmt: skip

ATTACKS: list[Attack] = [
    *_EXHAUSTION, *_STAYING, *_PLANTING, *_LOOKING, *_CALLS, *_NETWORK,
]  # fmt: skip
