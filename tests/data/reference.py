"""A second, independent scoring of answers, written from the method alone.

    python3 tests/data/reference.py                            writes tests/data/reference.json and combined.json
    python3 tests/data/reference.py --bank DIR answers.json    prints the expected values of one file

Python 3.11 or later, standard library only. One function a section of the method. Nothing is rounded, and
None (null in JSON) stands for what cannot be scored. Sums are exact (math.fsum), so a program that sums in plain
floating point agrees to about 1e-9, not to the last bit.
"""

import argparse
import json
import math
import random
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
OTHER_KINDS = ("choice", "checklist", "number")  # every other `answer` names a response format


# ---- the bank ----------------------------------------------------------------------------------

class Bank:
    """A bank directory as plain data: parts, scales and items in file order, and one role or none."""

    def __init__(self, directory, role=None):
        directory = Path(directory)
        head = tomllib.loads((directory / "bank.toml").read_text("utf-8"))
        self.id, self.edition = head["id"], head["edition"]
        self.labels = {name: len(f["labels"]) for name, f in head.get("formats", {}).items()}
        self.bands = head.get("band", [])
        self.parts, self.items, self.scales = head["part"], [], {}
        for part in self.parts:
            body = tomllib.loads((directory / part["file"]).read_text("utf-8"))
            part["scales"] = [scale["id"] for scale in body.get("scale", [])]
            self.scales.update((scale["id"], scale) for scale in body.get("scale", []))
            self.items += body.get("item", [])
        for item in self.items:
            scale = item.get("scale", [])
            item["scales"] = scale if isinstance(scale, list) else [scale]
            flags = item.get("reversed", False)
            item["flags"] = flags if isinstance(flags, list) else [flags] * max(1, len(item["scales"]))
        role = role or head.get("role")
        body = tomllib.loads((directory / "roles" / f"{role}.toml").read_text("utf-8")) if role else {}
        self.requirements = {r["scale"]: r for r in body.get("requirement", [])}  # in role order
        self.floors = body.get("floor", [])
        self.role = role
        self.roles = [tomllib.loads(file.read_text("utf-8")) for file in sorted((directory / "roles").glob("*.toml"))]

    def form(self, form):
        """The items of a form: all of them, or those with `quick`."""
        return [i for i in self.items if form == "full" or i.get("quick", False)]

    def is_trait(self, item):
        """A trait item: a rating item whose own (first) scale is of kind `trait`."""
        return (item["answer"] not in OTHER_KINDS and bool(item["scales"])
                and self.scales[item["scales"][0]]["kind"] == "trait")


def points(bank, item, answer, place=0):
    """Section 2: the points of an answer, 0..100, on the item's scale number `place`.

    rating    (r-1)/(k-1)*100, reversed 100 minus that        choice  the points of the option
    checklist min(1, ticked/enough)*100                        number  piecewise linear, flat beyond the ends
    """
    if item["answer"] == "choice":
        return float(next(o["points"] for o in item["options"] if o["id"] == answer))
    if item["answer"] == "checklist":
        return min(1.0, len(answer) / item["enough"]) * 100
    if item["answer"] == "number":
        curve = item["curve"]
        if answer <= curve[0][0]:
            return float(curve[0][1])
        for (x0, y0), (x1, y1) in zip(curve, curve[1:]):
            if answer <= x1:
                return y0 + (y1 - y0) * (answer - x0) / (x1 - x0)
        return float(curve[-1][1])
    forward = (answer - 1) / (bank.labels[item["answer"]] - 1) * 100
    return 100 - forward if item["flags"][place] else forward


# ---- 3.1 to 3.4: scores ------------------------------------------------------------------------

def scale_scores(bank, form, answers, shift=0.0):
    """3.1: S = mean of the points of the answered items; scored with at least half of the form's items, and one.

    `shift` (3.5b) moves the points of every trait item by that many steps of 100/(k-1), held in 0..100.
    """
    out = {}
    for scale in bank.scales:
        mine = [(i, i["scales"].index(scale)) for i in form if scale in i["scales"]]
        got = []
        for item, place in mine:
            if item["id"] in answers:
                p = points(bank, item, answers[item["id"]], place)
                if shift and bank.is_trait(item):
                    p = min(100.0, max(0.0, p + shift * 100 / (bank.labels[item["answer"]] - 1)))
                got.append(p)
        scored = bool(got) and 2 * len(got) >= len(mine)
        out[scale] = {"score": math.fsum(got) / len(got) if scored else None,
                      "answered": len(got), "items": len(mine)}
    return out


