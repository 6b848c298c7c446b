"""Network namespaces that nothing outlasts: the kernel removes them with the last process in them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pathlib
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator

libc = ctypes.CDLL(None, use_errno=True)

# Run within a namespace: makes a socket there and hands it over. A socket stays where it was made.
CONNECT = """
import socket, sys
made = socket.create_connection((sys.argv[1], int(sys.argv[2])))
socket.send_fds(socket.socket(fileno=int(sys.argv[3])), [b'.'], [made.fileno()])
"""
LISTEN = """
import socket, sys
made = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=64)
socket.send_fds(socket.socket(fileno=int(sys.argv[3])), [b'.'], [made.fileno()])
"""

# Runs a command for which the file that is named first stands for /etc/hosts.
NAMING = ("unshare", "--mount", "--", "sh", "-c", 'mount --bind "$1" /etc/hosts && shift && exec "$@"', "sh")


class Namespace:
    """A network of its own. It is held by a process that ends when its input does, so also when the tests are killed:
    there is nothing to clean up after them."""

    def __init__(self, beside: Namespace | None = None, hosts: pathlib.Path | None = None, name: str | None = None):
        """`beside`: a namespace of the same owner. Who is not root owns the first one by a user namespace. `hosts`:
        what stands for /etc/hosts in it. `name`: that of the machine that it is; without one, it has this machine's."""
        self._hosts = hosts
        self._kinds = ["--net"] if name is None else ["--net", "--uts"]
        if beside is not None:
            make = [*beside._owner, "unshare", *self._kinds]
        elif os.geteuid() == 0:
            make = ["unshare", *self._kinds]
        else:
            make = ["unshare", "--user", "--map-root-user", *self._kinds]
        self._holder = subprocess.Popen(
            [*make, "sh", "-c", "echo made; exec cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        if self._holder.stdout.readline() != b"made\n":
            raise OSError(f"no network namespace: {shlex.join(make)} failed")
        self.run("ip", "link", "set", "lo", "up")
        if name is not None:
            self.run("hostname", name)

    @property
    def _owner(self) -> list[str]:
        """What runs a command as the owner of this namespace."""
        if os.geteuid() == 0:
            return []
        return ["nsenter", f"--target={self.pid}", "--user", "--preserve-credentials"]

    @property
    def pid(self) -> int:
        """Of a process in it, by which `ip` names the namespace."""
        return self._holder.pid

    @property
    def enter(self) -> tuple[str, ...]:
        """What runs a command in here, under the process id that it is started with. It ends with whoever starts it."""
        owner = self._owner or ["nsenter", f"--target={self.pid}"]
        hosts = () if self._hosts is None else (*NAMING, str(self._hosts))
        return (*owner, *self._kinds, "--", *hosts, "setpriv", "--pdeathsig", "KILL", "--")

    def run(self, *command: str) -> None:
        done = subprocess.run([*self.enter, *command], capture_output=True, text=True)
        assert done.returncode == 0, f"{shlex.join(command)}: {done.stderr}"

    def set(self, setting: str, value: int) -> None:
        """One of the kernel's for this network alone, such as `ipv4/ip_forward`."""
        self.run("sh", "-c", f"echo {value} > /proc/sys/net/{setting}")

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Within the block, sockets that this thread makes belong to this network. For root alone."""
        with open("/proc/thread-self/ns/net") as own, open(f"/proc/{self.pid}/ns/net") as other:
            enter(other.fileno())
            try:
                yield
            finally:
                enter(own.fileno())

    def wrapper(self, folder: pathlib.Path, program: str) -> pathlib.Path:
        """An executable file that runs a program in here."""
        path = folder / f"{pathlib.Path(program).name}-in-{self.pid}"
        path.write_text(f'#!/bin/sh\nexec {shlex.join(self.enter)} {shlex.quote(program)} "$@"\n')
        path.chmod(0o755)
        return path

    def connect(self, host: str, port: int) -> socket.socket:
        return self._socket(CONNECT, host, port)

    def listen(self, host: str, port: int) -> socket.socket:
        return self._socket(LISTEN, host, port)

    def _socket(self, script: str, host: str, port: int) -> socket.socket:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            passed = theirs.fileno()
            subprocess.run(
                [*self.enter, sys.executable, "-c", script, host, str(port), str(passed)],
                pass_fds=[passed], check=True, capture_output=True, text=True,
            )
            _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
            return socket.socket(fileno=descriptors[0])

    def close(self) -> None:
        """It is gone as soon as what runs in here is gone as well."""
        self._holder.stdin.close()
        self._holder.wait()
        self._holder.stdout.close()


def enter(namespace: int) -> None:
    """Takes this thread into a network namespace."""
    CLONE_NEWNET = 0x40000000
    if libc.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
