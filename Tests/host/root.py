"""The root file system that a host boots from: a minimal Debian without Swift, made once and kept."""

from __future__ import annotations

import fcntl
import hashlib
import shlex
import shutil
import subprocess
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".build/host"
SUITE = "bookworm"

# What every Debian has on a machine of its own, and what stands before holdline or looks at it from inside.
PACKAGES = ["systemd", "systemd-sysv", "dbus", "nginx-light", "haproxy", "caddy", "python3", "ca-certificates", "curl",
            # What the package depends on: a host has no network to get it by.
            "libdeflate0", "libqrencode4", "libssl3"]

# Run in the new root. Proxies wait to be asked, and the clock's jobs would only disturb. A machine-id makes each boot
# an ordinary one: the first boot of a machine would enable whatever is installed.
FINISH = """
systemctl --quiet disable nginx haproxy caddy apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer
systemd-machine-id-setup
echo host >/etc/hostname
printf '127.0.0.1 localhost host\\n::1 localhost host\\n' >/etc/hosts
mkdir -p /var/log/journal
"""


def root() -> Path:
    """Its folder, made now if it is not there: two minutes with a slow mirror."""
    key = hashlib.sha256(repr((SUITE, PACKAGES, FINISH)).encode()).hexdigest()[:12]
    made = CACHE / key
    CACHE.mkdir(parents=True, exist_ok=True)
    # Others have no business in it: it has programs that run as root.
    CACHE.chmod(0o700)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            make(CACHE / f"{key}.new").rename(made)
    return made


def make(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    done = subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=apt", f"--include={','.join(PACKAGES)}",
         f'--customize-hook=chroot "$1" sh -euc {shlex.quote(FINISH)}', SUITE, folder],
        capture_output=True, text=True,
    )
    assert done.returncode == 0, f"mmdebstrap failed:\n{done.stderr}"
    return folder