def attainment(requirement, score):
    """3.2: A = (S - from)/(to - from), held between -1 and 1."""
    a = (score - requirement["from"]) / (requirement["to"] - requirement["from"])
    return min(1.0, max(-1.0, a))


def weights(bank, answers):
    """3.4: a requirement's weight, times points/100 of the answered item that weighs its scale."""
    out = {scale: float(r["weight"]) for scale, r in bank.requirements.items()}
    for item in bank.items:
        if item.get("weighs") in out and item["id"] in answers:
            out[item["weighs"]] *= points(bank, item, answers[item["id"]]) / 100
    return out


def part_scores(bank, scores, w, met=None):
    """3.3: P = sum(wA)/sum(w) over the part's scored requirements; None where sum(w) is 0. `met`: A taken as 1."""
    out = {}
    for part in bank.parts:
        rows = [(w[s], 1.0 if s == met else attainment(bank.requirements[s], scores[s]["score"]))
                for s in part["scales"] if s in bank.requirements and scores[s]["score"] is not None]
        total = math.fsum(weight for weight, _ in rows)
        out[part["id"]] = math.fsum(weight * a for weight, a in rows) / total if total > 0 else None
    return out


def over_parts(bank, part, keep=lambda p: True):
    """3.3: 100*sum(WP)/sum(W) over the kept parts that have a P, before the max; None without any."""
    rows = [(p["weight"], part[p["id"]]) for p in bank.parts if keep(p) and part[p["id"]] is not None]
    total = math.fsum(weight for weight, _ in rows)
    return 100 * math.fsum(weight * p for weight, p in rows) / total if total > 0 else None


def raw_fit(bank, form, answers, shift=0.0, met=None):
    """3.3: the fit before max(0, .), from the answers on."""
    scores = scale_scores(bank, form, answers, shift)
    return over_parts(bank, part_scores(bank, scores, weights(bank, answers), met))


def floored(fit):
    """max(0, .), held in 0..100; None stays None."""
    return None if fit is None else min(100.0, max(0.0, fit))


def share(bank, scores, w):
    """3.3: sum W*(sum w scored / sum w asked)/sum W over the parts with a requirement whose scale is in the form.

    A part whose asked weights are all 0 after 3.4 drops out of both sums.
    """
    rows = []
    for part in bank.parts:
        asked = [s for s in part["scales"] if s in bank.requirements and scores[s]["items"] > 0]
        total = math.fsum(w[s] for s in asked)
        if total > 0:
            scored = math.fsum(w[s] for s in asked if scores[s]["score"] is not None)
            rows.append((part["weight"], scored / total))
    total = math.fsum(weight for weight, _ in rows)
    return math.fsum(weight * s for weight, s in rows) / total if total > 0 else None


# ---- 3.5: how sure -----------------------------------------------------------------------------

def trait_groups(bank, form, answers):
    """The answered trait items by their own (first) scale, as lists of (item, z), z = points/100."""
    groups = {}
    for item in form:
        if bank.is_trait(item) and item["id"] in answers:
            groups.setdefault(item["scales"][0], []).append((item, points(bank, item, answers[item["id"]]) / 100))
    return groups


def within(groups):
    """SS = sum (z - mean of its scale)^2 and df = sum (n_k - 1)."""
    ss, df = [], 0
    for rows in groups.values():
        mean = math.fsum(z for _, z in rows) / len(rows)
        ss += [(z - mean) ** 2 for _, z in rows]
        df += len(rows) - 1
    return math.fsum(ss), df


def spread(groups):
    """s = sqrt((SS + 20*0.24^2)/(df + 20))."""
    ss, df = within(groups)
    return math.sqrt((ss + 20 * 0.24 ** 2) / (df + 20))


def scale_errors(bank, form, answers, scores):
    """SE(S): trait 100*s/sqrt(n), situational 100*max(s, SD of its own z)/sqrt(n), fact 0.

    n counts the answered items whose first scale this is; all answered items on it when there is none.
    The SD is the sample SD (n-1); with one answer s alone stands.
    """
    s, out = spread(trait_groups(bank, form, answers)), {}
    for scale, info in bank.scales.items():
        if scores[scale]["score"] is None:
            out[scale] = None
        elif info["kind"] == "fact":
            out[scale] = 0.0
        else:
            on = [i for i in form if scale in i["scales"] and i["id"] in answers]
            own = [i for i in on if i["scales"][0] == scale] or on
            sd = s
            if info["kind"] == "situational" and len(own) > 1:
                z = [points(bank, i, answers[i["id"]], i["scales"].index(scale)) / 100 for i in own]
                mean = math.fsum(z) / len(z)
                sd = max(s, math.sqrt(math.fsum((x - mean) ** 2 for x in z) / (len(z) - 1)))
            out[scale] = 100 * sd / math.sqrt(len(own))
    return out


