#!/usr/bin/env python3
"""A million respondents times 50 items: coofit next to what people use today.

    cargo build --release --bins --examples
    python3 benches/cohort.py [--rows N] [--times N]

Writes the bank and the CSV into a temporary directory, runs everyone on the same file and prints the
best time of each, its ratio to coofit's, the processor time, and the peak memory (never under this
script's own, from which each process starts). The peers (polars, duckdb, pandas: one
`pip install` away) compute the mean of each of the five scales, reversed items turned round, and write
them with the id; coofit writes all its columns. Whoever is not installed is skipped, aloud.
"""

import argparse
import datetime
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCALES = ["e", "n", "a", "c", "o"]
REVERSED = {2, 4, 6, 8, 10}
ITEMS = [(s, i) for i in range(1, 11) for s in SCALES]
NAMES = [f"{s}-{i}" for s, i in ITEMS]


def make_bank(folder):
    folder.mkdir()
    (folder / "bank.toml").write_text(
        'format = 1\nid = "bench"\ntitle = "Fifty items"\nedition = "1"\nlanguage = "en"\n'
        '[formats.agree]\nlabels = ["1", "2", "3", "4", "5"]\n'
        '[[part]]\nid = "all"\ntitle = "All"\nintro = "All."\nfile = "all.toml"\nside = "demands"\nweight = 1\n'
    )
    scales = "".join(
        f'[[scale]]\nid = "scale-{s}"\ntitle = "{s}"\nkind = "trait"\nabout = "a"\nlow = "l"\nhigh = "h"\n'
        for s in SCALES
    )
    items = "".join(
        f'[[item]]\nid = "{s}-{i}"\nscale = "scale-{s}"\nask = "Item {s}{i}"\nanswer = "agree"\n'
        f'reversed = {"true" if i in REVERSED else "false"}\n'
        for s, i in ITEMS
    )
    (folder / "all.toml").write_text(scales + items)


def make_csv(path, rows):
    """Five traits behind fifty answers; blocks of rows repeat, with ids of their own."""
    chance = random.Random(1)
    block = []
    for _ in range(20_000):
        trait = {s: chance.gauss(0, 1) for s in SCALES}
        cells = []
        for s, i in ITEMS:
            lean = (-1 if i in REVERSED else 1) * 0.6 * trait[s] + 0.8 * chance.gauss(0, 1)
            cells.append(str(min(5, max(1, round(3 + 1.2 * lean)))))
        block.append(",".join(cells))
    with open(path, "w") as file:
        file.write("id," + ",".join(NAMES) + "\n")
        for start in range(0, rows, len(block)):
            stop = min(rows, start + len(block))
            file.write("".join(f"{n},{row}\n" for n, row in zip(range(start, stop), block)))


PRELUDE = f"""
import sys
source, target = sys.argv[1:3]
NAMES = {NAMES!r}
SCALES = {SCALES!r}
REVERSED = {sorted(REVERSED)!r}
def own(s): return [(n, int(n.split("-")[1]) in REVERSED) for n in NAMES if n.startswith(s + "-")]
"""

PEERS = {
    "polars": PRELUDE + """
import polars as pl
def points(n, back): return (5 - pl.col(n)) * 25 if back else (pl.col(n) - 1) * 25
def mean(s): return pl.sum_horizontal([points(*i) for i in own(s)]) / 10
frame = pl.scan_csv(source).select("id", *[mean(s).alias(s) for s in SCALES])
frame.sink_csv(target, engine="streaming")
""",
    "duckdb": PRELUDE + """
import duckdb
def points(n, back): return f'(5 - "{n}") * 25' if back else f'("{n}" - 1) * 25'
def mean(s): return "(" + " + ".join(points(*i) for i in own(s)) + f") / 10.0 as {s}"
duckdb.sql(f"copy (select id, {', '.join(mean(s) for s in SCALES)} from '{source}') to '{target}' (format csv)")
""",
    "pandas": PRELUDE + """
import pandas as pd
frame = pd.read_csv(source)
out = pd.DataFrame({"id": frame["id"]})
for s in SCALES:
    out[s] = sum((5 - frame[n]) * 25 if back else (frame[n] - 1) * 25 for n, back in own(s)) / 10
out.to_csv(target, index=False)
""",
}


def run(command, target):
    """Seconds, seconds of all cores together, and peak memory in MiB of one run."""
    target.unlink(missing_ok=True)
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--times", type=int, default=5, help="runs of each; the best counts")
    arguments = arguments.parse_args()
    target_dir = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    with tempfile.TemporaryDirectory(prefix="coofit-bench-") as folder:
        folder = pathlib.Path(folder)
        bank, source, target = folder / "bank", folder / "in.csv", folder / "out.csv"
        make_bank(bank)
        make_csv(source, arguments.rows)
        coofit = [str(target_dir / "coofit"), "cohort", str(source), "--bank", str(bank), "-o", str(target)]
        runs = {
            "coofit cohort, all columns": coofit,
            "coofit cohort --summary": coofit + ["--summary", str(folder / "summary.json"), "--force"],
            "bare pass, scale means alone": [str(target_dir / "examples" / "bare"), str(source), str(target)],
        }
        for name, script in PEERS.items():
            if subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True).returncode == 0:
                runs[f"{name}, scale means alone"] = [sys.executable, "-c", script, str(source), str(target)]
            else:
                print(f"skipped: {name} is not installed", file=sys.stderr)
        best = {name: (float("inf"), float("inf"), 0.0) for name in runs}
        # In turn, not one after the other, so that a busy minute of the machine hits everyone.
        for _ in range(arguments.times):
            for name, command in runs.items():
                seconds, work, memory = run(command, target)
                known = best[name]
                best[name] = min(known[0], seconds), min(known[1], work), max(known[2], memory)
        size = source.stat().st_size / 1e6
    own = best["coofit cohort, all columns"][0]
    print(f"{datetime.date.today()}, {os.cpu_count()} cores, {arguments.rows:,} rows, {size:.0f} MB,"
          f" best of {arguments.times}\n")
    print("| | seconds | times coofit's | processor seconds | peak MiB |\n| --- | ---: | ---: | ---: | ---: |")
    for name, (seconds, work, memory) in best.items():
        print(f"| {name} | {seconds:.2f} | {seconds / own:.2f} | {work:.2f} | {memory:.0f} |")


if __name__ == "__main__":
    main()
