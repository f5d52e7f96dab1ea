#!/usr/bin/env python3
"""T3 without root: every legal state that a crash can leave behind, of a run of forty answers.

    python3 stress/replay.py [--starts 0.25]

`strace` records what the program does to its files, byte for byte, and what it says in between. After
each step a crash is imagined. What was synced is there; what was not may or may not be: an unsynced
file may be empty, a quarter, half or three quarters written, zeros in whole or part, or whole, and
each unsynced entry of a directory (a new file, a rename, a new directory) may be missing, on its own.
Each state that results is built in a directory and read: every acknowledged answer must be there, and
from a share of them the program is started and must go on where the answers end.

This is stricter than any one file system: ext4 and XFS keep the order of more than this assumes.

Control: writers that leave out the sync, the sync of the directory, or write in place.
"""

import itertools

from common import *

CALLS = "openat,mkdir,write,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat"
# Each change of a directory that is not synced doubles the states.
MOST_PENDING = 7


def text(quoted):
    """The bytes of a string as `strace -xx` writes it."""
    return bytes.fromhex(quoted.replace("\\x", ""))


def record(command, given, log):
    """The steps of a run: what it did to files, and which question it asked."""
    subprocess.run(["strace", "-f", "-qq", "-xx", "-s", "1000000", "-o", log, "-e", f"trace={CALLS}", *command],
                   input=given, capture_output=True, timeout=120, env=NOTHING_ELSE, check=False)
    steps, files = [], {}
    said = b""
    with open(log) as file:
        for line in file:
            match = re.match(r"^\d+ +(\w+)\((.*)\) += (-?\d+)", line)
            if not match or int(match[3]) < 0:
                continue
            name, rest, result = match[1], match[2], int(match[3])
            strings = [text(found) for found in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', rest)]
            if name == "openat":
                files[result] = os.fsdecode(strings[0])
                if "O_CREAT" in rest:
                    steps.append(("create", files[result], "O_TRUNC" in rest))
            elif name == "mkdir":
                steps.append(("mkdir", os.fsdecode(strings[0])))
            elif name == "write":
                fd = int(rest.split(",")[0])
                if fd == 2:
                    said += strings[0]
                    asked = [int(number) for number in re.findall(rb"Question (\d+) of", said)]
                    if asked and max(asked) > (steps and steps[-1][0] == "asked" and steps[-1][1]):
                        steps.append(("asked", max(asked)))
                elif fd in files:
                    steps.append(("write", files[fd], strings[0]))
            elif name in ("fsync", "fdatasync"):
                steps.append(("sync", files[int(rest.split(")")[0].split("<")[0])]))
            elif name.startswith("rename"):
                steps.append(("rename", os.fsdecode(strings[0]), os.fsdecode(strings[1])))
            elif name.startswith("unlink"):
                steps.append(("unlink", os.fsdecode(strings[0])))
    return steps


class Model:
    """What is on disk for certain, and what is under way."""

    def __init__(self, root):
        self.root = root
        self.entries = {}   # path -> number of a file, or "dir"; as the running program sees it
        self.sure = {}      # the same, for certain on disk
        self.pending = []   # (directory, changes of entries), in order
        self.now, self.safe = {}, {}  # number of a file -> its bytes; and those that were synced
        self.next = 0
        self.acknowledged = 0

    def change(self, *changes):
        for path, what in changes:
            if what is None:
                self.entries.pop(path, None)
            else:
                self.entries[path] = what
        self.pending.append((os.path.dirname(changes[-1][0]), changes))

    def step(self, step):
        kind, path = step[0], step[1]
        if kind == "asked":
            self.acknowledged = max(self.acknowledged, path - 1)
            return
        if not path.startswith(self.root) and kind != "sync":
            return
        if kind == "mkdir":
            self.change((path, "dir"))
        elif kind == "create":
            if path not in self.entries:
                self.now[self.next] = b""
                self.change((path, self.next))
                self.next += 1
            elif step[2]:
                self.now[self.entries[path]] = b""
        elif kind == "write":
            self.now[self.entries[path]] += step[2]
        elif kind == "sync":
            what = self.entries.get(path)
            if isinstance(what, int):
                self.safe[what] = self.now[what]
            else:
                for directory, changes in self.pending:
                    if directory == path:
                        self.settle(self.sure, changes)
                self.pending = [change for change in self.pending if change[0] != path]
        elif kind == "rename":
            self.change((path, None), (step[2], self.entries[path]))
        elif kind == "unlink":
            self.change((path, None))

    @staticmethod
    def settle(entries, changes):
        for path, what in changes:
            if what is None:
                entries.pop(path, None)
            else:
                entries[path] = what

    def contents(self, number):
        """What a file may hold after a crash."""
        now = self.now[number]
        if self.safe.get(number) == now:
            return [now]
        old = self.safe.get(number)
        half, n = len(now) // 2, len(now)
        some = {b"", now[:half // 2], now[:half], now[:half + half // 2], now[:half] + bytes(n - half), bytes(n),
                bytes(half) + now[half:], now}
        return sorted(some if old is None else some | {old})

    def states(self):
        """Every legal state: the files that can be reached, by path."""
        for kept in itertools.product([False, True], repeat=len(self.pending)):
            entries = dict(self.sure)
            for keep, (_, changes) in zip(kept, self.pending):
                if keep:
                    self.settle(entries, changes)
            parents = {path for path, what in entries.items() if what == "dir"}
            reached = {path: what for path, what in entries.items() if what != "dir"
                       and all(up in parents for up in self.above(path))}
            paths = sorted(reached)
            for contents in itertools.product(*(self.contents(reached[path]) for path in paths)):
                yield tuple(zip(paths, contents))

    def above(self, path):
        path = os.path.dirname(path)
        while len(path) >= len(self.root):
            yield path
            path = os.path.dirname(path)


def replay(steps, root, answers, check):
    """Goes through the steps and checks each state once for each number of acknowledged answers."""
    model, seen, counts = Model(root), set(), {"states": 0, "safe": 0, "lost": 0, "unreadable": 0}
    for step in steps:
        model.step(step)
        if len(model.pending) > MOST_PENDING:
            # Only a control leaves so much undone; its first answers are enough.
            break
        for state in model.states():
            key = (model.acknowledged, state)
            if key in seen:
                continue
            seen.add(key)
            counts["states"] += 1
            counts[check(state, root, answers, model.acknowledged)] += 1
    return counts


def build(state, root, place):
    os.makedirs(os.path.join(place, "attempts"), exist_ok=True)
    for path, content in state:
        path = os.path.join(place, os.path.relpath(path, root))
        with open(path, "wb") as file:
            file.write(content)


def judged(state, root, answers, acknowledged):
    """The same verdict as `judge`, without a disk."""
    files = [content for path, content in state if path.endswith(".json")]
    try:
        given = decode(files[-1])["answers"] if files else {}
    except ValueError:
        return "unreadable"
    got = listed(given)
    return "safe" if len(got) >= acknowledged and got == answers[:len(got)] else "lost"


def main():
    p = parser(__doc__)
    p.add_argument("--starts", type=float, default=0.25, help="the share of states to start the program from")
    args = p.parse_args()
    need("strace")
    headline("T3 twin: legal crash states", args)
    chance = random.Random(args.seed)
    counts, broken = {}, []
    with scratch(in_memory=True) as home:
        log = os.path.join(home, "log")
        answers = chosen(chance)

        if not args.control:
            coofit, forty = program(args), bank(home)

            started = {}

            def checked(state, root, answers, acknowledged):
                verdict = judged(state, root, answers, acknowledged)
                if verdict == "safe" and state not in started and chance.random() < args.starts:
                    started[state] = True
                    go_on(state, root)
                return verdict

            def go_on(state, root):
                """The program itself goes on from this state."""
                with scratch(directory=home) as place:
                    build(state, root, place)
                    kept = on_disk(place) or []
                    at = 1 if kept and decode(read(attempts(place)[-1]))["finished"] else len(kept) + 1
                    ran = subprocess.run(take(coofit, forty, place), stdin=subprocess.DEVNULL, env=NOTHING_ELSE,
                                         capture_output=True, timeout=PATIENCE, check=False)
                    found = QUESTION.search(ran.stderr)
                    asked = int(found[1]) if found else ITEMS + 1
                    if asked != at or b"panicked" in ran.stderr or b"cannot be read" in ran.stderr:
                        broken.append(f"{len(kept)} answers on disk, resumed at {asked}: {ran.stderr[-200:]!r}")

            root = os.path.join(home, "data")
            steps = record(take(coofit, forty, root), lines(answers), log)
            seen = replay(steps, root, answers, checked)
            counts.update(seen)
            counts["states the program was started from"] = len(started)
            if seen["states"] < 800 or seen["safe"] != seen["states"]:
                broken.append(f"{seen}")
        if not args.no_control:
            for way in ("sound", "no-sync", "no-directory", "overwrite"):
                with scratch(directory=home) as root:
                    steps = record(control(way, root), lines(answers), log)
                    # The directories were there before.
                    steps = [("mkdir", root), ("mkdir", f"{root}/attempts"), ("sync", os.path.dirname(root)),
                             ("sync", root), *[step for step in steps if step[0] != "mkdir"]]
                    if way == "overwrite":
                        steps = steps[:1500]
                    seen = replay(steps, root, answers, judged)
                bad = seen["states"] - seen["safe"]
                counts[f"of {seen['states']} states broke the control {way}"] = bad
                if (bad == 0) != (way == "sound"):
                    broken.append(f"the control {way}: {seen}")
    done(counts, True, broken)


if __name__ == "__main__":
    main()
