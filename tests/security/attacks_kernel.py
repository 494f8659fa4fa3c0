"""More attacks: what the kernel keeps per user or in its own memory, raw calls, and our channels.

Each was tried by hand against the jail before it was written down here; those that got through
then are why the filter knows huge pages, leases, line discipline and protocol modules, and why
pending signals are limited.
"""

from doc_healing.model import Limits
from tests.security.attacks import (
    DISK,
    FAILED,
    MEMORY,
    OUTPUT,
    PASSED,
    PROCESS,
    SIGNAL,
    TIMEOUT,
    attack,
    refused,
)  # fmt: skip

_IN_CHILDREN = "import os, time\nfor i in range(12):\n  if os.fork() == 0:\n    keep = []\n"
_LIBC = "import ctypes, os, signal\nlibc = ctypes.CDLL(None, use_errno=True)\n"

_MEMORY = [
    attack("epoll objects in many processes", "python",
           "import select\n" + _IN_CHILDREN +
           "    try:\n      while True: keep.append(select.epoll())\n"
           "    except OSError: time.sleep(9)\n"
           "time.sleep(.3); print('HELD')", PASSED, prints="HELD"),
    attack("buffers of Unix sockets", "python",
           "import socket\n" + _IN_CHILDREN +
           "    while True:\n      a, b = socket.socketpair(); keep += [a, b]\n"
           "      a.setblocking(False); a.setsockopt(1, 7, 1 << 24)\n"
           "      try:\n        while True: a.send(b'x' * 60000)\n"
           "      except BlockingIOError: pass\n"
           "for i in range(12):\n  if os.wait()[1]: raise SystemExit(1)",
           MEMORY, FAILED, needs_cgroup=True),
    attack("System V messages", "python",
           _LIBC + "text = ctypes.create_string_buffer(b'\\1' * 8 + b'x' * 8000)\n"
           "for key in range(1, 30000):\n  queue = libc.msgget(key, 0o1666)\n"
           "  while libc.msgsnd(queue, text, 8000, 0o4000) == 0: pass", MEMORY, needs_cgroup=True),
    attack("System V semaphores", "python",
           _LIBC + "key = 1\nwhile libc.semget(key, 250, 0o1666) >= 0: key += 1", MEMORY,
           needs_cgroup=True),
    attack("page tables", "python",
           "import mmap\nm = mmap.mmap(-1, 1 << 42, flags=0x4022)\n"
           "for i in range(0, 1 << 42, 1 << 21): m[i]", MEMORY, FAILED, needs_cgroup=True),
    attack("huge pages (mmap, memfd, shm)", "python",
           "import mmap, os, ctypes\nfor make in (\n"
           "  lambda: mmap.mmap(-1, 1 << 21, flags=0x40022), lambda: os.memfd_create('x', 4)):\n"
           "  try: make()\n  except OSError: continue\n  raise SystemExit(1)\n"
           "assert ctypes.CDLL(None).shmget(1, 1 << 21, 0o5666) < 0\nprint('HELD')",
           PASSED, prints="HELD"),
    attack("pending signals of the user", "python",
           _LIBC + "signal.pthread_sigmask(0, [40])\nsent = 0\n"
           "while libc.sigqueue(os.getpid(), 40, None) == 0: sent += 1\n"
           "assert sent <= 4096, sent\nprint('HELD')", PASSED, prints="HELD"),
    attack("POSIX message queues", "python",
           _LIBC + "n = 0\nwhile libc.mq_open(b'/q%d' % n, 0o102, 0o666, None) >= 0: n += 1\n"
           "assert n < 8, n\nprint('HELD')", PASSED, prints="HELD"),
    attack("timers without end", "python",
           _LIBC + "n = 0\nwhile libc.timer_create(1, None, ctypes.byref(ctypes.c_void_p())) == 0:"
           " n += 1\nassert n <= 4096, n\nprint('HELD')", PASSED, prints="HELD"),
    attack("vfork bomb", "python",
           "import subprocess\nwhile True: subprocess.Popen(['/bin/sleep', '9'])", PROCESS),
    attack("reparenting storm", "python",
           "import os\nwhile True:\n  try:\n    if os.fork() == 0:\n      os.setsid()\n"
           "      if os.fork(): os._exit(0)\n  except OSError: pass", TIMEOUT, PROCESS),
    attack("burning in many processes", "python",
           "import os, time\nfor i in range(12):\n  if os.fork() == 0:\n    while True: pass\n"
           "time.sleep(99)", TIMEOUT),
    attack("a tree 10,000 deep", "python",
           "import os\nfor i in range(10_000):\n  os.mkdir('d'); os.chdir('d')\nprint('HELD')",
           PASSED, prints="HELD", limits=Limits(wall_seconds=10, disk_mib=16)),
    attack("hard links without end", "python",
           "import os\ni = 0\nwhile True:\n  os.link('main.py', f'l{i}'); i += 1", DISK),
    attack("extended attributes without end", "python",
           "import os\ni = 0\nwhile True:\n  os.setxattr('/tmp', f'user.{i}', b'x' * 60_000);"
           " i += 1", FAILED, DISK),
    attack("spliced output", "python",
           "import ctypes, os\nlibc, (r, w) = ctypes.CDLL(None), os.pipe()\nwhile True:\n"
           "  os.write(w, b'x' * 65536); libc.splice(r, None, 1, None, 65536, 0)", OUTPUT),
]  # fmt: skip

