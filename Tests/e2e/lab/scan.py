"""What a camera makes of a QR code."""

import pathlib
import subprocess


def scan(picture: pathlib.Path) -> str:
    """The text of the only code in a picture."""
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture], capture_output=True, text=True
    )
    assert done.returncode == 0, f"no code in {picture}: {done.stderr}"
    return done.stdout.removesuffix("\n")