def fit_error(bank, scores, errors, w, side=None):
    """SE(A) = SE(S)/|to - from|; SE(P) = sqrt(sum w^2 SE(A)^2)/sum w; the fit's, or a side's, likewise over W, times 100."""
    rows = []
    for part in bank.parts:
        if side and part["side"] != side:
            continue
        mine = [s for s in part["scales"] if s in bank.requirements and scores[s]["score"] is not None]
        total = math.fsum(w[s] for s in mine)
        if total > 0:
            se = [w[s] * errors[s] / abs(bank.requirements[s]["to"] - bank.requirements[s]["from"]) for s in mine]
            rows.append((part["weight"], math.sqrt(math.fsum(x * x for x in se)) / total))
    total = math.fsum(weight for weight, _ in rows)
    return 100 * math.sqrt(math.fsum((weight * se) ** 2 for weight, se in rows)) / total if total > 0 else None


def touched(bank, low, high):
    """The bands that the interval touches: low < the next band's `from`, and high >= its own."""
    ends = [b["from"] for b in bank.bands[1:]] + [math.inf]
    return [b["id"] for b, end in zip(bank.bands, ends) if low < end and high >= b["from"]]


def fit_block(bank, form, answers, scores, errors, w, part):
    """`fit` of the report: 3.3, the interval of 3.5, modest, bold and outer (3.5b), the parts left out (3.5c)."""
    score = floored(over_parts(bank, part))
    se = low = high = None
    if score is not None:
        se = fit_error(bank, scores, errors, w)
        low, high = max(0.0, score - 1.645 * se), min(100.0, score + 1.645 * se)
    covered = share(bank, scores, w)
    modest, bold = (floored(raw_fit(bank, form, answers, shift)) for shift in (-0.25, 0.25))
    outer = {"low": None, "high": None}
    if score is not None:
        outer = {"low": floored(min(modest, bold) - 1.645 * se), "high": floored(max(modest, bold) + 1.645 * se)}
    return {"score": score, "low": low, "high": high, "standard_error": se,
            "modest": modest, "bold": bold, "outer": outer,
            "share": covered,
            "bands": touched(bank, low, high) if score is not None and covered >= 2 / 3 else [],
            "without": [{"part": p["id"], "score": floored(over_parts(bank, part, lambda q: q is not p))}
                        for p in bank.parts]}


# ---- 3.13: self and observers ------------------------------------------------------------------

def combined(bank, persons):
    """3.13: the fit of several persons together. `persons` are (form, answers), the respondent first.

    Scores are over the items that all were asked. None under two persons or five shared trait scales.
    """
    asked = [i for i in persons[0][0] if all(i in form for form, _ in persons)]
    ids = {i["id"] for i in asked}
    table = [scale_scores(bank, asked, {k: a for k, a in answers.items() if k in ids}) for _, answers in persons]
    shared = [s for s, info in bank.scales.items()
              if info["kind"] == "trait" and all(scores[s]["score"] is not None for scores in table)]
    n, k = len(persons), len(shared)
    if n < 2 or k < 5:
        return None
    mean = {s: math.fsum(scores[s]["score"] for scores in table) / n for s in shared}
    off = [{s: scores[s]["score"] - mean[s] for s in shared} for scores in table]
    level = [math.fsum(row.values()) / k for row in off]
    v_level = (math.fsum(x * x for x in level) + 4 * 8 ** 2) / (n + 3)
    v_res = math.fsum((row[s] - own) ** 2 for row, own in zip(off, level) for s in shared) / ((n - 1) * (k - 1))
    se = math.sqrt(v_res / n)
    form, answers = persons[0]
    w, scores = weights(bank, answers), scale_scores(bank, form, answers)
    errors = scale_errors(bank, form, answers, scores)

    def fit_at(by):
        moved = scores | {s: scores[s] | {"score": mean[s] + by} for s in shared}
        return moved, over_parts(bank, part_scores(bank, moved, w))

    moved, raw = fit_at(0)
    fit = None
    if raw is not None:
        d = (fit_at(1)[1] - fit_at(-1)[1]) / 2
        error = math.sqrt(fit_error(bank, moved, errors | dict.fromkeys(shared, se), w) ** 2 + d * d * v_level / n)
        score = floored(raw)
        fit = {"score": score, "low": max(0.0, score - 1.645 * error), "high": min(100.0, score + 1.645 * error),
               "standard_error": error}
    return {"fit": fit, "persons": n, "scales": [{"id": s, "score": mean[s], "standard_error": se} for s in shared]}