_CHANNELS = [
    attack("the status channel flooded", "python",
           "import os\nf = os.open(f'/proc/{os.getppid()}/fd/2', os.O_WRONLY)\n"
           "while True: os.write(f, b'y' * 65536)", TIMEOUT),
    attack("the status channel filled with lies", "python",
           "import os\nf = os.open(f'/proc/{os.getppid()}/fd/2', os.O_WRONLY | os.O_NONBLOCK)\n"
           "for i in range(99):\n  try: os.write(f, b'step 99\\nexit 0\\nready\\n' * 999)\n"
           "  except OSError: pass\nraise SystemExit(3)", FAILED),
    attack("the status channel stolen", "python",
           "import os\nf = os.open(f'/proc/{os.getppid()}/fd/2', os.O_RDONLY | os.O_NONBLOCK)\n"
           "if os.fork() == 0:\n  os.setsid()\n  while True:\n    try: os.read(f, 4096)\n"
           "    except OSError: pass\nos.kill(os.getpid(), 11)", SIGNAL, FAILED),
    attack("the jail's inputs rewritten", "python",
           "import glob, os\nfor path in glob.glob('/proc/[12]/fd/*'):\n"
           "  try:\n    if 'memfd' in os.readlink(path):\n"
           "      os.write(os.open(path, os.O_WRONLY), b'x')\n"
           "  except OSError: continue\n  else:\n    if 'memfd' in os.readlink(path): raise"
           " SystemExit(path)\nprint('HELD')", PASSED, prints="HELD"),
    attack("a missing toolchain feigned", "python",
           "import os\nf = os.open(f'/proc/{os.getppid()}/fd/2', os.O_WRONLY)\n"
           "os.write(f, b'\\nmissing\\n'); os._exit(127)", FAILED),
    attack("a report half said", "python",
           "import os\nos.write(3, b'{'); os.close(3); print('HELD')", PASSED, prints="HELD"),
    attack("the runner stopped", "sh", "kill -STOP $PPID; echo HELD", TIMEOUT, prints="HELD"),
    attack("all signals to the runner", "sh",
           "for s in $(seq 1 64); do kill -$s $PPID; done 2>/dev/null; sleep 9", SIGNAL, TIMEOUT),
    attack("all signals to the first process", "sh",
           "for s in $(seq 1 64); do kill -$s 1; done 2>/dev/null; echo HELD",
           PASSED, prints="HELD"),
    attack("a program without a file (memfd)", "python",
           "import os\nf = os.memfd_create('x')\n"
           "os.write(f, open('/usr/bin/id', 'rb').read())\nos.execve(f, ['id', '-u'], {})",
           PASSED, prints="1000", needs_cgroup=True),
]  # fmt: skip

