"""schemathesis asks for what docs/openapi.yaml allows and for what it does not, and holds each answer against it."""

import os
import subprocess
import sys
from pathlib import Path

from support.openapi import PATH
from support.tls import Secure

HERE = Path(__file__).parent
# It ends within a minute on an idle machine.
PATIENCE = 300


def test_the_daemon_does_what_the_document_says(start, tmp_path):
    web = tmp_path / "web"
    (web / "trust").mkdir(parents=True)
    for name in ("index.html", "trust/index.html"):
        (web / name).write_text("<!doctype html>")
    secure = Secure(start, tmp_path, web_root=str(web), relay={"poll_seconds": 1}, limits={"dials_per_minute": 0})
    command = [
        Path(sys.executable).parent / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run", PATH,
        "--url", f"http://127.0.0.1:{secure.plain_port}",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"SCHEMATHESIS_HOOKS": "openapi_hooks", "PYTHONPATH": str(HERE)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout
    assert "Tested: 15" in done.stdout and "generated" in done.stdout, done.stdout