# ---- 3.6 and 3.7 -------------------------------------------------------------------------------

def floors(bank, scores, sides, errors, w):
    """3.6: each critical requirement with its score; met and status are None where there is no score.

    unmet when S + SE is below it, close when only S is; SE of a side is 100*SE(P).
    """
    out = []
    for floor in bank.floors:
        side, least = floor.get("side"), floor["at_least"]
        score = sides[side] if side else scores[floor["scale"]]["score"]
        status = None
        if score is not None:
            error = fit_error(bank, scores, errors, w, side) if side else errors[floor["scale"]]
            status = "met" if score >= least else "close" if score + error >= least else "unmet"
        out.append({"scale": floor.get("scale"), "side": side, "at_least": least, "score": score,
                    "met": None if score is None else status == "met", "status": status})
    return out


def shuffled(bank, groups, answers):
    """3.7: E, the expectation of SS when the raw answers are shuffled among the trait items of a response format.

    E = sum over scales of [sum_i(v + mu_i^2) - (sum_g((f+r)v + c(f(f-1) + r(r-1) - 2fr)) + (sum_i mu_i)^2)/n],
    with m and v the mean and population variance of the N raw z of a format, c = -v/(N-1), and mu = m of a forward
    item, 1 - m of a reversed one.
    """
    raw = {}
    for rows in groups.values():
        for item, _ in rows:
            raw.setdefault(item["answer"], []).append((answers[item["id"]] - 1) / (bank.labels[item["answer"]] - 1))
    moments = {}
    for name, z in raw.items():
        mean = math.fsum(z) / len(z)
        v = math.fsum((x - mean) ** 2 for x in z) / len(z)
        moments[name] = (mean, v, -v / (len(z) - 1) if len(z) > 1 else 0.0)
    terms = []
    for rows in groups.values():
        mu, joint, count = [], [], {}
        for item, _ in rows:
            mean, v, _ = moments[item["answer"]]
            mu.append(1 - mean if item["flags"][0] else mean)
            terms.append(v + mu[-1] ** 2)
            count.setdefault(item["answer"], [0, 0])[1 if item["flags"][0] else 0] += 1
        for name, (f, r) in count.items():
            _, v, c = moments[name]
            joint.append((f + r) * v + c * (f * (f - 1) + r * (r - 1) - 2 * f * r))
        terms.append(-(math.fsum(joint) + math.fsum(mu) ** 2) / len(rows))
    return math.fsum(terms)


def consistency(bank, groups, answers):
    """3.7: sqrt(SS/E), given when E > 1e-12; caution from 1 - 0.45/sqrt(df), from 1 under df = 30; no level under 20."""
    ss, df = within(groups)
    expected = shuffled(bank, groups, answers) if groups else 0.0
    if expected <= 1e-12:
        return None, None
    value = math.sqrt(ss / expected)
    if df < 20:
        return value, None
    return value, "caution" if value >= (1 if df < 30 else 1 - 0.45 / math.sqrt(df)) else "clear"


def longest_run(bank, form, answers):
    """3.7: the longest run of one raw number over the answered trait items in file order.

    Caution from 14; doubtful from half of the form's trait items, at least 20. No level under 14 answers. In a form of
    6 to 13 trait items of both directions the same answer to all is a run at caution; otherwise a form under 14 has none.
    """
    asked = [i["id"] for i in form if bank.is_trait(i)]
    raw = [answers[i] for i in asked if i in answers]
    if len(asked) < 14:
        both = {i["flags"][0] for i in form if bank.is_trait(i)} == {False, True}
        same = len(asked) >= 6 and both and len(raw) == len(asked) and len(set(raw)) == 1
        return (len(raw), "caution") if same else (None, None)
    if not raw:
        return None, None
    best = run = 1
    for before, now in zip(raw, raw[1:]):
        run = run + 1 if now == before else 1
        best = max(best, run)
    if len(raw) < 14:
        return best, None
    if best >= max(20, len(asked) / 2):
        return best, "doubtful"
    return best, "caution" if best >= 14 else "clear"


