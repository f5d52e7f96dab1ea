#!/usr/bin/env python3
"""How long a person waits for coofit, measured in a real pseudo-terminal.

    cargo build --release --locked
    python3 benches/latency.py

Needs Python 3.9 or later and nothing else; Unix only. Prints a Markdown table.

first question  from just before the process is started to the moment when the first question has
                been read from the terminal, for `coofit take --form full --fresh` and an empty data
                directory; and the same for `/bin/echo`, started in turn with it. What coofit takes
                beyond echo is the difference of the two medians.
next question   from just before the key that settles a question is written to the terminal, to the
                moment when the next question has been read from it. The answer is saved in between:
                written, synced and renamed, so this depends on the disk. The last question, which
                is followed by the report, is left out.
binary          the size of the file, stripped.
"""

import argparse
import fcntl
import json
import os
import platform
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PATIENCE = 10.0


def start(argv, env):
    """Starts a program in a terminal of its own, 80 by 24; gives its process id, the terminal and the time."""
    began = time.perf_counter()
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.execve(argv[0], argv, env)
    return pid, fd, began


def read_until(fd, pattern):
    """Reads until the pattern is there; gives the time of the read that completed it, and the text."""
    seen = b""
    while True:
        if not select.select([fd], [], [], PATIENCE)[0]:
            sys.exit(f"waited {PATIENCE} s for {pattern!r}; the terminal shows:\n{seen.decode(errors='replace')}")
        seen += os.read(fd, 65536)
        now = time.perf_counter()
        if re.search(pattern, seen):
            return now, seen


def end(pid, fd):
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        pass
    os.close(fd)
    os.waitpid(pid, 0)


def environment(data_dir):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "TERM": "xterm-256color", "COOFIT_DATA_DIR": data_dir}


def first_question(program, scratch):
    data_dir = tempfile.mkdtemp(dir=scratch)
    pid, fd, began = start([program, "take", "--form", "full", "--fresh"], environment(data_dir))
    # The last row of a question names the keys.
    seen, _ = read_until(fd, rb"1 of \d+\b(?s:.*)Ctrl-C")
    end(pid, fd)
    return seen - began


def echo(scratch):
    pid, fd, began = start(["/bin/echo", "ready"], environment(scratch))
    seen, _ = read_until(fd, rb"ready")
    end(pid, fd)
    return seen - began


def keys_for(item, number):
    """The keys that answer an item; the last of them settles it. A key that comes again at once is held
    down and answers nothing, so questions next to each other get different keys."""
    answer = item["answer"]
    if answer["kind"] == "rating":
        return [b"4" if number % 2 else b"3"]
    if answer["kind"] == "choice":
        return [b"2" if number % 2 else b"3"]
    if answer["kind"] == "checklist":
        return [b"1", b"\r"]
    return [*(bytes([byte]) for byte in str(int(answer["max"]) // 2).encode()), b"\r"]


def next_question(program, items, scratch):
    """One run through the full form; the wait after each settling key but the last."""
    data_dir = tempfile.mkdtemp(dir=scratch)
    pid, fd, _ = start([program, "take", "--form", "full", "--fresh"], environment(data_dir))
    read_until(fd, rb"1 of %d\b(?s:.*)Ctrl-C" % len(items))
    waits = []
    for number, item in enumerate(items[:-1], start=1):
        *before, last = keys_for(item, number)
        # A person looks at the question before each key, so the disk is at rest.
        for key in before:
            time.sleep(0.03)
            os.write(fd, key)
            read_until(fd, rb"Ctrl-C")
        time.sleep(0.03)
        pressed = time.perf_counter()
        os.write(fd, last)
        shown, _ = read_until(fd, rb"(?<!\d)%d of %d\b(?s:.*)Ctrl-C" % (number + 1, len(items)))
        waits.append(shown - pressed)
    end(pid, fd)
    return waits


def row(name, times):
    ms = sorted(1000 * seconds for seconds in times)
    at = lambda share: ms[min(len(ms) - 1, int(share * len(ms)))]
    print(f"| {name} | {len(ms)} | {statistics.median(ms):.1f} | {at(0.05):.1f} | {at(0.95):.1f} | {ms[-1]:.1f} |")
    return statistics.median(ms)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, "target", "release", "coofit"))
    parser.add_argument("--starts", type=int, default=100, help="how often each program is started")
    parser.add_argument("--runs", type=int, default=3, help="how often the full form is gone through")
    args = parser.parse_args()
    program = os.path.abspath(args.program)
    bank = json.loads(subprocess.run([program, "bank", "show", "--format", "json"], capture_output=True, check=True).stdout)

    scratch = tempfile.mkdtemp(prefix="coofit-latency-")
    try:
        ours, theirs = [], []
        for _ in range(args.starts):
            theirs.append(echo(scratch))
            ours.append(first_question(program, scratch))
        waits = [wait for _ in range(args.runs) for wait in next_question(program, bank["items"], scratch)]
    finally:
        shutil.rmtree(scratch)

    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| milliseconds | times | median | 5 % | 95 % | longest |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    echoed = row("start to `/bin/echo` on screen", theirs)
    asked = row("start to first question", ours)
    row("key to next question, saved", waits)
    print(f"\nfirst question beyond echo: {asked - echoed:.1f} ms (difference of medians)")
    print(f"binary: {os.path.getsize(program) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
