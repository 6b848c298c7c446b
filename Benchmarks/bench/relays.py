"""The relays that are compared, and how each is set up."""

import os
import pathlib
import re
import shutil
import subprocess

from .machine import HERE, SPARE_DESCRIPTORS, certify, compile_c, connections
from .servers import Place, Server

MEMORY = pathlib.Path("/dev/shm")  # a file system that is no disk
WATCHDOG_SECONDS = 10  # as the service's unit has it
PIECES = ("FIELDS", "TOKENS", "JSON", "LIMITS", "SAVED")  # of the price: peers/price.h


class Floor(Server):
    """The bare relay in C, with as many pieces of what a real one must do as are named."""

    def __init__(self, *pieces: str):
        self.pieces = pieces

    def prepare(self, work):
        name = "-".join(["floor", *self.pieces]).lower()
        self.program = compile_c(
            work / name, [HERE / "peers/floor.c"], *(f"-D{piece}" for piece in self.pieces),
            *(["-ldeflate"] if "SAVED" in self.pieces else []),
        )

    def command(self, place):
        return [str(self.program), str(place.port)]


class Holdline(Server):
    has_tls = True

    def __init__(self, binary: pathlib.Path, keeps_calls: bool = True, watchdog: bool = False):
        """`keeps_calls`: in a file in memory, in which they outlive the process as they do under systemd."""
        self.binary, self.keeps_calls, self.watchdog = binary, keeps_calls, watchdog

    def prepare(self, work):
        if not self.watchdog:
            return
        # A copy, so that the memory of the two is not counted as shared.
        self.binary = shutil.copy(self.binary, work / "holdline-watched")

    def calls(self, place: Place) -> pathlib.Path:
        return MEMORY / f"holdline-bench-{os.getpid()}-{place.folder.name}"

    def command(self, place):
        place.write("index.html", "<!doctype html><title>holdline</title>\n")
        file = place.write(
            "holdline.toml",
            f"""listen = ["{"https" if place.tls else "http"}://127.0.0.1:{place.port}"]
state_directory = "{place.folder}/state"
{f'calls_file = "{self.calls(place)}"' if self.keeps_calls else ""}
web_root = "{place.folder}"
log_level = "warning"
[limits]
connections = {connections()}
calls = {connections()}
dials_per_minute = 0
""",
        )
        return [str(self.binary), "serve", "--config", str(file)]

    def environment(self, place):
        if not self.watchdog:
            return {}
        # Nobody listens there: what it tells fails, and takes the same wake-ups.
        return {"NOTIFY_SOCKET": f"{place.folder}/notify", "WATCHDOG_USEC": str(WATCHDOG_SECONDS * 1_000_000)}

    def authority(self, place):
        return place.folder / "state/ca.crt"

    def clean(self, place):
        self.calls(place).unlink(missing_ok=True)


class Nchan(Server):
    """nginx with the module Nchan: a long-polled channel for each peer."""

    relay = "nchan"
    has_tls = True

    def __init__(self):
        path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
        self.program = shutil.which("nginx", path=path)
        if self.program:
            built = subprocess.run([self.program, "-V"], capture_output=True, text=True).stderr
            modules = re.search(r"--modules-path=(\S+)", built)
            self.module = pathlib.Path(modules[1] if modules else "/usr/lib/nginx/modules") / "ngx_nchan_module.so"

    def missing(self):
        if not self.program:
            return "nginx is not installed"
        return None if self.module.exists() else "nginx has no module Nchan (Debian: libnginx-mod-nchan)"

    def command(self, place):
        secure = certificate = ""
        if place.tls:
            certify(place.folder)
            secure = " ssl"
            certificate = f"""
        ssl_certificate {place.folder}/certificate.pem;
        ssl_certificate_key {place.folder}/key.pem;
        ssl_protocols TLSv1.2 TLSv1.3;"""
        # As the superuser nginx would change to another user, who cannot enter this folder.
        user = "user root;" if os.geteuid() == 0 else ""
        folders = "\n    ".join(
            f"{name}_temp_path {place.folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        room = connections() * 5 // 4  # nginx begins to close idle connections where less than a sixteenth is left
        file = place.write(
            "nginx.conf",
            f"""load_module {self.module};
{user}
daemon off;
worker_processes 1;
worker_rlimit_nofile {connections() + SPARE_DESCRIPTORS};
pid {place.folder}/nginx.pid;
error_log {place.folder}/error.log error;
events {{ worker_connections {room}; multi_accept on; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 3600s;
    client_body_buffer_size 64k;
    nchan_shared_memory_size 1024m;
    {folders}
    server {{
        listen 127.0.0.1:{place.port}{secure} backlog=4096;{certificate}
        location = /healthz {{ default_type text/plain; return 200 "OK\\n"; }}
        location = /publish {{
            nchan_publisher; nchan_channel_id $arg_id; nchan_message_buffer_length 64; nchan_message_timeout 60s;
        }}
        location = /subscribe {{
            nchan_subscriber longpoll; nchan_channel_id $arg_id; nchan_subscriber_first_message oldest;
            nchan_longpoll_multipart_response raw; nchan_subscriber_timeout 0;
        }}
    }}
}}
""",
        )
        return [self.program, "-p", str(place.folder), "-c", str(file), "-e", str(place.folder / "error.log")]


class Node(Server):
    """The same protocol in a page of JavaScript, on Node's own HTTP."""

    def __init__(self):
        self.program = shutil.which("node")

    def missing(self):
        return None if self.program else "node is not installed"

    def command(self, place):
        return [self.program, str(HERE / "peers/relay.mjs"), str(place.port)]
