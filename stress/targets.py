#!/usr/bin/env python3
"""Builds the program for each system, runs it there as far as this machine can, and compares the outputs.

    python3 stress/targets.py              all targets; half an hour on two cores
    python3 stress/targets.py musl wine    only targets whose row names one of these words
    python3 stress/targets.py --suite      also the tests, under wine; needs minutes more

For a plain Debian machine with

    apt-get install mingw-w64 wine wine64 qemu-user
    pip install ziglang cargo-zigbuild
    rustup target add TARGET...

What is missing is named and skipped. Every program must print the same bytes as the one of this machine.
The form on Windows is asked ten keys through a pseudo-terminal, stopped with Ctrl-C, and resumed.
The exit code is 1 if anything failed.

Control: a program that prints one byte more must count as different.
"""

import argparse
import fcntl
import glob
import pty
import struct
import termios
import zipfile

from common import *

sys.path.insert(0, os.path.join(ROOT, "packaging"))
import archive

# A target, how it is built or checked, and what runs it. Without a runner it is only built.
TARGETS = [
    ("x86_64-unknown-linux-musl", "build", []),
    ("aarch64-unknown-linux-musl", "build", ["qemu-aarch64"]),
    ("x86_64-pc-windows-gnu", "build", ["wine"]),
    ("aarch64-pc-windows-gnullvm", "zigbuild", None),
    ("universal2-apple-darwin", "zigbuild", None),
    ("x86_64-pc-windows-gnu", "clippy", None),
    ("x86_64-pc-windows-msvc", "clippy", None),
    ("x86_64-apple-darwin", "clippy", None),
    ("aarch64-apple-darwin", "clippy", None),
]
COMMANDS = [
    "bank check", "bank show", "role", "role --list", "score sample.json", "score sample.json --full",
    "score sample.json --format html", "score sample.json --format json", "score sample.json --explain",
    "score sample.json --format ics", "page", "--bank bank cohort cohort.csv", "bank export --to xlsform -o form.xlsx",
    "bank audit bank", "score nothing-there.json",
]
# Wine 8 lacks what Rust gets its random numbers from.
RANDOM = """#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE p, SIZE_T n) { return SystemFunction036(p, (ULONG)n); }
"""
# Wine reads its terminal only once a program has waited for a key or looked for one, as every shell does.
SHELL = """#include <windows.h>
#include <process.h>
static BOOL WINAPI stay(DWORD event) { return TRUE; }
int main(int n, char **args) {
    INPUT_RECORD record;
    DWORD read;
    PeekConsoleInputW(GetStdHandle(STD_INPUT_HANDLE), &record, 1, &read);
    SetConsoleCtrlHandler(stay, TRUE);
    return (int)_spawnvp(_P_WAIT, args[1], (const char *const *)(args + 1));
}
"""
# Stands for a C compiler and its archiver: a check links nothing, so what crates of the tests have in C is not needed.
NO_COMPILER = """#!/bin/sh
for word; do case $word in -out:*) : >"${word#-out:}" ;; esac; done
"""


def run(command, cwd, stdin=b"", env=None):
    ran = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, env=env, timeout=600)
    return ran.returncode, ran.stdout, ran.stderr


def lacking(target, how, runner):
    """What this machine lacks for a target."""
    listed = subprocess.run(["rustup", "target", "list", "--installed"], capture_output=True, text=True)
    # The program for both processors of a Mac is two in one file.
    halves = [target.replace("universal2", cpu) for cpu in ("x86_64", "aarch64")]
    for half in dict.fromkeys(halves):
        if half not in listed.stdout.split():
            return f"rustup target add {half}"
    tools = {"zigbuild": ["cargo-zigbuild"], "clippy": ["cargo-clippy"]}.get(how, [])
    tools = tools + (["x86_64-w64-mingw32-gcc"] if target.endswith("windows-gnu") else []) + (runner or [])
    for tool in tools:
        if shutil.which(tool) is None:
            return tool
    return None


