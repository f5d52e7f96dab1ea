"""A second, independent comparison of two results (retakes), written from the method alone.

    python3 tests/data/change.py        writes tests/data/change.json

Python 3.11 or later, standard library only. The bank, the points and the scores of a single result come from
reference.py beside it; everything that compares stands here. Where 3.9 leaves it open: a scale that has no item
answered both times (a fact, a situational scale, one of borrowed items only) takes the fallback, and parts and the
fit are weighed as in the later result.
"""

import json
import math
import random

from reference import (HERE, Bank, answer_all, floored, over_parts, part_scores, scale_errors, scale_scores,
                       trait_groups, weights)

LEAST_DF = 8
Z_FIT, Z_SCALE = 1.645, 2.6


def results(bank, form, answers):
    scores, w = scale_scores(bank, form, answers), weights(bank, answers)
    return {"scores": {s: scores[s]["score"] for s in scores}, "w": w, "part": part_scores(bank, scores, w),
            "errors": scale_errors(bank, form, answers, scores),
            "z": {item["id"]: (scale, z) for scale, rows in trait_groups(bank, form, answers).items()
                  for item, z in rows}}


def differences(before, after):
    """d, the difference in z, of each trait item answered both times, by its own scale."""
    out = {}
    for item, (scale, z) in after["z"].items():
        if item in before["z"]:
            out.setdefault(scale, []).append(z - before["z"][item][1])
    return out


def spread(d):
    """s_d, or None under 8 degrees of freedom."""
    df = sum(len(row) - 1 for row in d.values())
    if df < LEAST_DF:
        return None
    return math.sqrt(math.fsum((x - math.fsum(row) / len(row)) ** 2 for row in d.values() for x in row) / df)


def row(before, after, error, z):
    if before is None or after is None or error is None:
        return None
    gap = abs(after - before)
    return {"before": before, "after": after, "standard_error": error,
            "detectable": gap > 1e-9 and gap > z * error}


def compare(bank, form, one, other):
    before, after = results(bank, form, one), results(bank, form, other)
    d = differences(before, after)
    s = spread(d)
    errors = {}
    for scale in bank.scales:
        pair = before["errors"][scale], after["errors"][scale]
        if None in pair:
            errors[scale] = None
        elif s is not None and d.get(scale):
            errors[scale] = 100 * s / math.sqrt(len(d[scale]))
        else:
            errors[scale] = math.hypot(*pair)
    def alike(part):
        mine = [k for k in part["scales"] if k in bank.requirements]
        same = all((before["scores"][k] is None) == (after["scores"][k] is None) for k in mine)
        return same and (before["part"][part["id"]] is None) == (after["part"][part["id"]] is None)

    def single(side, part):
        """SE(P) of one result, as in 3.5."""
        mine = [k for k in part["scales"] if k in bank.requirements and side["scores"][k] is not None]
        total = math.fsum(side["w"][k] for k in mine)
        if total <= 0:
            return None
        reach = {k: abs(bank.requirements[k]["to"] - bank.requirements[k]["from"]) for k in mine}
        return math.sqrt(math.fsum((side["w"][k] * side["errors"][k] / reach[k]) ** 2 for k in mine)) / total

    def single_fit(side):
        parts = [(p["weight"], single(side, p)) for p in bank.parts if side["part"][p["id"]] is not None]
        total = math.fsum(w for w, _ in parts)
        return 100 * math.sqrt(math.fsum((w * e) ** 2 for w, e in parts)) / total if total > 0 else None

    def apart(pair):
        return None if None in pair else math.hypot(*pair)

    part_errors = {}
    for part in bank.parts:
        if not alike(part):
            error = apart((single(before, part), single(after, part)))
            part_errors[part["id"]] = None if error is None else 100 * error
            continue
        mine = [k for k in part["scales"] if k in bank.requirements and after["scores"][k] is not None]
        total = math.fsum(after["w"][k] for k in mine)
        if total <= 0:
            part_errors[part["id"]] = None
            continue
        reach = {k: abs(bank.requirements[k]["to"] - bank.requirements[k]["from"]) for k in mine}
        part_errors[part["id"]] = 100 * math.sqrt(
            math.fsum((after["w"][k] * errors[k] / reach[k]) ** 2 for k in mine)) / total
    if all(alike(part) for part in bank.parts):
        known = [(p["weight"], part_errors[p["id"]]) for p in bank.parts if part_errors[p["id"]] is not None]
        total = math.fsum(w for w, _ in known)
        fit_error = math.sqrt(math.fsum((w * e) ** 2 for w, e in known)) / total if total > 0 else None
    else:
        fit_error = apart((single_fit(before), single_fit(after)))
    percent = lambda p: None if p is None else 100 * p
    return {"df": sum(len(r) - 1 for r in d.values()),
            "scales": {k: row(before["scores"][k], after["scores"][k], errors[k], Z_SCALE) for k in bank.scales},
            "parts": {p["id"]: row(percent(before["part"][p["id"]]), percent(after["part"][p["id"]]),
                                   part_errors[p["id"]], Z_FIT) for p in bank.parts},
            "fit": row(floored(over_parts(bank, before["part"])), floored(over_parts(bank, after["part"])),
                       fit_error, Z_FIT)}


def moved(bank, form, answers, seed, by, share=1.0):
    """The same person later: trait ratings moved towards more points by some steps, each a little unevenly."""
    rng, out = random.Random(seed), dict(answers)
    for item in form:
        if bank.is_trait(item) and item["id"] in out and rng.random() < share:
            steps = by + rng.choice((-1, 0, 0, 0, 1))
            steps = -steps if item["flags"][0] else steps
            out[item["id"]] = min(bank.labels[item["answer"]], max(1, out[item["id"]] + steps))
    return out


def cases():
    out = []
    for name in ("mini", "mixed", "long"):
        bank = Bank(HERE / "banks" / name)
        full, quick = bank.form("full"), bank.form("quick")
        usual = answer_all(bank, "person" if name == "long" else "random", 7)

        def add(what, one, other, form="full"):
            out.append((f"{name}: {what}", name, bank, form, one, other))

        add("the same twice", usual, usual)
        add("from the lowest to the highest", answer_all(bank, "lowest"), answer_all(bank, "highest"))
        add("from the highest to the lowest", answer_all(bank, "highest"), answer_all(bank, "lowest"))
        for seed in (1, 2, 3):
            add(f"two strangers {seed}", answer_all(bank, "random", seed), answer_all(bank, "random", seed + 10))
        for seed, by in ((1, 0), (2, 1), (3, -1), (4, 2)):
            add(f"later, moved by {by}", usual, moved(bank, full, usual, seed, by))
        part = [i["id"] for i in full]
        add("every seventh question skipped before", {k: usual[k] for k in part[::1] if part.index(k) % 7},
            moved(bank, full, usual, 5, 1))
        one = {i["id"]: usual[i["id"]] for i in quick}
        add("quick", one, moved(bank, quick, one, 6, 1), "quick")
        add("quick, the same twice", one, one, "quick")
    return out


def main():
    lines = []
    for name, folder, bank, form, one, other in cases():
        files = [{"format": 1, "bank": bank.id, "edition": bank.edition, "form": form, "answers": a}
                 for a in (one, other)]
        lines.append(json.dumps({"name": name, "bank": f"banks/{folder}", "before": files[0], "after": files[1],
                                 "expect": compare(bank, bank.form(form), one, other)}, separators=(",", ":")))
    (HERE / "change.json").write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


if __name__ == "__main__":
    main()
