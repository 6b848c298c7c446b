"""What lies beyond the home: a server that helps browsers to find each other.

    phone ---- 203.0.113.2 box
                               ---- server 203.0.113.1
    laptop --- 203.0.113.3 box

Who looks from the server sees the phone and the laptop in two homes: the box gives each a public address of its own,
lets nobody in, and forwards nothing from one to the other.
"""

from __future__ import annotations

import contextlib
import pathlib
import subprocess
from collections.abc import Iterator

from lab.home import DEVICES, Home
from lab.namespace import Namespace
from support.daemon import until

SERVER = "203.0.113.1"
PUBLIC = {"phone": "203.0.113.2", "laptop": "203.0.113.3"}
PREFIX = 24
PORT = 3478

STUN = {"urls": f"stun:{SERVER}:{PORT}"}
TURN = {"urls": f"turn:{SERVER}:{PORT}", "username": "holdline", "credential": "a long random word"}

# Who is in `walled` gets nothing through to the Internet.
BOX_RULES = """
table ip internet {
    set walled { type ipv4_addr; }
    chain in { type filter hook input priority filter; ip daddr { %s, %s } drop; }
    chain through {
        type filter hook forward priority filter;
        iifname uplink ct state new drop
        ip saddr @walled drop
    }
    chain out {
        type nat hook postrouting priority srcnat;
        ip saddr %s oifname uplink snat to %s
        ip saddr %s oifname uplink snat to %s
    }
}
"""


class Internet:
    def __init__(self, home: Home, folder: pathlib.Path):
        self._home = home
        box, server = home.box, Namespace(beside=home.box)
        self._server = server
        box.run("ip", "link", "add", "uplink", "type", "veth", "peer", "name", "eth0", "netns", str(server.pid))
        for address in PUBLIC.values():
            box.run("ip", "address", "add", f"{address}/{PREFIX}", "dev", "uplink")
        server.run("ip", "address", "add", f"{SERVER}/{PREFIX}", "dev", "eth0")
        server.run("ip", "link", "set", "eth0", "up")
        box.run("ip", "link", "set", "uplink", "up")
        # What it sends to a home's inner address gets lost on the way, as it does on the Internet.
        server.run("ip", "route", "add", "default", "via", PUBLIC["phone"])
        box.set("ipv4/ip_forward", 1)
        inside_and_out = (address for name in DEVICES for address in (DEVICES[name], PUBLIC[name]))
        box.run("nft", BOX_RULES % (*PUBLIC.values(), *inside_and_out))
        self._log = (folder / "turnserver").open("wb")
        self._turn = subprocess.Popen(
            [
                *server.enter, "turnserver", "-n", "--no-cli", "--no-tls", "--no-dtls", "--log-file=stdout",
                f"--pidfile={folder}/turnserver.pid", f"--userdb={folder}/turnserver.db",
                f"--listening-ip={SERVER}", f"--relay-ip={SERVER}", f"--listening-port={PORT}",
                "--lt-cred-mech", "--realm=holdline", f"--user={TURN['username']}:{TURN['credential']}",
            ],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
        )  # fmt: skip
        until(self._listens)

    @contextlib.contextmanager
    def walled(self, device: str) -> Iterator[None]:
        """Within the block nothing from the device gets through to the Internet."""
        self._home.box.run("nft", f"add element ip internet walled {{ {DEVICES[device]} }}")
        try:
            yield
        finally:
            self._home.box.run("nft", "flush set ip internet walled")

    def close(self) -> None:
        self._turn.kill()
        self._turn.wait()
        self._log.close()
        self._home.box.run("nft", "delete table ip internet")
        self._home.box.set("ipv4/ip_forward", 0)
        self._home.box.run("ip", "link", "delete", "uplink")
        self._server.close()

    def _listens(self) -> bool:
        assert self._turn.poll() is None, f"no TURN server: {self._turn.returncode}"
        try:
            self._server.connect(SERVER, PORT).close()
        except subprocess.CalledProcessError:
            return False
        return True