def quality(bank, form, answers):
    """3.7: the four signals and the verdict. An answers file has no times, so pace is undefined here."""
    absent = (len(form) - len(answers)) / len(form) if form else None
    signals = {"consistency": consistency(bank, trait_groups(bank, form, answers), answers),
               "longest-run": longest_run(bank, form, answers),
               "pace": (None, None),
               "skipped": (absent, None if absent is None else "caution" if absent >= 0.2 else "clear")}
    level = {name: level for name, (_, level) in signals.items() if name != "skipped"}
    if "doubtful" in level.values() or level["consistency"] == level["pace"] == "caution":
        verdict = "doubtful"
    elif "caution" in level.values():
        verdict = "caution"
    else:
        judged = answers and (level["consistency"] or level["longest-run"])
        verdict = "clear" if judged else "not-judged"
    return {"verdict": verdict,
            "signals": [{"id": name, "value": value, "level": lv} for name, (value, lv) in signals.items()]}


# ---- 3.8 ---------------------------------------------------------------------------------------

def effects(bank, form, answers):
    """3.8: for every answered item in file order, the fit minus the fit with that answer skipped (before the max)."""
    whole, out = raw_fit(bank, form, answers), []
    for item in form:
        if item["id"] in answers:
            rest = raw_fit(bank, form, {k: v for k, v in answers.items() if k != item["id"]})
            out.append({"item": item["id"], "effect": None if whole is None or rest is None else whole - rest})
    return out


def moves(bank, form, answers, scores):
    """3.8: for each scored requirement, the fit with its attainment at 1, minus the fit.

    Largest first; what differs by less than 1e-9 stays in the order of the role.
    """
    whole, out = raw_fit(bank, form, answers), []
    for scale in bank.requirements:
        if scores[scale]["score"] is not None and whole is not None:
            out.append({"scale": scale, "gain": raw_fit(bank, form, answers, met=scale) - whole})
    return sorted(out, key=lambda m: -round(m["gain"], 9))


# ---- 3.10 --------------------------------------------------------------------------------------

def roles(bank, scores, errors):
    """3.10: the roles of the bank by the shape of the scores, the nearest first; [] under five scales.

    u = (z - mean z)/|z - mean z| with z the role's weights; c = sum u*S. Roles of one occupation are one line.
    """
    scales = [s for s in bank.scales if scores[s]["score"] is not None and
              any(r["scale"] == s and r.get("elements") for role in bank.roles for r in role.get("requirement", []))]
    if len(scales) < 5:
        return []
    shapes = []
    for role in bank.roles:
        asks = role.get("requirement", [])
        z = {r["scale"]: r["weight"] for r in asks}
        mean = math.fsum(z.get(s, 0) for s in scales) / len(scales)
        u = {s: z.get(s, 0) - mean for s in scales}
        length = math.sqrt(math.fsum(x * x for x in u.values()))
        if any(r.get("elements") for r in asks) and length > 1e-9:
            shapes.append((role, {s: x / length for s, x in u.items()}))
    lines = []
    for role, u in shapes:
        alike = [r for r, _ in shapes if r is role or r.get("occupation", r["id"]) == role.get("occupation", role["id"])]
        head = next((r for r in alike if r["id"] == bank.role), alike[0])
        if role is head:
            c = math.fsum(u[s] * scores[s]["score"] for s in scales)
            lines.append((role, u, c, [r["id"] for r in alike if r is not role]))
    lines.sort(key=lambda line: -round(line[2], 9))

    def reach(u, other=None):
        return 1.645 * math.sqrt(math.fsum(((u[s] - (other or {}).get(s, 0)) * errors[s]) ** 2 for s in scales))

    out = []
    for at, (role, u, c, same) in enumerate(lines):
        after = lines[at + 1] if at + 1 < len(lines) else None
        out.append({"id": role["id"], "title": role["title"], "same": same,
                    "ahead": None if after is None else c - after[2] > reach(u, after[1]) + 1e-9,
                    "stands_out": c > reach(u) + 1e-9})
    return out


# ---- the whole ---------------------------------------------------------------------------------

