"""Writes the [[requirement]] tables of the other roles, from onet_scales.csv.

    python3 tests/data/roles.py

Python 3.11 or later, standard library only. In each file of ROLES everything between the line `# Requirements` and the line
`# Facts`, or the end, is written anew; the rest is written by hand and kept. roles/coo.toml is not touched: its targets
follow a rule of their own.

A scale's value is the mean of its elements, z = (occupation - mean of all)/sample SD of all, over all occupations of the file. A scale
with z > 0 becomes a requirement: weight = z, `from` = 50, `to` = 50 + 10 z held to 60...90.
"""

import csv
import statistics
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent.parent / "questions" / "roles"
START, END = "# Requirements\n", "# Facts\n"
LEAST, MOST = 60, 90

# role: O*NET-SOC code, how the occupation is called in a sentence
ROLES = {
    "general-manager": ("11-1021.00", "General and operations managers"),
    "chief-executive": ("11-1011.00", "Chief executives"),
    "financial-manager": ("11-3031.00", "Financial managers"),
    "hr-manager": ("11-3121.00", "Human resources managers"),
    "project-manager": ("15-1299.09", "IT project managers"),
    "management-analyst": ("13-1111.00", "Management analysts"),
}

# scale: what it is made of in a sentence, and its elements
SCALES = {
    "leadership": ("managing people, human resources and leadership", {
        "2.B.5.d": "Management of Personnel Resources",
        "2.C.1.f": "Personnel and Human Resources",
        "1.D.1.i": "Leadership Orientation",
    }),
    "strategy": ("weighing up systems and solving complex problems", {
        "2.B.4.g": "Systems Analysis",
        "2.B.4.h": "Systems Evaluation",
        "2.B.2.i": "Complex Problem Solving",
    }),
    "communication": ("speaking, listening, persuading and reading people", {
        "2.A.1.d": "Speaking",
        "2.A.1.b": "Active Listening",
        "2.B.1.c": "Persuasion",
        "2.B.1.a": "Social Perceptiveness",
    }),
    "operations": ("monitoring, time, materials and administration", {
        "2.A.2.d": "Monitoring",
        "2.B.5.a": "Time Management",
        "2.B.5.c": "Management of Material Resources",
        "2.C.1.a": "Administration and Management",
    }),
    "money": ("managing money and knowing economics and accounting", {
        "2.B.5.b": "Management of Financial Resources",
        "2.C.1.c": "Economics and Accounting",
    }),
    "judgment": ("judgment and critical thinking", {
        "2.B.4.e": "Judgment and Decision Making",
        "2.A.2.a": "Critical Thinking",
    }),
    "cross-functional": ("coordination and negotiation", {
        "2.B.1.b": "Coordination",
        "2.B.1.d": "Negotiation",
    }),
    "risk": ("law and government, integrity and dependability", {
        "2.C.8.b": "Law and Government",
        "1.D.3.d": "Integrity",
        "1.D.3.c": "Dependability",
    }),
    "change": ("innovation, adaptability and curiosity", {
        "1.D.1.a": "Innovation",
        "1.D.1.f": "Adaptability",
        "1.D.1.c": "Intellectual Curiosity",
    }),
    "composure": ("stress tolerance and self-control", {
        "1.D.4.a": "Stress Tolerance",
        "1.D.4.b": "Self-Control",
    }),
    "stamina": ("perseverance and drive to achieve", {
        "1.D.1.h": "Perseverance",
        "1.D.1.b": "Achievement Orientation",
    }),
    "ambiguity": ("tolerance for ambiguity", {
        "1.D.1.d": "Tolerance for Ambiguity",
    }),
}

RULE = f"""#
# Written by tests/data/roles.py from tests/data/onet_scales.csv. Weight: how far the occupation stands above the mean of {{count}} occupations on
# the O*NET elements named, in standard deviations (z). Level of skills and knowledge is LV/7*100, impact of work styles is (WI+3)/6*100; a scale's
# value is the mean of its elements. `from` is 50, where random or all-same answers land; `to` is 50 + 10 z, held to {LEAST}...{MOST}, a judgement.
# Only scales with z > 0 stand here. Scales without an O*NET counterpart are left out, so that roles are compared on the same evidence.
"""


def requirement(scale, name, value, mean, z):
    words, elements = SCALES[scale]
    ids = ", ".join(f'"{element}"' for element in elements)
    return f"""
# {"; ".join(elements.values())}
[[requirement]]
scale = "{scale}"
from = 50
to = {round(min(max(50 + 10 * z, LEAST), MOST))}
weight = {z:.2f}
elements = [{ids}]
why = "{name} stand at {value:.1f} of 100 on {words}, the average occupation at {mean:.1f} (O*NET 30.1). \
They are {z:.2f} standard deviations apart, and that is the weight."
"""


def requirements(occupations, code, name):
    """The tables of one role, scale by scale."""
    tables = []
    for scale, (_, elements) in SCALES.items():
        values = {
            onetsoc: statistics.fmean(float(row[element]) for element in elements)
            for onetsoc, row in occupations.items()
        }
        mean, spread = statistics.fmean(values.values()), statistics.stdev(values.values())
        z = (values[code] - mean) / spread
        if z > 0:
            tables.append(requirement(scale, name, values[code], mean, z))
    return "".join(tables)


def main():
    with open(HERE / "onet_scales.csv", encoding="utf-8", newline="") as file:
        occupations = {row["onetsoc"]: row for row in csv.DictReader(file)}
    for role, (code, name) in ROLES.items():
        path = FOLDER / f"{role}.toml"
        head, start, rest = path.read_text(encoding="utf-8").partition(START)
        if not start:
            raise SystemExit(f"{path} has no line `{START.strip()}`")
        _, end, facts = rest.partition(END)
        body = RULE.format(count=len(occupations)) + requirements(occupations, code, name)
        path.write_text(head + start + body + (f"\n{end}" if end else "") + facts, encoding="utf-8")


if __name__ == "__main__":
    main()
