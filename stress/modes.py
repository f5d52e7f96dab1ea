#!/usr/bin/env python3
"""T13: modes, hostile names and links.

    python3 stress/modes.py

Under umask 000, 022 and 077 a quiz, a report to a file, examples and forgetting run under `strace`:
no call creates a file wider than 0600 or a directory wider than 0700, or changes a mode. A hundred
hostile names for a result, each given to report, evidence, compare and forget; a thousand names
of temporary files that are links to a canary; reports onto a link, a hard link and a device.
Outside the data directory nothing changes.

Control: a writer whose files everybody can read.
"""

import stat

from common import *

CREATES = re.compile(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]*)", [A-Z_|]*O_CREAT[A-Z_|]*, (0\d+)\)')
MAKES = re.compile(r'mkdir(?:at)?\((?:AT_FDCWD, )?"([^"]*)", (0\d+)\)')
NAMES = ["..", ".", "/", "../canary", "../../canary", "/etc/passwd", "a/../../canary", "..\\canary", "con", "nul",
         "CON", "aux.json", "canary\n", "\x1b[2J", "-", "--", "-rf", "*", "?", "~", "$HOME", "`id`", ";id", "|id",
         "a" * 255, "a" * 4096, "\u202egnp", "\u200b", "%2e%2e%2fcanary", "....//canary", "lock", "../lock",
         ".coofit-x.tmp", "attempts", "", " ", "\t", "'", '"', "{}", "[]", "\\", "%s%n", "2026-99-99"]
NAMES += [f"{'../' * depth}{name}" for depth in range(1, 15) for name in ("canary", "canary.json", "lock", "x")]


def wide(log, inside):
    """Every call that made something wider than its owner alone."""
    found, seen = [], 0
    with open(log, errors="replace") as file:
        for line in file:
            for pattern, most in ((CREATES, 0o600), (MAKES, 0o700)):
                match = pattern.search(line)
                if match and inside in match[1]:
                    seen += 1
                    if int(match[2], 8) & ~most:
                        found.append(line.strip())
            if re.search(r"\bf?chmod(at2?)?\(", line):
                found.append(line.strip())
    return found, seen


def everything(top):
    found = {}
    for where, names, files in os.walk(top):
        for name in names + files:
            path = os.path.join(where, name)
            found[path] = (os.lstat(path).st_mode, read(path) if os.path.isfile(path) else None)
    return found


def main():
    p = parser(__doc__)
    args = p.parse_args()
    need("strace")
    headline("T13 modes and names", args)
    counts = {"calls that created something": 0, "too wide": 0, "hostile names": 0}
    broken = []
    with scratch() as home:
        coofit, forty = program(args), bank(home, 3)
        log = os.path.join(home, "log")

        def run(command, umask=0o022, said=b"", traced=False):
            wrap = ["strace", "-f", "-qq", "-o", log, "-e", "trace=open,openat,mkdir,mkdirat,chmod,fchmod,fchmodat"]
            return subprocess.run([*(wrap if traced else ()), *command], input=said, capture_output=True, umask=umask,
                                  timeout=PATIENCE, cwd=home, env=NOTHING_ELSE, check=False)

        for umask in (0o000, 0o022, 0o077):
            data = os.path.join(home, f"data-{umask:03o}")
            common = ["--bank", forty, "--data-dir", data]
            for command in (["take", "--plain"], ["report", "--output", f"{data}-report"], ["evidence"],
                            ["take", "--plain", "--observe", "Somebody"], ["forget", "--all", "--yes"]):
                run([coofit, *command, *common], umask, b"1\n2\n3\n", traced=True)
                found, seen = wide(log, home)
                counts["calls that created something"] += seen
                counts["too wide"] += len(found)
                broken += [f"umask {umask:03o}, {command[0]}: {line}" for line in found]
        if not counts["calls that created something"]:
            broken.append("no call was seen")

        # Hostile names.
        data = os.path.join(home, "top", "data")
        os.makedirs(data)
        for name in ("canary", "canary.json", "x", "x.json"):
            with open(os.path.join(home, "top", name), "w") as file:
                file.write("canary")
        common = ["--bank", forty, "--data-dir", data]
        run([coofit, "take", "--plain", *common], said=b"1\n2\n3\n")
        before = everything(os.path.join(home, "top"))
        kept = {path for path in before if "/data/" in path}
        for name in NAMES[:100]:
            counts["hostile names"] += 1
            for command in (["report"], ["evidence"], ["compare"], ["forget", "--yes"]):
                if "\0" in name:
                    continue
                ran = run([coofit, *command, *common, "--", name])
                if ran.returncode not in (1, 2, 3) or b"panicked" in ran.stderr or b"\x1b" in ran.stderr:
                    broken.append(f"{command[0]} {name!r}: exit {ran.returncode}, {ran.stderr[-200:]!r}")
            after = everything(os.path.join(home, "top"))
            if after != before:
                broken.append(f"{name!r}: something changed: {set(after.items()) ^ set(before.items())}"[:300])
                before = after

        # A thousand names of temporary files, all links to a canary.
        directory = os.path.join(data, "attempts")
        for n in range(1000):
            os.symlink(os.path.join(home, "top", "canary"), os.path.join(directory, f".coofit-{n:06}.tmp"))
        run([coofit, "take", "--plain", "--fresh", *common], said=b"3\n2\n1\n")
        counts["links in the place of temporary files"] = 1000
        if read(os.path.join(home, "top", "canary")) != b"canary":
            broken.append("a link was followed")

        # Reports onto what is not theirs.
        out = os.path.join(home, "out")
        os.mkdir(out)
        with open(f"{out}/mine", "w") as file:
            file.write("mine")
        os.link(f"{out}/mine", f"{out}/hard")
        os.symlink("mine", f"{out}/soft")
        os.symlink("new", f"{out}/dangling")
        for name, force, may in (("mine", False, False), ("hard", False, False), ("soft", False, False),
                                 ("dangling", False, False), ("soft", True, False), ("dangling", True, False),
                                 ("hard", True, True)):
            ran = run([coofit, "report", *common, "--output", f"{out}/{name}", *(["--force"] if force else [])])
            counts["reports onto something"] = counts.get("reports onto something", 0) + 1
            if (ran.returncode == 0) != may or read(f"{out}/mine") != b"mine" or os.path.exists(f"{out}/new"):
                broken.append(f"report onto {name} (force {force}): exit {ran.returncode}, {ran.stderr!r}")
        ran = run([coofit, "report", *common, "--output", "/dev/null", "--force"])
        if ran.returncode or not stat.S_ISCHR(os.stat("/dev/null").st_mode):
            broken.append("a device was replaced")
        assert kept

        if not args.no_control:
            data = os.path.join(home, "control")
            run(control("wide", data, 3), 0o000, b"1\n2\n3\n", traced=True)
            counts["calls of the control were too wide"] = len(wide(log, home)[0])
            if not counts["calls of the control were too wide"]:
                broken.append("the control was not seen")
    done(counts, True, broken)


if __name__ == "__main__":
    main()