_CALLS = [
    refused("a namespace, with high bits set", "syscall(272, 97, ctypes.c_ulong(0x110000000))"),
    refused("a time namespace", "syscall(272, 97, 0x80)"),
    refused("another namespace (setns by pidfd)",
            "syscall(308, 268, os.pidfd_open(1), 0x20000)"),
    refused("files of others (pidfd_getfd)", "syscall(438, 438, os.pidfd_open(1), 0, 0)"),
    refused("a call newer than the filter", "syscall(467, 467, -100, b'/', 1, 0, 0)"),
    refused("a call of the future", "syscall(999, 999, 0)"),
    refused("ptrace of a child (TRACEME)", "syscall(101, 117, 0, 0, 0, 0)"),
    refused("its own memory as a file", "os.open('/proc/self/mem', os.O_RDWR)"),
    refused("protection from the kernel's killer",
            "open('/proc/self/oom_score_adj', 'w').write('-1000')"),
    refused("limits raised again (setrlimit)",
            "syscall(160, 164, 7, struct.pack('2Q', 9999, 9999))"),
    refused("new privileges allowed again (prctl)",
            "0 if libc.prctl(38, 0, 0, 0, 0) == 0 else os.kill(os.getpid(), 99)"),
    refused("ambient capabilities (prctl)",
            "0 if libc.prctl(47, 2, 21, 0, 0) == 0 else os.kill(os.getpid(), 99)"),
    refused("capabilities (capset)",
            "syscall(126, 91, ctypes.create_string_buffer(struct.pack('<Ii', 0x20080522, 0)),"
            " ctypes.create_string_buffer(b'\\xff' * 24))"),
    refused("real-time scheduling",
            "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))"),
    refused("real-time input and output", "syscall(251, 30, 1, 0, 1 << 13)"),
    refused("file capabilities", "os.setxattr('/tmp', 'security.capability', b'x' * 20)"),
    refused("trusted attributes", "os.setxattr('/tmp', 'trusted.x', b'x')"),
    refused("a lease on a file of the host",
            "import fcntl; fcntl.fcntl(os.open('/usr/bin/env', 0), fcntl.F_SETLEASE, 0)"),
    refused("a line discipline (TIOCSETD)",
            "import fcntl; fcntl.ioctl(os.openpty()[1], 0x5423, struct.pack('i', 13))"),
    refused("typing into the terminal, with high bits set",
            "syscall(16, 29, os.openpty()[1], ctypes.c_ulong(0xffffffff00005412), b'x')"),
    refused("packet filters of the host",
            "socket.socket().setsockopt(0, 64, b'x' * 100)"),
    refused("kernel messages of other jails (syslog)",
            "syscall(103, 116, 3, ctypes.create_string_buffer(99), 99)"),
    refused("watching the whole file system (fanotify)", "syscall(300, 262, 0x200, 0)"),
    refused("stream protocols (SCTP)", "socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)"),
    refused("multipath TCP", "socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)"),
    refused("ping", "socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 1)"),
    attack("every socket family", "python",
           "import socket\nopen_ = set()\nfor family in range(64):\n"
           "  for kind in range(1, 7):\n"
           "    try: socket.socket(family, kind, 0)\n    except OSError: continue\n"
           "    open_.add(family)\nassert open_ <= {1, 2, 10, 16}, open_\nprint('HELD')",
           PASSED, prints="HELD"),
    attack("every netlink protocol", "python",
           "import socket\nfor protocol in range(1, 32):\n"
           "  try: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)\n"
           "  except OSError: continue\n  raise SystemExit(protocol)\nprint('HELD')",
           PASSED, prints="HELD"),
    attack("every file of /proc opened for writing", "python",
           "import os\nfor d, _, names in os.walk('/proc'):\n"
           "  if d.count('/') > 5: continue\n  for n in names:\n"
           "    p = os.path.join(d, n)\n    if '/fd/' in p or '/map_files/' in p: continue\n"
           "    try: f = os.open(p, os.O_WRONLY | os.O_NONBLOCK)\n    except OSError: continue\n"
           "    raise SystemExit(p)\nprint('HELD')", PASSED, prints="HELD",
           limits=Limits(wall_seconds=20, memory_mib=96, disk_mib=16)),
]  # fmt: skip

KERNEL_ATTACKS = [*_MEMORY, *_CHANNELS, *_CALLS]
