"""Run in place of the daemon, under its unit: tries what the unit takes away, and prints as JSON what it found."""

import ctypes
import json
import mmap
import os
import socket
import subprocess
import sys

libc = ctypes.CDLL(None, use_errno=True)
MARKER, DEVICE = sys.argv[1:]
RUNTIME = os.environ.get("RUNTIME_DIRECTORY", "/tmp")


def status(name: str) -> str:
    with open("/proc/self/status") as lines:
        return next(line.split(":")[1].strip() for line in lines if line.startswith(f"{name}:"))


def works(action) -> bool:
    try:
        action()
        return True
    except OSError:
        return False


def call(name: str, *arguments: int) -> bool:
    """Whether a function of the C library succeeds."""
    return getattr(libc, name)(*map(ctypes.c_long, arguments)) != -1


def read_only(path: str) -> bool:
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def make_setuid() -> None:
    path = f"{RUNTIME}/setuid"
    with open(path, "w"):
        os.chmod(path, 0o4755)


def namespace(kind: str) -> str:
    return os.readlink(f"/proc/self/ns/{kind}")


PER_LINUX32, CLONE_NEWUSER = 8, 0x10000000

print(json.dumps({
    "root": os.geteuid() == 0,
    "capabilities": status("CapBnd") != "0" * 16,
    "new privileges": status("NoNewPrivs") == "0",
    "changes of an owner": works(lambda: os.chown(RUNTIME, os.geteuid(), os.getegid())),
    "changes of the user": works(lambda: os.setuid(os.geteuid())),
    "files for others to read": os.umask(0o077) != 0o077,
    "writable system": not all(map(read_only, ["/", "/usr", "/etc", "/var"])),
    "homes": any(os.stat(path).st_mode & 0o777 for path in ("/home", "/root")),
    "others' temporary files": os.path.exists(MARKER),
    "kernel modules": bool(os.stat("/usr/lib/modules").st_mode & 0o777),
    "devices": os.path.exists(DEVICE),
    "others' processes": os.path.exists("/proc/1/status"),
    "facts of the kernel": os.path.exists("/proc/meminfo"),
    "tunables of the kernel": os.path.exists("/proc/sys"),
    "writable cgroups": not read_only("/sys/fs/cgroup"),
    "other programs": works(lambda: subprocess.run(["/usr/bin/true"])),
    "internet sockets": works(lambda: socket.socket(socket.AF_INET)),
    "internet sockets, IPv6": works(lambda: socket.socket(socket.AF_INET6)),
    "netlink sockets": works(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
    "packet sockets": works(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
    "another personality": call("personality", PER_LINUX32),
    "code written at run time": works(
        lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)),
    "real time": works(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))),
    "set-user-id files": works(make_setuid),
    "higher priority": call("setpriority", 0, 0, -2) and os.getpriority(os.PRIO_PROCESS, 0) == -2,
    "namespaces": call("unshare", CLONE_NEWUSER),
    "in namespaces": {kind: namespace(kind) for kind in ("ipc", "net", "uts", "mnt")},
}))
