#!/usr/bin/env python3
"""Writes cohort.csv, answers of 120 invented people to the bank `plain`, and cohort.json, what is to be
said of its scales: computed from the method alone, sharing no code with the Rust program. Needs scipy
for the quantiles of F. Run it as

    python3 tests/data/cohort.py
"""

import csv
import json
import math
import pathlib
import random
import statistics
import tomllib

from scipy.stats import f

HERE = pathlib.Path(__file__).parent
BANK = HERE / "banks" / "plain"


def read_bank():
    bank = tomllib.loads((BANK / "bank.toml").read_text())
    scales, items = [], []
    for part in bank["part"]:
        file = tomllib.loads((BANK / part["file"]).read_text())
        scales += [scale["id"] for scale in file["scale"]]
        items += file["item"]
    return bank, scales, items


def points(bank, item, answer):
    labels = len(bank["formats"][item["answer"]]["labels"])
    forward = 100 * (answer - 1) / (labels - 1)
    return 100 - forward if item.get("reversed") else forward


def invent(bank, scales, items, n):
    chance = random.Random(20)
    rows = []
    for _ in range(n):
        trait = {scale: chance.gauss(0, 1) for scale in scales}
        row = {}
        for item in items:
            labels = len(bank["formats"][item["answer"]]["labels"])
            sign = -1 if item.get("reversed") else 1
            lean = sign * 0.7 * trait[item["scale"]] + 0.7 * chance.gauss(0, 1)
            answer = min(labels, max(1, round((labels + 1) / 2 + lean * labels / 5)))
            row[item["id"]] = None if chance.random() < 0.02 else answer
        rows.append(row)
    for item in items:  # one who skipped nearly everything
        if chance.random() < 0.8:
            rows[7][item["id"]] = None
    return rows


def summary(bank, scales, items, rows):
    out = []
    for scale in scales:
        own = [item for item in items if item["scale"] == scale]
        k = len(own)
        sheets = [[None if row[i["id"]] is None else points(bank, i, row[i["id"]]) for i in own] for row in rows]
        given = [[x for x in sheet if x is not None] for sheet in sheets]
        scores = [statistics.fmean(g) for g in given if g and 2 * len(g) >= k]
        whole = [sheet for sheet in sheets if None not in sheet]
        n = len(whole)
        of_items = math.fsum(statistics.variance(column) for column in zip(*whole))
        of_total = statistics.variance([math.fsum(sheet) for sheet in whole])
        alpha = k / (k - 1) * (1 - of_items / of_total)
        ends = [1 - (1 - alpha) * f.ppf(p, n - 1, (n - 1) * (k - 1)) for p in (0.975, 0.025)]
        sd = statistics.stdev(scores)
        out.append({
            "id": scale, "n": len(scores), "mean": statistics.fmean(scores), "sd": sd,
            "alpha": {"n": n, "value": alpha, "low": ends[0], "high": ends[1]},
            "sem": sd * math.sqrt(1 - alpha),
        })
    return {"n": len(rows), "scales": out}


def main():
    bank, scales, items = read_bank()
    rows = invent(bank, scales, items, 120)
    with open(HERE / "cohort.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        names = [item["id"] for item in items]
        out.writerow(["id", *names])
        for number, row in enumerate(rows, 1):
            out.writerow([number, *("NA" if row[name] is None else row[name] for name in names)])
    with open(HERE / "cohort.json", "w") as file:
        json.dump(summary(bank, scales, items, rows), file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
