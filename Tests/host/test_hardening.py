"""What the unit takes away is gone: a probe runs in the daemon's place, and once without the unit, where it has it all."""

import json
import re
import shutil
from pathlib import Path

import pytest

PROBE = Path(__file__).with_name("probe.py")
UNIT = "/lib/systemd/system/holdline.service"
MARKERS = ("/tmp/of-somebody-else", "/dev/of-somebody-else")

# Lines whose effect cannot be seen in here: the container or another line takes the same away, or it shows nowhere.
SAID = {
    "NoNewPrivileges": "yes",
    "PrivateUsers": "yes",
    "ProtectKernelTunables": "yes",
    "RestrictRealtime": "yes",
    "IPAddressDeny": "::/0 0.0.0.0/0",
    "AmbientCapabilities": "",
    "CapabilityBoundingSet": "",
    "DevicePolicy": "closed",
    "ProtectClock": "yes",
    "ProtectKernelLogs": "yes",
    "KeyringMode": "private",
    "RemoveIPC": "yes",
    "SystemCallArchitectures": "native",
    "MemorySwapMax": "0",
    "TasksMax": "256",
    "FileDescriptorStoreMax": "1",
    "NotifyAccess": "main",
    "StateDirectory": "holdline",
    "StateDirectoryMode": "0700",
}


@pytest.fixture
def probe(host):
    """Runs the probe as a service, with these lines as its `[Service]`."""
    shutil.copy(PROBE, host.path("/usr/lib/probe.py"))
    for path in MARKERS:
        host.path(path).touch()
    host.path("/usr/lib/modules").mkdir(exist_ok=True)

    def run(lines: str) -> dict:
        command = f"/usr/bin/python3 /usr/lib/probe.py {' '.join(MARKERS)}"
        host.path("/run/systemd/system/probe.service").write_text(
            f"[Service]\n{lines}\nType=oneshot\nExecStart={command}\nStandardOutput=truncate:/run/probe.json\n")
        host.run("systemctl", "daemon-reload")
        host.run("systemctl", "start", "probe.service")
        return json.loads(host.path("/run/probe.json").read_text())

    return run


def of_the_unit(text: str) -> str:
    """The unit's own lines, less those that say what is run and when it is taken for hung or ready."""
    service = text.split("[Service]")[1].split("[Install]")[0]
    other = re.compile(r"^(Type|ExecStart|ExecReload|Restart\w*|WatchdogSec|Timeout\w+|RuntimeDirectory)=.*$", re.MULTILINE)
    lines = other.sub("", service)
    return f"{lines}\nRuntimeDirectory=probe\nExecPaths=/usr/bin/python3 /usr/bin/python3.11\n"


def test_the_probe_finds_nothing_under_the_unit_and_everything_without(host, probe):
    bare = probe("Environment=RUNTIME_DIRECTORY=/run\n")
    hardened = probe(of_the_unit(host.path(UNIT).read_text()))
    own, outside = hardened.pop("in namespaces"), bare.pop("in namespaces")
    assert {name for name, found in bare.items() if not found} == set(), "without the unit: not there"
    assert {name for name, found in hardened.items() if found} == set(), "under the unit: still there"
    assert {kind for kind in own if own[kind] == outside[kind]} == set(), "shared namespaces"


def test_the_running_daemon_is_what_the_unit_says(host):
    pid = host.show("holdline.service", "MainPID")
    status = dict(re.findall(r"^(\w+):\s*(.*)$", host.path(f"/proc/{pid}/status").read_text(), re.MULTILINE))
    assert set(status["Uid"].split()) == {host.run("id", "--user", "holdline").strip()}
    assert set(status["Gid"].split()) == {host.run("id", "--group", "holdline").strip()}
    assert status["Groups"].split() in ([], [status["Gid"].split()[0]])
    assert {status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    for kind in ("net", "ipc", "uts", "mnt", "user"):
        assert host.run("readlink", f"/proc/{pid}/ns/{kind}") != host.run("readlink", f"/proc/1/ns/{kind}"), kind
    # Lists have no order.
    told = {name: sorted(host.show("holdline.service", name).split()) for name in SAID}
    assert told == {name: sorted(value.split()) for name, value in SAID.items()}


def test_the_score(host):
    told = host.run("systemd-analyze", "security", "--no-pager", "holdline.service")
    assert float(re.search(r"Overall exposure level for holdline.service: ([0-9.]+)", told)[1]) <= 0.5