def expect(bank, file):
    """What the JSON report of an answers file has to hold, in its field names."""
    form = bank.form(file["form"])
    ids = {i["id"] for i in form}
    answers = {k: v for k, v in file["answers"].items() if v is not None and k in ids}
    scores, w = scale_scores(bank, form, answers), weights(bank, answers)
    errors, part = scale_errors(bank, form, answers, scores), part_scores(bank, scores, w)
    sides = {side: over_parts(bank, part, lambda p: p["side"] == side) for side in ("demands", "supplies")}

    def scale_row(s):
        r, score = bank.requirements.get(s), scores[s]["score"]
        return {"id": s, "score": score, "standard_error": errors[s],
                "attainment": attainment(r, score) if r and score is not None else None,
                "from": r["from"] if r else None, "to": r["to"] if r else None, "weight": w.get(s),
                "answered": scores[s]["answered"], "items": scores[s]["items"],
                "status": "scored" if score is not None else "too-few"}

    return {"form": file["form"], "answered": len(answers), "items": len(form),
            "fit": fit_block(bank, form, answers, scores, errors, w, part),
            "sides": [{"id": side, "score": score} for side, score in sides.items()],
            "parts": [{"id": p["id"], "weight": p["weight"],
                       "score": None if part[p["id"]] is None else 100 * part[p["id"]],
                       "scales": [scale_row(s) for s in p["scales"]]} for p in bank.parts],
            "floors": floors(bank, scores, sides, errors, w),
            "roles": roles(bank, scores, errors),
            "quality": quality(bank, form, answers),
            "effects": effects(bank, form, answers),
            "moves": moves(bank, form, answers, scores)}


# ---- the cases ---------------------------------------------------------------------------------

def choose(bank, item, how, rng, latent):
    """One answer to an item: at an end, in the middle, at random, or of a person with a level on each scale."""
    kind = item["answer"]
    at = {"lowest": 0.0, "middle": 0.5, "highest": 1.0}
    if kind == "choice":
        rank = sorted(item["options"], key=lambda o: o["points"])
        if how in at:
            return rank[int(at[how] * (len(rank) - 1))]["id"]
        return rng.choice(rank)["id"]
    if kind == "checklist":
        ids = [o["id"] for o in item["options"]]
        count = int(at[how] * len(ids)) if how in at else rng.randint(0, len(ids))
        return ids[:count] if how in at else sorted(rng.sample(ids, count), key=ids.index)
    if kind == "number":
        low, high = item["min"], item["max"]
        if how in at:
            return low + (high - low) * at[how]
        return round(rng.uniform(item["curve"][0][0], item["curve"][-1][0]), 2)
    top = bank.labels[kind]
    if how in at:  # lowest and highest in points: a reversed item is answered at its other end
        share = 1 - at[how] if item["flags"][0] else at[how]
        return 1 + int(share * (top - 1))
    if how == "random":
        return rng.randint(1, top)
    z = rng.gauss(latent.setdefault((item["scales"] or ["-"])[0], rng.uniform(0.3, 1.0)), 0.17)
    z = min(1.0, max(0.0, 1 - z if item["flags"][0] else z))
    return 1 + round(z * (top - 1))


def shaped(bank, role, high, low):
    """Trait ratings at a share of `high` on the scales of a role and of `low` elsewhere, a step up or down by turns."""
    asked, out = {r["scale"] for r in role["requirement"]}, {}
    for at, item in enumerate(i for i in bank.items if bank.is_trait(i)):
        top = bank.labels[item["answer"]] - 1
        step = (high if item["scales"][0] in asked else low) * top + (0.6 if at % 2 else -0.4)
        step = min(top, max(0, round(step)))
        out[item["id"]] = 1 + (top - step if item["flags"][0] else step)
    return out


def answer_all(bank, how, seed=0, form="full"):
    """Answers to a whole form. `how`: lowest, middle, highest, random, or person."""
    rng, latent = random.Random(seed), {}
    return {i["id"]: choose(bank, i, how, rng, latent) for i in bank.form(form)}


