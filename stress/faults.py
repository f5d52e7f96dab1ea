#!/usr/bin/env python3
"""T2: every system call of the write path fails once, fails from then on, or is the last one.

    python3 stress/faults.py [--answers 4]

`strace` first records a run without faults. Each call that touches the data directory (files opened,
written, synced, renamed, closed, locked, listed; directories made) is then made to fail with each of
eight errors (reading, looking and closing: two), by its number among the calls of its name; then from
its number on; and then to be the last one of the process (SIGKILL). After each run: no acknowledged
answer is lost, the answers are all in the file or printed, the file is whole, and a run that could not
save names the path and the cause.
A run from a paused attempt is swept too, so that faults on the way in are met.

Control: a writer that ignores refusals and writes over the old file.
"""

import errno

from common import *

ERRORS = ["ENOSPC", "EIO", "EDQUOT", "EROFS", "EMFILE", "EACCES", "EINTR", "ENOMEM"]
CALLS = "openat,mkdir,write,fsync,fdatasync,rename,renameat,renameat2,linkat,link,unlink,unlinkat,close," \
        "flock,fcntl,getdents64,statx,newfstatat,ftruncate,fchmod,chmod,read,lseek"
# Calls that also serve the terminal or the bank; failing them all would break more than the disk.
ONCE_ONLY = {"write", "close", "fcntl", "read", "statx", "newfstatat", "lseek"}
# Calls that write nothing get fewer errors. Closing a directory that was listed must not fail with EIO:
# no kernel does that, and Rust's standard library panics (nothing is lost even then).
FEW = {name: ["EIO", "EINTR"] for name in ONCE_ONLY - {"write", "close"}} | {"close": ["EINTR"]}


def trace(command, text, log, inject=None, only=None):
    """Runs under strace; gives the exit code and what was said."""
    names = inject.partition(":")[0] if inject else CALLS
    wrapped = ["strace", "-f", "-y", "-qq", "-o", log, "-e", f"trace={names}"]
    if "signal=" not in (inject or ""):
        # Faster; but then no signal is delivered.
        wrapped.insert(2, "--seccomp-bpf")
    if inject:
        wrapped += ["-e", f"inject={inject}"]
    if only:
        wrapped += ["-P", only]
    ran = subprocess.run(wrapped + command, input=text, capture_output=True, timeout=PATIENCE, env=NOTHING_ELSE)
    return ran.returncode, ran.stderr


def calls(log, data):
    """Every traced call that names something in the data directory: name and number among its name."""
    seen, found = {}, []
    with open(log, errors="replace") as file:
        for line in file:
            match = re.match(r"^\d+ +(\w+)\((.*)$", line)
            if not match:
                continue
            name = match[1]
            seen[name] = seen.get(name, 0) + 1
            if data in match[2]:
                found.append((name, seen[name], match[2]))
    return found


def all_kept(data):
    """The answers of every attempt, the earliest first."""
    return [listed(decode(read(path))["answers"]) for path in attempts(data)]