def build(target, how, top):
    """The built program, None after a check of the program and its tests."""
    command = ["cargo", how, "--locked", "--target", target]
    command += ["--all-targets", "--", "-D", "warnings"] if how == "clippy" else ["--release"]
    try:
        if how == "build":
            # As it is published.
            return archive.build(target)
        stub = os.path.join(top, "cc")
        with open(stub, "w") as file:
            file.write(NO_COMPILER)
        os.chmod(stub, 0o755)
        env = dict(os.environ, **({"TARGET_CC": stub, "TARGET_AR": stub} if how == "clippy" else {}))
        subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as failed:
        raise Broken(f"{' '.join(command)}: {(failed.stderr or '').strip()[-400:]}") from failed
    if how == "clippy":
        return None
    path = os.path.join(ROOT, "target", target, "release", "coofit.exe" if "windows" in target else "coofit")
    # The frameworks of macOS are not on this machine, and the program needs none.
    frameworks = re.findall(rb"[\w./]+\.framework", open(path, "rb").read())
    if frameworks:
        raise Broken(f"the program needs {frameworks[0].decode()}")
    return path


def transcript(command, top):
    """What a program prints to each command, and to a whole quiz."""
    room = tempfile.mkdtemp(dir=top)
    shutil.copy(os.path.join(ROOT, "tests/data/sample-answers.json"), os.path.join(room, "sample.json"))
    shutil.copy(os.path.join(ROOT, "tests/data/cohort.csv"), room)
    shutil.copytree(os.path.join(ROOT, "tests/data/banks/plain"), os.path.join(room, "bank"))
    said = []
    for line in COMMANDS:
        code, out, err = run(command + line.split(), room)
        if "nothing-there" in line:
            # Each system words its own errors.
            err = err.split(b":")[0]
        said.append((line, code, out, err))
    take = command + ["--data-dir", "data", "take", "--plain", "--form", "quick"]
    half, rest = b"3\n" * 20 + b"q\n", b"3\n" * 400
    said.append(("take", *run(take, room, half)))
    said.append(("resume", *run(take, room, rest)))
    said.append(("report", *run(command + ["--data-dir", "data", "report", "--full"], room)))
    # An archive names the kind of system that made it.
    with zipfile.ZipFile(os.path.join(room, "form.xlsx")) as book:
        said += [(f"the workbook, {name}", book.read(name)) for name in book.namelist()]
    return said


def compare(wanted, got):
    for want, have in zip(wanted, got):
        if want != have:
            one, other = repr(want[1:]), repr(have[1:])
            at = max(0, len(os.path.commonprefix([one, other])) - 50)
            raise Broken(f"`{want[0]}` prints something else:\n{one[at:at + 300]}\n{other[at:at + 300]}")


def wine(top):
    """A home for wine, and a shell for the test of the form."""
    env = dict(os.environ, WINEPREFIX=os.path.join(top, "wine"), WINEDEBUG="-all")
    subprocess.run(["wineboot", "-i"], env=env, capture_output=True, timeout=300)
    os.environ.update(env)
    library = os.path.join(top, "wine/drive_c/windows/system32/bcryptprimitives.dll")
    for source, target, flags in [(RANDOM, library, ["-shared", "-ladvapi32"]), (SHELL, os.path.join(top, "shell.exe"), [])]:
        if os.path.exists(target):
            continue
        file = os.path.join(top, "part.c")
        with open(file, "w") as part:
            part.write(source)
        subprocess.run(["x86_64-w64-mingw32-gcc", "-O1", file, "-o", target] + flags, check=True)