def cases():
    """(name, bank, form, answers), in the order of the file."""
    names = ("mini", "mixed", "plain", "long")
    banks = {n: Bank(HERE / "banks" / n) for n in names}
    out = []

    def add(bank, name, answers, form="full"):
        out.append((f"{bank}: {name}", bank, form, answers))

    def without(answers, gone):
        return {k: v for k, v in answers.items() if k not in gone}

    def ratings(bank, answers):
        return [i["id"] for i in bank.items if bank.is_trait(i) and i["id"] in answers]

    ordinary = {
        "mini": {"leading-early-word": 4, "leading-credit": 4, "leading-own-hands": 2, "planning-week": 4,
                 "planning-last-minute": 3, "scenes-outage": "fix", "scenes-late-truck": "ask",
                 "years-in-charge": 3, "training-longest": "weeks", "duties-had": ["roster", "cash"],
                 "pay-needed": 42000, "pay-matters": 3},
        "mixed": {"focus-noise": 6, "focus-phone": 1, "focus-one-thing": 5, "caution-check": 3,
                  "caution-receipts": 2, "habit-index": 2, "spare-nights": 5, "heard-of-us": "web",
                  "noise-level": 45.5, "noise-matters": "some", "company-lunch": 3, "company-door": 2},
        "plain": answer_all(banks["plain"], "person", 11),
        "long": answer_all(banks["long"], "person", 15),
    }
    for n, b in banks.items():
        usual = ordinary[n]
        add(n, "ordinary", usual)
        for how in ("lowest", "middle", "highest"):
            add(n, f"all {how}", answer_all(b, how))
        for seed in {"mini": (1, 2), "mixed": (2,), "plain": (1,), "long": (1, 2)}[n]:
            add(n, f"random {seed}", answer_all(b, "random", seed))
        add(n, "quick ordinary", {i["id"]: usual[i["id"]] for i in b.form("quick")}, "quick")
        if n in ("mini", "mixed"):
            add(n, "quick random", answer_all(b, "random", 3, "quick"), "quick")
        add(n, "everything skipped", {i["id"]: None for i in b.items})
        # of every scale just half (rounded up) answered; then one fewer on every second scale
        half, below = {}, {}
        for k, s in enumerate(b.scales):
            own = [i["id"] for i in b.items if i["scales"][:1] == [s]]
            half.update((i, usual[i]) for i in own[:(len(own) + 1) // 2])
            below.update((i, usual[i]) for i in own[:(len(own) + 1) // 2 - k % 2])
        if n in ("mini", "mixed"):
            add(n, "half of each scale", half)
        add(n, "half of some, less of others", below)
        for place, part in (("first", b.parts[0]), ("last", b.parts[-1])):
            if n == "plain" and place == "last":
                continue
            add(n, f"only the {place} part", {i["id"]: usual[i["id"]] for i in b.items if
                set(i["scales"] + [i.get("weighs")]) & set(part["scales"])})
        straight = dict(usual)
        for i in b.items:
            if b.is_trait(i):
                straight[i["id"]] = min(3, b.labels[i["answer"]])
        add(n, "straight-lined", straight)
        if n == "mini":
            add(n, "an empty file", {})
            add(n, "weighs zero", usual | {"pay-matters": 1})
            add(n, "weighs skipped", usual | {"pay-matters": None})
            add(n, "weighed but its scale skipped", without(usual, ["pay-needed"]))
            add(n, "numbers between the points", usual | {"years-in-charge": 6.25, "pay-needed": 51234.5})
            add(n, "numbers at the points", usual | {"years-in-charge": 4, "pay-needed": 45000})
            add(n, "numbers below the first point", usual | {"years-in-charge": 0.5, "pay-needed": 0})
            add(n, "numbers beyond the last point", usual | {"years-in-charge": 40, "pay-needed": 200000})
            add(n, "empty checklist", usual | {"duties-had": []})
            add(n, "more ticks than enough", usual | {"duties-had": ["hiring", "roster", "orders", "cash"]})
            add(n, "side floor missed", usual | {"pay-needed": 58000, "pay-matters": 5})
            add(n, "floor met to the point", usual | {"years-in-charge": 2})
            add(n, "scenes far apart", usual | {"scenes-outage": "call", "scenes-late-truck": "shift"})
            add(n, "one scene", without(usual, ["scenes-late-truck"]))
            add(n, "share under two thirds", without(usual, ["years-in-charge", "duties-had", "leading-credit",
                                                             "leading-early-word", "leading-own-hands"]))
            add(n, "no trait item", without(usual, ratings(b, usual)))
        if n == "mixed":
            add(n, "weighs zero", usual | {"noise-matters": "none"})
            add(n, "weighs full, number between the points", usual | {"noise-matters": "much", "noise-level": 56.3})
            add(n, "no caution", usual | {"focus-one-thing": 7, "caution-check": 1, "caution-receipts": 2})
            add(n, "one scale and the item it lends", {"focus-one-thing": 5, "focus-noise": 6, "focus-phone": 1})
            add(n, "one answer of a format", {"focus-noise": 6, "focus-one-thing": 2, "focus-phone": 2,
                                              "company-lunch": 4})
        if n in ("plain", "long"):
            ids = ratings(b, usual)
            for length in (14, 20) if n == "plain" else (13, 22, 23):
                # two more skips inside the run, which they neither lengthen nor break; other answers around it
                run = dict(usual)
                for i in ids[3:5 + length]:
                    run[i] = 2
                for i in (ids[2], ids[5 + length]):
                    run[i] = 4
                for i in (ids[5], ids[9]):
                    run[i] = None
                add(n, f"a run of {length} with skips in it", run)
            add(n, "a fifth skipped", without(usual, ids[::5]))
            add(n, "one raw answer throughout", usual | {i: 1 for i in ids})
            rng, mixed_up = random.Random(5), dict(usual)
            for name in b.labels:
                same = [i["id"] for i in b.items if i["answer"] == name]
                mixed_up.update(zip(same, rng.sample([usual[i] for i in same], len(same))))
            add(n, "own answers shuffled", mixed_up)
        if n == "long":
            add(n, "another person", answer_all(b, "person", 22))
            for role in b.roles:
                add(n, f"shaped like {role['id']}", shaped(b, role, 0.75, 0.5))
            add(n, "much alike", shaped(b, b.roles[0], 0.55, 0.5))
            add(n, "four scales of nine", {k: a for k, a in usual.items() if k.split("-")[0] in
                                           ("leading", "strategy", "talking", "running")})
            add(n, "short of a minimum", shaped(b, b.roles[0], 0.2, 0.2))
            for level in (0.3, 0.35, 0.4):
                add(n, f"near a minimum, {level}", shaped(b, b.roles[0], level, level))
    return out, banks


def combined_cases():
    """(name, bank, [(form, answers), ...]), the respondent first."""
    out = []
    for n in ("long", "mixed", "mini"):
        bank = Bank(HERE / "banks" / n)
        own = answer_all(bank, "person", 31)

        def seen(seed, by, form="full"):
            """The same person seen by another: each trait rating moved by a level and a little by chance."""
            rng, out = random.Random(seed), {}
            for item in bank.form(form):
                if bank.is_trait(item):
                    step = by + rng.choice((-1, 0, 0, 1))
                    step = -step if item["flags"][0] else step
                    out[item["id"]] = min(bank.labels[item["answer"]], max(1, own[item["id"]] + step))
            return form, out

        def add(name, *persons):
            out.append((f"{n}: {name}", n, list(persons)))

        me = ("full", own)
        add("alone", me)
        add("one observer who agrees", me, me)
        for count in (1, 2, 3, 6):
            add(f"{count} observers", me, *(seen(seed, 0) for seed in range(count)))
        add("a bold and a modest observer", me, seen(8, 1), seen(9, -1))
        add("observers at both ends", me, ("full", answer_all(bank, "lowest")), ("full", answer_all(bank, "highest")))
        add("everybody at the lowest", *[("full", answer_all(bank, "lowest"))] * 3)
        add("everybody at the highest", *[("full", answer_all(bank, "highest"))] * 3)
        add("an observer of the quick form", me, seen(4, 0), seen(5, 0, "quick"))
        first = next(iter(bank.scales))
        without = {k: a for k, a in seen(6, 0)[1].items()
                   if next(i for i in bank.items if i["id"] == k)["scales"][0] != first}
        add("an observer who saw nothing of a scale", me, seen(7, 0), ("full", without))
        add("a respondent who skipped a scale", ("full", {k: own[k] for k in list(own)[::2]}), seen(2, 0))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bank", metavar="DIR", help="print the expected values of ANSWERS scored with this bank")
    parser.add_argument("--role", metavar="ID", help="with --bank: another role of the bank")
    parser.add_argument("answers", nargs="?", metavar="ANSWERS")
    args = parser.parse_args()
    if bool(args.bank) != bool(args.answers):
        parser.error("--bank DIR and ANSWERS go together")
    if args.bank:
        with open(args.answers, encoding="utf-8") as file:
            print(json.dumps(expect(Bank(args.bank, args.role), json.load(file)), indent=1))
        return
    rows, banks = cases()
    lines = []
    for name, bank, form, answers in rows:
        file = {"format": 1, "bank": banks[bank].id, "edition": banks[bank].edition, "form": form, "answers": answers}
        lines.append(json.dumps({"name": name, "bank": f"banks/{bank}", "answers": file,
                                 "expect": expect(banks[bank], file)}, separators=(",", ":")))
    (HERE / "reference.json").write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")
    lines = []
    for name, folder, persons in combined_cases():
        bank = Bank(HERE / "banks" / folder)
        expected = combined(bank, [(bank.form(form), answers) for form, answers in persons])
        lines.append(json.dumps({"name": name, "bank": f"banks/{folder}", "expect": expected, "persons":
                                 [{"form": form, "answers": answers} for form, answers in persons]},
                                separators=(",", ":")))
    (HERE / "combined.json").write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


if __name__ == "__main__":
    main()
