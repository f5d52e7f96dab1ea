#!/usr/bin/env python3
"""Runs two builds of the program over every command and format, and prints each difference.

    python3 stress/golden.py OLD NEW                  OLD and NEW are paths of two binaries
    python3 stress/golden.py OLD NEW --only 'score|compare'
    python3 stress/golden.py OLD NEW --banks          the example and test banks too (slower)
    python3 stress/golden.py OLD NEW --keep DIR       keeps both outputs, to be compared by other means

The sheets are made here: strong, middle, weak, random, straight-lined, all lowest, all highest, mostly skipped, quick,
hostile and an observer's. Saved attempts are files written with fixed times, so no clock enters. Ends with 1 when
anything differs: standard output, standard error, the exit code, or a file that a command wrote.
"""

import argparse
import concurrent.futures
import csv
import difflib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

from common import ROOT, seal

NOON = 1_780_056_000  # 2026-05-29 12:00 UTC
HOSTILE = "\x1b[31mred\x1b[0m \u202eright\u200b to left <b>&amp; | *bold* `x` =1+1"


def run(program, arguments, cwd, data, stdin=b""):
    env = {"PATH": "/usr/bin:/bin", "TZ": "UTC", "LANG": "C.UTF-8", "COOFIT_DATA_DIR": data, "HOME": cwd}
    ran = subprocess.run([program, *arguments], cwd=cwd, env=env, input=stdin, capture_output=True, timeout=300)
    return ran.returncode, ran.stdout, ran.stderr


# ---- sheets ------------------------------------------------------------------------------------

def points(item, answer):
    """Points on the item's first scale."""
    kind = item["answer"]
    if kind["kind"] == "rating":
        z = (answer - 1) / (len(kind["labels"]) - 1)
        return 1 - z if item["reversed"] and item["reversed"][0] else z
    if kind["kind"] == "choice":
        return next(option["points"] for option in kind["options"] if option["id"] == answer) / 100
    return 0.0


def rated(item, share):
    """The answer nearest to a share of the points, 0 to 1."""
    kind = item["answer"]
    if kind["kind"] == "rating":
        return min(range(1, len(kind["labels"]) + 1), key=lambda r: abs(points(item, r) - share))
    if kind["kind"] == "choice":
        return min((option["id"] for option in kind["options"]), key=lambda o: abs(points(item, o) - share))
    if kind["kind"] == "checklist":
        ids = [option["id"] for option in kind["options"]]
        return ids[:round(share * len(ids))]
    low, high = (min(p[0] for p in kind["curve"]), max(p[0] for p in kind["curve"]))
    best = max(kind["curve"], key=lambda p: p[1])[0]
    number = low + (high - low) * (share if best == high else 1 - share)
    return int(min(kind["max"], max(kind["min"], number)))


def sheets(items):
    """name -> (form, answers)."""
    def level(share, spread, seed):
        rng = random.Random(seed)
        return {i["id"]: rated(i, min(1, max(0, rng.gauss(share, spread)))) for i in items}

    def straight(item):
        kind = item["answer"]
        return min(4, len(kind["labels"])) if kind["kind"] == "rating" else rated(item, 0.5)

    usual = level(0.7, 0.2, 3)
    made = {
        "strong": ("full", level(0.95, 0.1, 1)),
        "middle": ("full", level(0.6, 0.2, 2)),
        "weak": ("full", level(0.25, 0.2, 4)),
        "random-1": ("full", level(0.5, 0.6, 5)),
        "random-2": ("full", level(0.5, 0.6, 6)),
        "straight": ("full", {i["id"]: straight(i) for i in items}),
        "lowest": ("full", {i["id"]: rated(i, 0) for i in items}),
        "highest": ("full", {i["id"]: rated(i, 1) for i in items}),
        "mostly-skipped": ("full", {k: a if n % 7 == 0 else None for n, (k, a) in enumerate(usual.items())}),
        "some-skipped": ("full", {k: a for n, (k, a) in enumerate(usual.items()) if n % 4}),
        "quick": ("quick", {i["id"]: usual[i["id"]] for i in items if i["quick"]}),
        "nothing": ("full", {}),
    }
    return made


