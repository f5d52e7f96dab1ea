#!/usr/bin/env python3
"""Writes items.json, the figures of the items in cohort.csv, from the published formulas alone and with
no code of the Rust program: correlations and variances of whole sheets, and McDonald's omega of one
factor by principal axes iterated to the end, which leaves the same least squares off the diagonal as
minres does in R's psych. Needs numpy. Run it as

    python3 tests/data/items.py
"""

import csv
import json
import pathlib
import tomllib

import numpy as np

HERE = pathlib.Path(__file__).parent
BANK = HERE / "banks" / "plain"


def alpha(sheets):
    k = sheets.shape[1]
    return k / (k - 1) * (1 - sheets.var(axis=0, ddof=1).sum() / sheets.sum(axis=1).var(ddof=1))


def omega(sheets):
    r = np.corrcoef(sheets, rowvar=False)
    shared = np.full(len(r), 0.5)
    for _ in range(100_000):
        reduced = r.copy()
        np.fill_diagonal(reduced, shared)
        values, vectors = np.linalg.eigh(reduced)
        following = values[-1] * vectors[:, -1] ** 2
        if np.abs(following - shared).max() < 1e-14:
            break
        shared = following
    return 1 - (1 - shared).sum() / r.sum()


def main():
    bank = tomllib.loads((BANK / "bank.toml").read_text())
    items = [item for part in bank["part"] for item in tomllib.loads((BANK / part["file"]).read_text())["item"]]
    with open(HERE / "cohort.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    scales = {}
    for item in items:
        scales.setdefault(item["scale"], []).append(item)
    out = []
    for scale, own in scales.items():
        columns = []
        for item in own:
            top = len(bank["formats"][item["answer"]]["labels"]) - 1
            raw = np.array([np.nan if row[item["id"]] == "NA" else float(row[item["id"]]) for row in rows])
            points = 100 * (raw - 1) / top
            columns.append((item["id"], raw, 100 - points if item.get("reversed") else points, top + 1))
        points = np.array([points for _, _, points, _ in columns]).T
        whole = points[~np.isnan(points).any(axis=1)]
        for place, (name, raw, own_points, n_labels) in enumerate(columns):
            given = own_points[~np.isnan(own_points)]
            others = np.delete(whole, place, axis=1)
            out.append({
                "item": name, "scale": scale, "n": len(given),
                "shares": [float((raw == label).sum() / len(given)) for label in range(1, n_labels + 1)],
                "mean": given.mean(), "sd": given.std(ddof=1),
                "item_rest_r": np.corrcoef(whole[:, place], others.sum(axis=1))[0, 1],
                "alpha_if_dropped": alpha(others), "omega": omega(whole),
            })
    lines = ",\n".join(json.dumps(entry) for entry in out)
    (HERE / "items.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
