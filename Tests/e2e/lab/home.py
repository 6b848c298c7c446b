"""A home Wi-Fi: a box with the daemon, a phone and a laptop, each a network namespace, and the air between them.

    phone 10.77.0.2 ---- box 10.77.0.1 ---- laptop 10.77.0.3

The box bridges the two, as a home router does. All of it is within namespaces: nothing else can use these addresses,
and they reach nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
import contextlib
import pathlib

from lab.namespace import Namespace

BOX = "10.77.0.1"
NAME = "box"
DEVICES = {"phone": "10.77.0.2", "laptop": "10.77.0.3"}
PREFIX = 24

# What the devices know by name: themselves, or else Firefox starts by asking for that in vain, the box, and names that
# it may be taken for.
HOSTS = pathlib.Path(__file__).with_name("hosts")

# Of the box and the phone when there is IPv6.
BOX_6 = "fd77::1"
PHONE_6 = "fd77::2"

# Of the phone when it has a cable as well.
CABLE_ADDRESS = "10.77.0.12"

# Who is in `silent` is not heard, and hears nothing; what `lossy` loses is lost both ways.
AIR = """
table bridge air {
    set silent { type ifname; }
    chain from { type filter hook prerouting priority 0; iifname @silent drop; }
    chain to { type filter hook postrouting priority 0; oifname @silent drop; }
    chain lossy { type filter hook prerouting priority 1; }
}
"""


class Home:
    """`link`: the network goes away and the device notices, as when Wi-Fi is switched off. `silence`: nothing arrives
    and nobody notices, as when somebody walks out of range."""

    def __init__(self):
        self.box = Namespace(name=NAME)
        self.devices = {name: Namespace(beside=self.box, hosts=HOSTS, name=name) for name in DEVICES}
        self.box.run("ip", "link", "add", "bridge0", "type", "bridge")
        self.box.run("ip", "address", "add", f"{BOX}/{PREFIX}", "dev", "bridge0")
        self.box.run("ip", "link", "set", "bridge0", "up")
        for name, namespace in self.devices.items():
            self._plug_in(name, namespace, "wlan0", DEVICES[name])
            namespace.run("ip", "route", "add", "default", "via", BOX)
        self.box.run("nft", AIR)

    def cut(self, line: str, how: str = "link") -> None:
        """A device's Wi-Fi, or its cable."""
        if how == "link":
            self.box.run("ip", "link", "set", line, "down")
        else:
            self.box.run("nft", f"add element bridge air silent {{ {line} }}")

    def mend(self, line: str) -> None:
        """Undoes either cut."""
        self.box.run("ip", "link", "set", line, "up")
        self.box.run("nft", "flush set bridge air silent")

    @contextlib.contextmanager
    def without(self, line: str, how: str) -> Iterator[None]:
        """It is cut within the block."""
        self.cut(line, how)
        try:
            yield
        finally:
            self.mend(line)

    @contextlib.contextmanager
    def cabled(self) -> Iterator[dict[str, str]]:
        """Within the block the phone has a cable to the box as well. Gives its lines by their addresses."""
        phone = self.devices["phone"]
        self._plug_in("cable", phone, "eth0", CABLE_ADDRESS)
        # What comes from the cable's address goes by the cable, and nothing else does.
        phone.set("ipv4/conf/all/arp_ignore", 1)
        phone.run("ip", "rule", "add", "from", CABLE_ADDRESS, "lookup", "2")
        phone.run("ip", "route", "add", "default", "dev", "eth0", "table", "2")
        try:
            yield {DEVICES["phone"]: "phone", CABLE_ADDRESS: "cable"}
        finally:
            phone.run("ip", "rule", "delete", "lookup", "2")
            self.box.run("ip", "link", "delete", "cable")

    @contextlib.contextmanager
    def moved(self, address: str) -> Iterator[None]:
        """Within the block the box has this address in place of its own, as when the router has given it another."""
        self._replace(BOX, address)
        try:
            yield
        finally:
            self._replace(address, BOX)

    @contextlib.contextmanager
    def with_ipv6(self) -> Iterator[None]:
        """Within the block the box and the phone have addresses of IPv6."""
        ends = ((self.box, BOX_6, "bridge0"), (self.devices["phone"], PHONE_6, "wlan0"))
        for namespace, address, interface in ends:
            namespace.run("ip", "address", "add", f"{address}/64", "dev", interface, "nodad")
        try:
            yield
        finally:
            for namespace, address, interface in ends:
                namespace.run("ip", "address", "delete", f"{address}/64", "dev", interface)

    @contextlib.contextmanager
    def isolated(self) -> Iterator[None]:
        """Within the block the devices reach the box, but not each other, as in many a guest network."""
        self._isolate("on")
        try:
            yield
        finally:
            self._isolate("off")

    @contextlib.contextmanager
    def lossy(self, device: str, percent: int) -> Iterator[None]:
        """Within the block so much of what the device sends is lost, at random."""
        self.box.run("nft", f"add rule bridge air lossy iifname {device} numgen random mod 100 < {percent} drop")
        try:
            yield
        finally:
            self.box.run("nft", "flush chain bridge air lossy")

    def close(self) -> None:
        for namespace in (*self.devices.values(), self.box):
            namespace.close()

    def _plug_in(self, line: str, namespace: Namespace, interface: str, address: str) -> None:
        """The box's end has the line's name, so that a cut takes it from outside."""
        self.box.run("ip", "link", "add", line, "type", "veth", "peer", "name", interface, "netns", str(namespace.pid))
        self.box.run("ip", "link", "set", line, "master", "bridge0", "up")
        namespace.run("ip", "address", "add", f"{address}/{PREFIX}", "dev", interface)
        # No IPv6 address of its own making: it would be there a second or two later, and a browser that is loading a page
        # breaks off when its network changes.
        namespace.set(f"ipv6/conf/{interface}/addr_gen_mode", 1)
        namespace.run("ip", "link", "set", interface, "up")

    def _replace(self, old: str, new: str) -> None:
        # Or else the second address of a network goes with its first.
        self.box.set("ipv4/conf/bridge0/promote_secondaries", 1)
        self.box.run("ip", "address", "add", f"{new}/{PREFIX}", "dev", "bridge0")
        self.box.run("ip", "address", "delete", f"{old}/{PREFIX}", "dev", "bridge0")

    def _isolate(self, switch: str) -> None:
        for name in self.devices:
            self.box.run("bridge", "link", "set", "dev", name, "isolated", switch)