def observers(bank):
    """name -> answers of people who have watched the person: the rating items of trait scales."""
    kinds = {scale["id"]: scale["kind"] for scale in bank["scales"]}
    seen = [i for i in bank["items"] if i["answer"]["kind"] == "rating" and i["scales"] and i["observer"]
            and kinds[i["scales"][0]] == "trait"]
    made = {}
    for n, (share, spread) in enumerate([(0.9, 0.1), (0.6, 0.2), (0.4, 0.3)], 1):
        rng = random.Random(50 + n)
        made[f"observer-{n}"] = {i["id"]: rated(i, min(1, max(0, rng.gauss(share, spread)))) for i in seen}
    return made


# ---- what is run -------------------------------------------------------------------------------

class World:
    """A directory with the same files for either program."""

    def __init__(self, old, directory, bank_dir, name):
        self.name, self.bank_dir = name, bank_dir
        self.of = ["--bank", bank_dir] if bank_dir else []
        code, shown, said = run(old, ["bank", "show", *self.of, "--format", "json"], directory, directory)
        if code != 0:
            raise SystemExit(f"{name}: `bank show --format json` ends with {code}: {said.decode()}")
        self.bank = json.loads(shown)
        self.sheets = sheets(self.bank["items"])
        self.observers = observers(self.bank)

    def fill(self, directory):
        """Writes the files that commands read; gives the data directory."""
        data = os.path.join(directory, "data")
        os.makedirs(os.path.join(data, "attempts"))
        head = {"format": 1, "bank": self.bank["id"], "edition": self.bank["edition"]}
        for name, (form, answers) in self.sheets.items():
            self.write(directory, f"{name}.json", json.dumps({**head, "form": form, "answers": answers}))
        self.write(directory, "hostile.json", json.dumps({**head, HOSTILE: 1, "answers": {HOSTILE: HOSTILE}}))
        self.write(directory, "broken.json", '{"format": 1,\n "bank": ')
        for n, name in enumerate(("middle", "strong", "quick", "mostly-skipped")):
            form, answers = self.sheets[name]
            self.attempt(os.path.join(data, "attempts"), f"2026-05-2{n + 1}", form, answers, NOON + n * 86400)
        for n, (name, answers) in enumerate(self.observers.items()):
            self.attempt(directory, name, "full", answers, NOON + n * 3600, "Kim")
        self.attempt(directory, "observer-hostile", "full", {}, NOON, HOSTILE)
        self.group(directory)
        return data

    @staticmethod
    def write(directory, name, text):
        with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
            file.write(text)

    def attempt(self, directory, name, form, answers, at, observe=None):
        seconds = {k: 6.5 for k, a in answers.items() if a is not None}
        body = {"id": name, "bank": self.bank["id"], "edition": self.bank["edition"], "hash": self.bank["hash"],
                "form": form, "role": None, "observe": observe, "started": at - 800, "saved": at, "finished": at,
                "answers": answers, "seconds": seconds}
        with open(os.path.join(directory, f"{name}.json"), "wb") as file:
            file.write(seal(body))

    def group(self, directory):
        """Three hundred respondents, one of them with faulty cells in a second file."""
        items = self.bank["items"]
        ids = [i["id"] for i in items]

        def cell(answer):
            return "" if answer is None else ";".join(answer) or ";" if isinstance(answer, list) else answer

        def rows(count):
            rng = random.Random(9)
            for n in range(count):
                share = rng.random()
                answers = {i["id"]: rated(i, min(1, max(0, rng.gauss(share, 0.25)))) for i in items}
                yield {k: None if rng.random() < 0.03 else a for k, a in answers.items()}

        for name, count in (("group", 300), ("few", 7), ("faulty", 20)):
            with open(os.path.join(directory, f"{name}.csv"), "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["id", "remark", *ids])
                for n, answers in enumerate(rows(count)):
                    row = [cell(answers[k]) for k in ids]
                    if name == "faulty" and n in (3, 11):
                        row[n] = "99999"
                    writer.writerow([f"=p{n}" if n == 5 else f"p{n}", "x", *row])
                if name == "group":
                    writer.writerow(["empty", "", *[""] * len(ids)])

    def commands(self):
        """(label, arguments, standard input), each with the same files in place."""
        def add(*arguments, stdin=b""):
            out.append((" ".join(arguments), [*arguments, *self.of], stdin))

        out = []
        roles = [role["id"] for role in self.bank["roles"]]
        for name in [*self.sheets, "hostile", "broken"]:
            for form in ("text", "markdown", "html", "json", "ics"):
                add("score", f"{name}.json", "--format", form)
            add("score", f"{name}.json", "--explain")
            add("score", f"{name}.json", "--full")
            add("score", f"{name}.json", "--full", "--plain")
        for role in roles:
            add("score", "middle.json", "--role", role, "--format", "json")
            add("role", role)
        add("score", "middle.json", "--color", "always")
        add("score", "middle.json", "--role", "nobody")
        add("score", "nowhere.json")
        for result in ([], ["2026-05-22"], ["2026-05-24"], ["nothing"], *[[f"{n}.json"] for n in self.observers],
                       ["observer-hostile.json"]):
            for how in (["--format", form] for form in ("text", "markdown", "html", "json", "ics")):
                add("report", *result, *how)
            add("report", *result, "--explain")
        seen = [f"{name}.json" for name in self.observers]
        for results in ([], ["2026-05-21", "2026-05-22"], ["2026-05-22", "2026-05-23"], ["2026-05-21", "2026-05-21"],
                        seen[:1], seen[:2], seen, seen[:1] * 2, ["observer-hostile.json"], ["2026-05-21", *seen],
                        ["weak.json", "strong.json"], ["nothing"]):
            add("compare", *results)
            add("compare", *results, "--format", "json")
            add("compare", *results, "--plain")
        for form in ("text", "markdown", "html", "json"):
            add("history", "--format", form)
        for form in ("text", "markdown", "html"):
            add("role", "--format", form)
        add("role", "--list")
        add("role", "nobody")
        for form in ("text", "json"):
            add("bank", "show", "--format", form)
            add("bank", "audit", "--sheets", "200", "--seed", "7", "--format", form)
        if self.bank_dir:
            for form in ("text", "short", "json"):
                add("bank", "check", self.bank_dir, "--format", form)
        add("cohort", "group.csv")
        add("cohort", "few.csv", "-o", "scores.csv", "--summary", "summary.json", "--report", "group.html")
        add("cohort", "group.csv", "-o", "scores.csv", "--summary", "summary.json", "--report", "group.html",
            "--part", "part.json")
        add("cohort", "group.csv", "few.csv")
        add("cohort", "faulty.csv")
        add("cohort", "faulty.csv", "-o", "scores.csv", "--rejects", "rejects.csv")
        add("cohort", "-", stdin=b"id\n1\n")
        for role in roles[:2]:
            add("cohort", "few.csv", "--role", role)
        add("evidence", stdin=b"Ran the move\nMay\nIn time\n")
        add("evidence", "observer-1.json")
        add("take", "--plain", stdin=b"1\n2\n?\nb\ns\nx\n")
        add("take", "--plain", stdin=b"1\n2\n?\nb\ns\nq\n")
        add("take", "--plain", "--observe", "Kim", stdin=b"1\n2\ns\nq\n")
        add("forget", "2026-05-21", "--yes")
        add("forget", "--all", "--yes")
        return out


def of_the_program():
    """Commands that need no bank of a world."""
    out = []
    names = ["", "take", "score", "report", "history", "compare", "evidence", "forget", "role", "cohort",
             "bank", "bank check", "bank show", "bank new", "bank audit", "completions", "man"]
    out += [(f"{name} --help".strip(), [*name.split(), "--help"], b"") for name in names]
    out += [(f"{name} -h".strip(), [*name.split(), "-h"], b"") for name in names]
    out += [(f"completions {shell}", ["completions", shell], b"") for shell in
            ("bash", "zsh", "fish", "elvish", "powershell")]
    out += [("man", ["man", "."], b""), ("--version", ["--version"], b""), ("nonsense", ["nonsense"], b"")]
    out += [("bank new", ["bank", "new", "my-bank"], b""), ("bank new role", ["bank", "new", "x", "--no-role"], b"")]
    return out


def outcome(program, command, fill, place):
    """Exit code, streams and changed files of one command, run where every run finds the same files."""
    _, arguments, stdin = command
    shutil.rmtree(place, ignore_errors=True)
    os.makedirs(place)
    data = fill(place) if fill else os.path.join(place, "data")
    before = files(place)
    code, stdout, stderr = run(program, arguments, place, data, stdin)
    after = files(place)
    made = {name: bytes_ for name, bytes_ in after.items() if before.get(name) != bytes_}
    gone = [name for name in before if name not in after]
    got = {"code": str(code).encode(), "stdout": stdout, "stderr": stderr, "gone": "\n".join(sorted(gone)).encode()}
    got.update((f"file {name}", bytes_) for name, bytes_ in made.items())
    return {what: timeless(bytes_) for what, bytes_ in got.items() if bytes_}


def timeless(text):
    """The output without what the clock puts into it, in attempts that a command itself starts."""
    text = re.sub(rb'"(started|saved|finished)":\d+', rb'"\1":0', text)
    text = re.sub(rb'"seconds":\{[^}]*\}', rb'"seconds":{}', text)
    return re.sub(rb'"check":"[0-9a-f]{8}"', rb'"check":""', text)


def files(place):
    found = {}
    for directory, _, names in os.walk(place):
        for name in names:
            path = os.path.join(directory, name)
            # The names of new attempts and their temporary files hold the day.
            shown = re.sub(r"\d{4}-\d\d-\d\d(-\d+)?\.json", "TODAY.json", os.path.relpath(path, place)) \
                if "attempts/2026-05-2" not in path else os.path.relpath(path, place)
            with open(path, "rb") as file:
                found[shown] = file.read()
    return found


def shown(old, new, most):
    try:
        old, new = old.decode().splitlines(), new.decode().splitlines()
    except UnicodeDecodeError:
        return [f"  {len(old)} bytes, then {len(new)} bytes"]
    lines = list(difflib.unified_diff(old, new, "old", "new", lineterm="", n=1))[2:]
    return [f"  {line[:200]}" for line in lines[:most]] + ([f"  … {len(lines) - most} more"] if len(lines) > most else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--only", default="", help="commands that this pattern finds")
    parser.add_argument("--banks", action="store_true", help="the example banks and the test banks too")
    parser.add_argument("--lines", type=int, default=12, help="lines of a difference that are shown")
    parser.add_argument("--keep", metavar="DIR", help="keeps what both programs gave")
    args = parser.parse_args()
    old, new = os.path.abspath(args.old), os.path.abspath(args.new)
    banks = [None]
    if args.banks:
        for folder in ("examples", "tests/data/banks"):
            folder = os.path.join(ROOT, folder)
            banks += [os.path.join(folder, name) for name in sorted(os.listdir(folder))
                      if os.path.exists(os.path.join(folder, name, "bank.toml"))]
    with tempfile.TemporaryDirectory(prefix="coofit-golden-") as scratch:
        jobs = [("program", command, None) for command in of_the_program()]
        for bank in banks:
            name = os.path.basename(bank) if bank else "built-in"
            world = World(old, scratch, bank, name)
            jobs += [(name, command, world.fill) for command in world.commands()]
        jobs = [job for job in jobs if re.search(args.only, job[1][0])]

        def both(number):
            job, place = jobs[number], os.path.join(scratch, f"place-{number}")
            results = [outcome(program, job[1], job[2], place) for program in (old, new)]
            shutil.rmtree(place, ignore_errors=True)
            return results

        n_differ = 0
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for number, ((name, command, _), (was, now)) in enumerate(zip(jobs, pool.map(both, range(len(jobs))))):
                if args.keep:
                    for which, got in (("old", was), ("new", now)):
                        for what, text in got.items():
                            path = os.path.join(args.keep, which, f"{number:04} {name} {command[0]}"[:120]
                                                .replace("/", "_"), what.replace("/", "_"))
                            os.makedirs(os.path.dirname(path), exist_ok=True)
                            with open(path, "wb") as file:
                                file.write(text)
                differ = [what for what in sorted({*was, *now}) if was.get(what, b"") != now.get(what, b"")]
                if differ:
                    n_differ += 1
                    print(f"{name}: coofit {command[0]}")
                    for what in differ:
                        print(f" {what}:")
                        print("\n".join(shown(was.get(what, b""), now.get(what, b""), args.lines)), flush=True)
    print(f"{len(jobs)} commands, {n_differ} differ")
    sys.exit(1 if n_differ else 0)


if __name__ == "__main__":
    main()
