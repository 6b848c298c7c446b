"""The manual names every key and every flag that there is, each with its default, and none that there is not."""

import re
import subprocess

from support.daemon import BINARY, REPOSITORY

MANUAL = REPOSITORY / "packaging/man"
REFERENCE = (REPOSITORY / "etc/holdline/holdline.toml").read_text(encoding="utf-8")


def reference() -> dict[str, str]:
    """Every key of the reference file in full, with its value; that of an example is not a default."""
    keys, table, of_example = {}, "", False
    for line in REFERENCE.splitlines():
        if header := re.fullmatch(r"(#?)\[+(\w+)\]+", line):
            table, of_example = header[2] + ".", bool(header[1])
        elif entry := re.fullmatch(r"(#?)(\w+) = (.*)", line):
            name = (table if not of_example or line.startswith("#") else "") + entry[2]
            keys.setdefault(name, "none" if entry[1] else entry[3])
    return keys


def manual() -> dict[str, str]:
    """Every key of holdline.toml(5), with its default."""
    keys, table = {}, ""
    for line in (MANUAL / "holdline.toml.5").read_text(encoding="utf-8").splitlines():
        if section := re.match(r"\.S[sh] (?:Tables? \[+(\w+)\]+)?", line):
            table = f"{section[1]}." if section[1] else ""
        elif item := re.match(r"\.It Ic (\w+)", line):
            name = table + item[1]
        elif line.startswith("Default:"):
            keys[name] = line.removeprefix("Default:").strip(" .")
        elif line.startswith(".Li ") and keys.get(name, None) == "":
            keys[name] = line.removeprefix(".Li ").removesuffix(" .").replace("\\(dq", '"')
    return keys


def test_every_key_is_there_with_its_default():
    told = {name: "none" if default.startswith("none") else default for name, default in manual().items()}
    assert told == reference()


def test_every_key_says_its_type_and_when_it_counts():
    text = (MANUAL / "holdline.toml.5").read_text(encoding="utf-8")
    for entry in re.split(r"^\.It Ic ", text, flags=re.MULTILINE)[1:]:
        assert re.search(r"^Type: ", entry, re.MULTILINE), entry
        assert re.search(r"^Applied by: (reload|restart)\.$", entry, re.MULTILINE), entry


def test_every_flag_is_there():
    text = (MANUAL / "holdline.8").read_text(encoding="utf-8")
    for command in ("serve", "check", "status", "trust"):
        done = subprocess.run([BINARY, command, "--help"], capture_output=True, text=True)
        assert f"USAGE: holdline {command}" in done.stdout, f"no such command: {command}"
        assert f".It Cm {command}" in text
        for flag in set(re.findall(r"--([a-z-]+)", done.stdout)):
            assert f"Fl -{flag}" in text, flag


def test_the_manual_is_well_formed():
    for page in MANUAL.iterdir():
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
