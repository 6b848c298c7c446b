"""What the bench asks of the machine: cores, descriptors, ports, a compiler."""

import contextlib
import os
import pathlib
import resource
import socket
import subprocess

HERE = pathlib.Path(__file__).resolve().parent.parent
CONNECTIONS = 19_000  # that a server takes, where the limit on descriptors lets it
SPARE_DESCRIPTORS = 500  # of a server, beside its connections


class Failure(Exception):
    """Something that ends the run, in words for the one who started it."""


def connections() -> int:
    """How many a server may take. Raises this process's limit on open files; what it starts inherits that."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 2 * CONNECTIONS) if hard != resource.RLIM_INFINITY else 2 * CONNECTIONS
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return min(CONNECTIONS, wanted - SPARE_DESCRIPTORS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def pinned(place: int):
    """Processes started inside stay on one core: the first that is ours for the load, the last for the server."""
    cores = os.sched_getaffinity(0)
    if len(cores) > 1:
        os.sched_setaffinity(0, {sorted(cores)[place]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def compile_c(output: pathlib.Path, sources: list[pathlib.Path], *flags: str) -> pathlib.Path:
    command = [os.environ.get("CC", "cc"), "-std=c11", "-O2", "-Wall", "-o", str(output), *map(str, sources), *flags]
    try:
        subprocess.run(command, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure(f"{output.name} cannot be compiled: {error}") from None
    return output


def certify(folder: pathlib.Path) -> pathlib.Path:
    """A certificate for 127.0.0.1 that is its own authority, of the kind that holdline makes for itself: P-256."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-subj", "/CN=bench", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except OSError as error:
        raise Failure(f"openssl does not start: {error}") from None
    except subprocess.CalledProcessError as error:
        raise Failure(f"openssl makes no certificate: {error.stderr.strip()}") from None
    return folder / "certificate.pem"


def processes(root: int) -> list[int]:
    """A process and all its descendants."""
    found = [root]
    for pid in found:
        for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += map(int, children.read_text().split())
    return found
