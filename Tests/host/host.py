"""A machine of its own with a real systemd, in a container, for as long as a test needs it.

It lives in a network namespace that has nothing but loopback, until a device is plugged in. From outside, sockets are made
in that namespace, and browsers are run in it: to both the service is at http://127.0.0.1:8080, which browsers treat as
secure, on the very sockets that an installed holdline has; and no port or address of the machine around it is in the way.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lab.namespace import Namespace
from root import root
from support.client import Client, ClientInside
from support.daemon import until
from support.notify import NotifySocket
from support.secrets import Secrets

BOOT = Path(__file__).with_name("boot")
BOOT_SECONDS = 30.0
COMMAND_SECONDS = 60.0
# The kind of line that says that new settings are in force.
RELOADED = "94c1d3e86fb74a0285e0b7a92d5f4c61"
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}


class Host:
    """One booted machine. It is gone when `close` is called, and when the tests are killed."""

    def __init__(self) -> None:
        """Boots it and waits until its systemd says that it is up."""
        self.network = Namespace()
        self.secrets = Secrets()
        self._clients: list[Client] = []
        self.folder = Path(tempfile.mkdtemp(prefix="holdline-host-"))
        self._notify = NotifySocket(self.folder / "notify")
        with (self.folder / "log").open("wb") as log:
            self.boot = subprocess.Popen(
                ["unshare", "--mount", "--propagation", "private", BOOT, root(), f"/proc/{self.network.pid}/ns/net",
                 self.folder],
                stdin=subprocess.PIPE, stdout=log, stderr=log, env=ENVIRONMENT | {"NOTIFY_SOCKET": str(self._notify.path)},
                # A Ctrl-C in the terminal is for the tests alone; they close their end.
                start_new_session=True)
        try:
            self._await_boot()
        except BaseException:
            self.close()
            raise

    def _await_boot(self) -> None:
        # The line with the leader comes with this one.
        up = self._notify.await_line("READY=1", BOOT_SECONDS, alive=lambda: self.boot.poll() is None)
        assert up, f"it did not come up:\n{(self.folder / 'log').read_text(errors='replace')}"
        leaders = [line for line in self._notify.received if line.startswith("X_NSPAWN_LEADER_PID=")]
        self.leader = int(leaders[-1].partition("=")[2])

    def path(self, path: str) -> Path:
        """A file of the machine, as it is reached from outside. Links to absolute paths lead elsewhere from there."""
        return Path(f"/proc/{self.leader}/root{path}")

    def start(self, *command: str, **options) -> subprocess.Popen:
        """Starts a command there, as root."""
        return subprocess.Popen(
            ["nsenter", f"--target={self.leader}", "--all", "--", *command],
            text=True, errors="replace", env=ENVIRONMENT, start_new_session=True, **options)

    def attempt(self, *command: str, text: str | None = None) -> subprocess.CompletedProcess:
        """Runs a command there, as root, whatever becomes of it."""
        with self.start(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            try:
                out, err = process.communicate(text, COMMAND_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise AssertionError(f"not done in {COMMAND_SECONDS} s: {shlex.join(command)}") from None
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def run(self, *command: str, text: str | None = None) -> str:
        """What a command that succeeds there prints."""
        done = self.attempt(*command, text=text)
        assert done.returncode == 0, f"{shlex.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def show(self, unit: str, name: str) -> str:
        """A property of a unit, as systemd has it."""
        return self.run("systemctl", "show", "--value", f"--property={name}", unit).strip()

    def process(self, unit: str) -> int:
        """The main process of a service, by the number that it has out here."""
        inside, machine = self.show(unit, "MainPID"), os.readlink(f"/proc/{self.leader}/ns/pid")
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                numbers, = [line for line in (folder / "status").read_text().splitlines() if line.startswith("NSpid:")]
                if numbers.split()[-1] == inside and os.readlink(folder / "ns/pid") == machine:
                    return int(folder.name)
        raise AssertionError(f"{unit} does not run")

    def kill(self, unit: str) -> float:
        """Kills the main process of a service, and tells when it was gone, by the clock of `time.monotonic()`."""
        process = os.pidfd_open(self.process(unit))
        try:
            signal.pidfd_send_signal(process, signal.SIGKILL)
            assert select.select([process], [], [], COMMAND_SECONDS)[0], "it cannot be killed"
            return time.monotonic()
        finally:
            os.close(process)

    def reload(self) -> None:
        """Reloads the service, and waits until the new settings are in force: `systemctl` does not."""
        before = len(self.journal(MESSAGE_ID=RELOADED))
        self.run("systemctl", "reload", "holdline.service")
        until(lambda: len(self.journal(MESSAGE_ID=RELOADED)) > before)

    def drop_in(self, unit: str, text: str) -> None:
        """What `systemctl edit` does with this text, up to the restart."""
        folder = f"/etc/systemd/system/{unit}.d"
        self.path(folder).mkdir(parents=True, exist_ok=True)
        self.path(f"{folder}/override.conf").write_text(text)
        self.run("systemctl", "daemon-reload")

    def configure(self, text: str) -> None:
        """Writes the configuration file anew."""
        self.path("/etc/holdline/holdline.toml").write_text(text)

    def journal(self, *matches: str, **fields: str) -> list[dict]:
        """The entries that have these fields, oldest first."""
        self.run("journalctl", "--sync")
        matches += tuple(f"{name}={value}" for name, value in fields.items())
        return [json.loads(line) for line in self.run("journalctl", "--output=json", *matches).splitlines()]

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Within the block, sockets that this thread makes belong to the machine."""
        with self.network.inside():
            yield

    def plug_in(self, device: Namespace, addresses: dict[str, str]) -> None:
        """Connects it with a device by a cable. `addresses`: the machine's, with prefix, and on the same network the
        device's."""
        self.network.run("ip", "link", "add", "home0", "type", "veth", "peer", "name", "home0", "netns", str(device.pid))
        for network, own in ((self.network, addresses), (device, addresses.values())):
            for address in own:
                # An IPv6 address counts at once, without a look whether somebody else has it.
                network.run("ip", "address", "add", address, "dev", "home0", *(["nodad"] if ":" in address else []))
            network.run("ip", "link", "set", "home0", "up")

    def install(self, package: Path) -> str:
        """Installs a package as an operator does, and gives what that said."""
        shutil.copy(package, self.path("/root"))
        done = self.attempt("apt-get", "install", "--yes", "--quiet=2", f"/root/{package.name}")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def client(self, address=("127.0.0.1", 8080), **options) -> Client:
        """A client of the service there."""
        client = ClientInside(self, address, self.secrets, **options)
        self._clients.append(client)
        return client

    def power_off(self) -> None:
        """Shuts it down as an operator would, and waits until it is off."""
        self._end("poweroff")

    def reboot(self) -> None:
        """Boots it anew, with what it has on its disk."""
        self._notify.forget()
        self._end("reboot")
        self._await_boot()

    def _end(self, command: str) -> None:
        leader = os.pidfd_open(self.leader)
        try:
            self.attempt("systemctl", command)
            assert select.select([leader], [], [], BOOT_SECONDS)[0], "it does not go off"
        finally:
            os.close(leader)

    def is_up(self) -> bool:
        return Path(f"/proc/{self.leader}/root/etc").exists()

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self._notify.close()
        self.boot.communicate()
        self.network.close()
