"""What the stress scripts share: the program, a bank of forty questions, talking, judging.

Nothing here is linked into the program, and the program has no hooks for it: what a script knows, it
knows from the questions that were asked and from the files on disk, read by a second decoder.
"""

import argparse
import json
import os
import platform
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CONTROL = os.path.join(ROOT, "stress", "control.py")
ITEMS = 40
# Longer than any step may take; after it the program counts as hung.
PATIENCE = 20.0
QUESTION = re.compile(rb"^Question (\d+) of (\d+)\.", re.M)
NOTHING_ELSE = {"PATH": "/usr/bin:/bin", "TZ": "UTC"}


class Broken(Exception):
    """The program did not keep a promise."""


def skip(why):
    """Ends the script aloud: what could not be run is not passed."""
    print(f"skipped: {why}", flush=True)
    sys.exit(0)


def parser(doc):
    p = argparse.ArgumentParser(description=doc.splitlines()[0])
    p.add_argument("--program", help="the coofit to test (default: target/release/coofit, built if missing)")
    p.add_argument("--seed", type=int, default=1, help="for what is chosen by chance")
    p.add_argument("--control", action="store_true", help="run the negative control only")
    p.add_argument("--no-control", action="store_true", help="leave the negative control out")
    return p


def program(args):
    """The path of the program under test."""
    if args.program:
        return os.path.abspath(args.program)
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
    path = os.path.join(target, "release", "coofit")
    if not os.path.exists(path):
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    return path


def need(*tools):
    """Skips when a tool is missing."""
    for tool in tools:
        if shutil.which(tool) is None and not os.path.exists(f"/usr/sbin/{tool}"):
            skip(f"this machine has no {tool}")


def machine():
    return f"{platform.system()} {platform.release().split('-')[0]}, {os.cpu_count()} cores"


def headline(name, args):
    print(f"{name}: {machine()}, seed {args.seed}", flush=True)


BANK = """format = 1
id = "forty"
title = "Forty questions"
edition = "1"
language = "en"

[formats.agreement]
labels = ["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"]

[[part]]
id = "all"
title = "All"
intro = "All questions."
file = "all.toml"
side = "demands"
weight = 1
"""

SCALE = """[[scale]]
id = "trait"
title = "Trait"
kind = "trait"
about = "How you are."
low = "Little of it shows."
high = "A lot of it shows."
"""

ITEM = """
[[item]]
id = "item-{n:02}"
scale = "trait"
ask = "I am like number {n}."
answer = "agreement"
quick = true
"""


def bank(directory, items=ITEMS):
    """Writes a bank of rating questions, and gives its directory."""
    path = os.path.join(directory, "bank")
    os.makedirs(path, exist_ok=True)
    with open(os.path.join(path, "bank.toml"), "w") as file:
        file.write(BANK)
    with open(os.path.join(path, "all.toml"), "w") as file:
        file.write(SCALE + "".join(ITEM.format(n=n) for n in range(1, items + 1)))
    return path


def chosen(chance, items=ITEMS):
    """An answer for every question."""
    return [chance.randint(1, 5) for _ in range(items)]


def lines(answers):
    return "".join(f"{answer}\n" for answer in answers).encode()


def take(coofit, bank_dir, data, *more):
    return [coofit, "take", "--plain", "--bank", bank_dir, "--data-dir", data, *more]


def control(way, data, items=ITEMS):
    """The deliberately broken writer, which speaks as the program does."""
    return [sys.executable, "-S", CONTROL, way, data, str(items)]


