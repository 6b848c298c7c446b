"""A server that is measured: how it is started, when it is ready, and that nothing of it stays."""

import contextlib
import dataclasses
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.request

from .machine import Failure, free_port, pinned

STARTING = 10  # seconds that a server may take to answer
STOPPING = 8  # and to end


@dataclasses.dataclass
class Place:
    """Where a server runs: a folder of its own, and a port."""

    folder: pathlib.Path
    port: int
    tls: bool

    def write(self, name: str, text: str) -> pathlib.Path:
        (self.folder / name).write_text(text)
        return self.folder / name


class Server:
    relay = "holdline"  # what the load speaks with it
    has_tls = False

    def missing(self) -> str | None:
        """Why it cannot take part."""
        return None

    def prepare(self, work: pathlib.Path) -> None:
        """Once, before all rounds."""

    def command(self, place: Place) -> list[str]:
        raise NotImplementedError

    def environment(self, place: Place) -> dict[str, str]:
        return {}

    def authority(self, place: Place) -> pathlib.Path:
        return place.folder / "certificate.pem"

    def clean(self, place: Place) -> None:
        """What it has left outside its folder."""


@contextlib.contextmanager
def running(name: str, server: Server, work: pathlib.Path, tls: bool = False):
    """A fresh server that answers: its process and its place. It and all that it started end with the block."""
    place = Place(pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-", dir=work)), free_port(), tls)
    log = place.folder / "output"
    command, environment = server.command(place), {**os.environ, **server.environment(place)}
    with pinned(-1), log.open("w") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            env=environment,
        )
    try:
        deadline = time.monotonic() + STARTING
        while not answers(place.port, server.authority(place) if tls else None):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"{name} does not start (status {process.poll()}): {log.read_text().strip()[-800:]}")
            time.sleep(0.05)
        yield process, place
        if process.poll() is not None:
            raise Failure(f"{name} ended by itself: {log.read_text().strip()[-800:]}")
    finally:
        process.terminate()
        try:
            process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # workers that their master left behind
        process.wait()
        server.clean(place)
        shutil.rmtree(place.folder, ignore_errors=True)


def answers(port: int, authority: pathlib.Path | None) -> bool:
    handlers = [urllib.request.ProxyHandler({})]
    try:
        if authority:
            handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=authority)))
        direct = urllib.request.build_opener(*handlers)
        scheme = "https" if authority else "http"
        with direct.open(f"{scheme}://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False
