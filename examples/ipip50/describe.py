#!/usr/bin/env python3
"""What real sheets of the inventory look like, and which simulated respondents answer alike.

    python examples/ipip50/describe.py ANSWERS.csv

ANSWERS.csv has the columns e1 to o10, ratings 1 to 5. Sheets with a missing answer are left out. The
public ones are BIG5/data.csv of openpsychometrics.org (about 2012). Prints means and standard
deviations on 0 to 1, and the parameters of `coofit bank audit` that reproduce them: cuts of the latent
response at equal distances, and levels of the scales, given loadings of .6 (forward) and .5 (reversed).
Python 3.11 or later, nothing else.
"""

import csv
import math
import pathlib
import statistics
import sys
import tomllib

LOADINGS = {False: 0.6, True: 0.5}
# Scales on which people would rather be low.
UNWANTED = {"neuroticism"}


def rating(level, loading, span):
    """Mean and standard deviation of an answer, 0 to 1, at a mean level of the scale."""
    cuts = [span * (step / 3 - 0.5) for step in range(4)]
    above = [0.5 * math.erfc((cut - loading * level) / math.sqrt(2)) for cut in cuts]
    chances = [before - after for before, after in zip([1.0, *above], [*above, 0.0])]
    mean = sum(chance * step / 4 for step, chance in enumerate(chances))
    return mean, math.sqrt(sum(chance * (step / 4 - mean) ** 2 for step, chance in enumerate(chances)))


def solve(function, wanted, low, high):
    """Where a rising function has the wanted value."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < wanted else (low, middle)
    return (low + high) / 2


def both(level, span, which):
    """Mean (0) or standard deviation (1) over forward and reversed items, half of each."""
    return statistics.fmean(rating(level, loading, span)[which] for loading in LOADINGS.values())


def levels(means, span):
    return [solve(lambda level: both(level, span, 0), mean, -5.0, 5.0) for mean in means]


def main(path):
    bank = tomllib.loads((pathlib.Path(__file__).parent / "markers.toml").read_text(encoding="utf-8"))
    items = [(item["id"], item["scale"], item.get("reversed", False)) for item in bank["item"]]
    with open(path, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if all(row[item] in {"1", "2", "3", "4", "5"} for item, *_ in items)]
    # Points in the wanted direction, item by item.
    columns = {}
    for item, scale, is_reversed in items:
        turned = is_reversed != (scale in UNWANTED)
        points = [(int(row[item]) - 1) / 4 for row in rows]
        columns.setdefault(scale, []).append([1 - point for point in points] if turned else points)
    scores = {scale: [statistics.fmean(sheet) for sheet in zip(*own)] for scale, own in columns.items()}
    means = [statistics.fmean(own) for own in scores.values()]
    spread = statistics.fmean(statistics.pstdev(column) for own in columns.values() for column in own)
    names = list(scores)
    pairs = [(a, b) for a in range(len(names)) for b in range(a)]
    together = statistics.fmean(statistics.correlation(scores[names[a]], scores[names[b]]) for a, b in pairs)
    print(f"{len(rows)} complete sheets of {len(items)} items, in the wanted direction, 0 to 1")
    for scale, own in scores.items():
        print(f"  {scale:18} mean {statistics.fmean(own):.3f}, standard deviation {statistics.pstdev(own):.3f}")
    every = [score for own in scores.values() for score in own]
    reached = [f"{statistics.fmean(score >= mark for score in every):.0%} are {mark} or more" for mark in (0.75, 0.8)]
    print(f"  all scores: mean {statistics.fmean(every):.3f}; {', '.join(reached)}")
    print(f"  standard deviation of an item {spread:.3f}, mean correlation of two scales {together:.2f}")

    # A wider span of the cuts makes answers more alike.
    span = -solve(lambda less: statistics.fmean(both(level, -less, 1) for level in levels(means, -less)), spread, -4.0, -1.0)
    found = levels(means, span)
    print("simulated respondents who answer alike")
    print(f"  cuts over {span:.2f} standard deviations of the latent response")
    print(f"  levels of the scales: mean {statistics.fmean(found):.2f}, standard deviation {statistics.pstdev(found):.2f}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