def typed(top, program, arguments, keys):
    """Types keys into the form; its exit code and all that it drew. The next key waits for the next picture."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp("wine", ["wine", os.path.join(top, "shell.exe"), program] + arguments)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    drawn = b""
    for key in keys + [None]:
        quiet, deadline = 0.0, time.time() + PATIENCE
        is_new = False
        while time.time() < deadline and (quiet < 1.0 or not is_new):
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    part = os.read(terminal, 65536)
                except OSError:
                    break
                drawn, quiet, is_new = drawn + part, 0.0, is_new or any(word in part for word in (b" of ", b"Saved", b" rows"))
            else:
                quiet += 0.1
        if key is not None:
            os.write(terminal, key)
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), drawn


def form(top, program):
    """Ten keys, Ctrl-C, and the question after it."""
    home = tempfile.mkdtemp(dir=top)
    arguments = ["--data-dir", "Z:" + home, "take", "--form", "quick"]
    keys = [b"3", b"4", b"2", b"\x1b[B", b"\r", b"5", b"\x1b", b"1", b"s", b"2", b"\x03"]
    code, drawn = typed(top, program, arguments, keys)
    (file,) = glob.glob(os.path.join(home, "attempts", "*.json"))
    given = list(json.load(open(file))["body"]["answers"].values())
    # The arrow and Enter are one answer, Esc goes back to it, s skips.
    wanted = sorted([3, 4, 2, 1, 1, 2, None], key=str)
    if code != 130 or sorted(given, key=str) != wanted or b"resumes at question" not in drawn:
        raise Broken(f"the form ended with {code} and kept {given}: {drawn[-300:]!r}")
    code, drawn = typed(top, program, arguments, [b"\r", b"4", b"\x03"])
    n = len(json.load(open(file))["body"]["answers"])
    if code != 130 or b"Resume at question" not in drawn or n != len(wanted) + 1:
        raise Broken(f"the form resumed with {code} and kept {n} answers: {drawn[-300:]!r}")


def waiting(top, program):
    """Ctrl-C while standard input is waited for leaves nothing unfinished."""
    room = tempfile.mkdtemp(dir=top)
    bank = "Z:" + os.path.join(ROOT, "tests/data/banks/plain")
    code, drawn = typed(top, program, ["--bank", bank, "cohort", "-", "-o", f"Z:{room}/out.csv"], [b"\x03"])
    if code != 130 or os.listdir(room):
        raise Broken(f"a cohort without rows ended with {code} and left {os.listdir(room)}: {drawn[-300:]!r}")


def suite():
    """The tests of the repository, under wine."""
    cargo = ["cargo", "test", "--locked", "--target", "x86_64-pc-windows-gnu", "--no-run"]
    built = subprocess.run(cargo, cwd=ROOT, capture_output=True, text=True)
    programs = re.findall(r"\(([^)]*\.exe)\)", built.stderr)
    env = dict(os.environ, CARGO_MANIFEST_DIR=ROOT, RUST_TEST_THREADS="4")
    n = 0
    for path in programs:
        ran = subprocess.run(["wine", os.path.join(ROOT, path)], cwd=ROOT, env=env, capture_output=True, text=True)
        passed = re.search(r"(\d+) passed; (\d+) failed", ran.stdout)
        if ran.returncode != 0 or passed is None:
            raise Broken(f"{path}: {re.findall('^test (.*) ... FAILED', ran.stdout, re.M)}")
        n += int(passed[1])
    if n == 0:
        raise Broken(f"no tests: {built.stderr[-300:]}")
    return n


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("words", nargs="*", help="only targets whose row names one of these")
    p.add_argument("--suite", action="store_true", help="run the tests under wine too")
    args = p.parse_args()
    args.program = None
    failed = False
    with scratch() as top:
        # An older program of this machine would differ from the others rightly.
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
        native = program(args)
        wanted = transcript([native], top)
        compare(wanted, transcript([native], top))
        changed = [wanted[0][:2] + (wanted[0][2] + b" ",) + wanted[0][3:]] + wanted[1:]
        try:
            compare(wanted, changed)
            sys.exit("the control passed: this compares nothing")
        except Broken:
            print(f"the outputs of this machine: {len(wanted)} commands", flush=True)
        for target, how, runner in TARGETS:
            row = f"{target} {how} {' '.join(runner or [])}"
            if args.words and not any(word in row for word in args.words):
                continue
            missing = lacking(target, how, runner)
            if missing:
                print(f"{target}: skipped, this machine has no {missing}", flush=True)
                continue
            try:
                start = time.time()
                built = build(target, how, top)
                done = [f"{'checked' if built is None else 'built'} in {time.time() - start:.0f} s"]
                if built:
                    done.append(f"{os.path.getsize(built) / 1e6:.1f} MB")
                if built and runner is not None:
                    if runner == ["wine"]:
                        wine(top)
                    compare(wanted, transcript(runner + [built], top))
                    done.append("the same bytes")
                    if runner == ["wine"]:
                        form(top, built)
                        waiting(top, built)
                        done.append("the form: ten keys, Ctrl-C, resume; Ctrl-C leaves no temporary file")
                        done += [f"{suite()} tests"] if args.suite else []
                else:
                    done.append("not run")
                print(f"{target}: {', '.join(done)}", flush=True)
            except Broken as broken:
                failed = True
                print(f"{target}: FAILED: {broken}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