class Talk:
    """A run of the program whose questions are read as they come."""

    def __init__(self, command, cwd=None, env=None, **more):
        self.child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            cwd=cwd, env={**NOTHING_ELSE, **(env or {})}, start_new_session=True, **more)
        self.said = b""

    def say(self, text):
        try:
            self.child.stdin.write(text)
            self.child.stdin.flush()
        except BrokenPipeError:
            pass

    def more(self, timeout):
        """Reads what is there; false at the end of the stream or when nothing came in time."""
        if not select.select([self.child.stderr], [], [], timeout)[0]:
            return False
        chunk = os.read(self.child.stderr.fileno(), 1 << 16)
        self.said += chunk
        return bool(chunk)

    def asked(self):
        """The highest question asked so far; every one before it is answered and acknowledged."""
        numbers = [int(number) for number, _ in QUESTION.findall(self.said)]
        return max(numbers, default=0)

    def until(self, number):
        deadline = time.monotonic() + PATIENCE
        while self.asked() < number:
            left = deadline - time.monotonic()
            if left <= 0 or not self.more(left):
                raise Broken(f"question {number} never came; last said: {self.said[-300:]!r}")

    def kill(self):
        """Kills it at once, then reads what it had said by then."""
        self.child.send_signal(signal.SIGKILL)
        while self.more(PATIENCE):
            pass
        return self.end()

    def end(self, timeout=PATIENCE):
        try:
            self.child.stdin.close()
        except BrokenPipeError:
            pass
        deadline = time.monotonic() + timeout
        while self.more(max(0.0, deadline - time.monotonic())):
            pass
        try:
            code = self.child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise Broken("it hangs") from None
        self.child.stderr.close()
        return code


def decode(text):
    """The body of an attempt file, by a decoder that shares nothing with the program's."""
    match = re.fullmatch(
        rb'\{"format":"coofit-attempt","version":1,"check":"([0-9a-f]{8})","body":(\{.*\})\}\n?', text, re.S)
    if not match:
        raise ValueError("it is no attempt file")
    if f"{zlib.crc32(match[2]):08x}" != match[1].decode():
        raise ValueError("its checksum is wrong")
    return json.loads(match[2])


def seal(body):
    """An attempt file around a body."""
    body = json.dumps(body, separators=(",", ":")).encode()
    return (b'{"format":"coofit-attempt","version":1,"check":"%08x","body":%s}\n' % (zlib.crc32(body), body))


def attempts(data):
    """The attempt files in a data directory, the latest name last."""
    directory = os.path.join(data, "attempts")
    try:
        names = os.listdir(directory)
    except FileNotFoundError:
        return []
    shown = [name for name in names if name.endswith(".json") and not name.startswith(".")]
    return [os.path.join(directory, name) for name in sorted(shown, key=lambda name: (len(name), name))]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def listed(given):
    """An `answers` object as a list from the first question on."""
    return [given.get(f"item-{n:02}") for n in range(1, len(given) + 1)]


def on_disk(data):
    """The answers of the latest attempt; None without a file."""
    files = attempts(data)
    return listed(decode(read(files[-1]))["answers"]) if files else None


def printed(said):
    """The answers that were printed because they could not be saved; None when there are none."""
    start = said.find(b"\n{")
    return listed(json.loads(said[start:])["answers"]) if start >= 0 else None


def judge(data, answers, acknowledged):
    """Says what became of the acknowledged answers: safe, lost or unreadable."""
    try:
        got = on_disk(data)
    except (ValueError, OSError):
        return "unreadable"
    got = got or []
    return "safe" if len(got) >= acknowledged and got == answers[:len(got)] else "lost"


def scratch(directory=None, in_memory=False):
    if in_memory and os.path.isdir("/dev/shm"):
        directory = "/dev/shm"
    return tempfile.TemporaryDirectory(prefix="coofit-stress-", dir=directory, ignore_cleanup_errors=True)


def done(counts, wanted, broken=()):
    """Prints the verdict, and ends with 0 when every promise was kept."""
    for what in broken:
        print(f"BROKEN: {what}")
    print(", ".join(f"{count} {what}" for what, count in counts.items()), flush=True)
    ok = wanted and not broken
    print("passed" if ok else "FAILED", flush=True)
    sys.exit(0 if ok else 1)