class Sweep:
    def __init__(self, coofit, home, n, chance):
        self.coofit, self.home, self.n = coofit, home, n
        self.bank = bank(home, n)
        self.answers = chosen(chance, n)
        self.counts = {"runs": 0, "faults hit": 0, "kills": 0, "absorbed": 0, "told with path and cause": 0,
                       "began anew, aloud": 0, "lost": 0, "unreadable": 0}
        self.broken = []

    def prepare(self, before):
        """An empty data directory, or one with a paused attempt."""
        data = tempfile.mkdtemp(prefix="data-", dir=self.home)
        if before:
            subprocess.run(take(self.coofit, self.bank, data), input=lines(self.answers[:before]) + b"q\n",
                           capture_output=True, env=NOTHING_ELSE, check=False)
        else:
            os.rmdir(data)
        return data

    def case(self, before, inject, what, kill):
        data = self.prepare(before)
        log = os.path.join(self.home, "log")
        text = lines(self.answers[before:])
        label = f"{what} (after {before} answers)"
        try:
            code, said = trace(take(self.coofit, self.bank, data), text, log, inject)
        except subprocess.TimeoutExpired:
            self.broken.append(f"{label}: hangs")
            return
        self.counts["runs"] += 1
        if self.counts["runs"] % 200 == 0:
            print(f"{self.counts}, {self.broken[-1:]}", flush=True)
        with open(log, errors="replace") as file:
            logged = file.read()
        hit = code in (-9, 137) if kill else "(INJECTED)" in logged
        if not hit:
            shutil.rmtree(data, ignore_errors=True)
            return
        self.counts["kills" if kill else "faults hit"] += 1
        asked = max([int(number) for number, _ in QUESTION.findall(said)], default=0)
        try:
            kept = all_kept(data)
        except ValueError as error:
            self.counts["unreadable"] += 1
            self.broken.append(f"{label}: {error}")
            return
        shown = printed(said)
        if b"panicked" in said:
            self.broken.append(f"{label}: a panic")
        if kill:
            # Killed: everything before the last question asked is on disk.
            last = kept[-1] if kept else []
            whole = last == self.answers[:len(last)] and len(last) >= max(before, asked - 1)
        elif code == 0:
            whole = kept[-1] == self.answers
        elif code == 130:
            # It could not see the paused attempt and said so; both are there.
            whole = before and kept == [self.answers[:before], self.answers[before:]] and b"left alone" in said
            self.counts["began anew, aloud"] += 1
        else:
            # It ended with a failure: the answers are printed, or it ended before asking anything; and
            # whatever was there before still is.
            whole = code > 0 and (asked == 0 or shown in (self.answers, self.answers[before:]))
            whole = whole and (not before or any(was[:before] == self.answers[:before] for was in kept))
        if not whole:
            self.counts["lost"] += 1
            self.broken.append(f"{label}: exit {code}, kept {kept}, printed {shown}, said {said[-300:]!r}")
        if not kill:
            self.told(label, what, inject, data, code, said)
        shutil.rmtree(data, ignore_errors=True)

    def told(self, label, what, inject, data, code, said):
        error = next((name for name in ERRORS if f"={name}:" in inject), None)
        # Lines may break inside a path or a cause.
        words = b"".join(said.split())
        if b"Notsaved" in words or code != 0 or b"leftalone" in words or b"cannotbe" in words:
            cause = b"".join(os.strerror(getattr(errno, error)).encode().split())
            # Examples are named by the result that they belong to.
            if (data.encode() in words or b"theexamplesof" in words) and cause in words:
                self.counts["told with path and cause"] += 1
            else:
                self.broken.append(f"{label}: path or cause not named: {said[-400:]!r}")
        else:
            self.counts["absorbed"] += 1

    def sweep(self, before):
        data = self.prepare(before)
        log = os.path.join(self.home, "log")
        code, said = trace(take(self.coofit, self.bank, data), lines(self.answers[before:]), log)
        if code != 0 or all_kept(data) != [self.answers]:
            self.broken.append(f"the run without faults failed: {code} {said[-200:]!r}")
            return
        found = calls(log, data)
        for name, number, _ in found:
            self.case(before, f"{name}:signal=SIGKILL:when={number}", f"SIGKILL at {name} {number}", True)
            for error in FEW.get(name, ERRORS):
                self.case(before, f"{name}:error={error}:when={number}", f"{error} at {name} {number}", False)
        firsts = {}
        for name, number, _ in found:
            if name not in ONCE_ONLY:
                firsts.setdefault(name, []).append(number)
        for name, numbers in firsts.items():
            for number in numbers[:3] + numbers[-1:]:
                # A call that is interrupted for ever is repeated for ever, as it should be.
                for error in [error for error in ERRORS if error != "EINTR"]:
                    self.case(before, f"{name}:error={error}:when={number}+",
                              f"{error} at {name} from {number} on", False)


def main():
    p = parser(__doc__)
    p.add_argument("--answers", type=int, default=4, help="answers of each run (default: 4)")
    args = p.parse_args()
    need("strace")
    headline("T2 failing system calls", args)
    chance = random.Random(args.seed)
    counts, broken = {}, []
    # Nothing here depends on the disk, so the fastest will do.
    with scratch(in_memory=True) as home:
        if not args.control:
            sweep = Sweep(program(args), home, args.answers, chance)
            sweep.sweep(0)
            sweep.sweep(args.answers // 2)
            counts, broken = sweep.counts, sweep.broken
        if not args.no_control:
            answers, bad, n = chosen(chance, args.answers), 0, 0
            for error in ("ENOSPC", "EIO"):
                for number in range(1, 40, 2):
                    with scratch(directory=home) as data:
                        log = os.path.join(home, "log")
                        command = control("overwrite", data, args.answers)
                        trace(command, lines(answers), log, f"write:error={error}:when={number * 5}+",
                              f"{data}/attempts/2026-01-01.json")
                        n += 1
                        bad += judge(data, answers, args.answers) != "safe"
            counts[f"of {n} faults broke the control"] = bad
            if bad < 0.5 * n:
                broken.append(f"the control broke in {bad} of {n} only")
    done(counts, True, broken)


if __name__ == "__main__":
    main()
