"""Writes the [[requirement]] tables that rest on O*NET data, for every role, from onet_scales.csv.

    python3 tests/data/roles.py

Python 3.11 or later, standard library only. In each role's file everything between the line `# Requirements` and the next line of ENDS is
written anew; the rest is written by hand and kept. The role's `occupation` says which row of the table is its own.

A scale's value is the mean of its elements, z = (occupation - mean of all)/sample SD of all, over all occupations of the file. A scale
with z > 0 becomes a requirement: weight = z, `from` = 50, `to` = 85.
"""

import csv
import statistics
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent.parent / "questions" / "roles"
START, ENDS = "# Requirements\n", ["# Requirements without O*NET data\n", "# Facts\n"]
TO = 85

# role: how its occupation is called in a sentence
NAMES = {
    "coo": "Chief executives",
    "general-manager": "General and operations managers",
    "chief-executive": "Chief executives",
    "financial-manager": "Financial managers",
    "hr-manager": "Human resources managers",
    "project-manager": "IT project managers",
    "management-analyst": "Management analysts",
}

# scale: what it is made of in a sentence, and its elements
SCALES = {
    "leadership": ("managing people, human resources and leadership", {
        "2.B.5.d": "Management of Personnel Resources",
        "2.C.1.f": "Personnel and Human Resources",
        "1.D.1.i": "Leadership Orientation",
    }),
    "strategy": ("analyzing systems and solving complex problems", {
        "2.B.4.g": "Systems Analysis",
        "2.B.4.h": "Systems Evaluation",
        "2.B.2.i": "Complex Problem Solving",
    }),
    "communication": ("speaking, listening, persuading and understanding people", {
        "2.A.1.d": "Speaking",
        "2.A.1.b": "Active Listening",
        "2.B.1.c": "Persuasion",
        "2.B.1.a": "Social Perceptiveness",
    }),
    "operations": ("monitoring, managing time and materials, and administration", {
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
    "stamina": ("perseverance and ambition to achieve", {
        "1.D.1.h": "Perseverance",
        "1.D.1.b": "Achievement Orientation",
    }),
    "ambiguity": ("tolerance for ambiguity", {
        "1.D.1.d": "Tolerance for Ambiguity",
    }),
}

RULE = f"""#
# Written by tests/data/roles.py from tests/data/onet_scales.csv.
# Evidence: `weight` says how far the occupation is above the mean of {{count}} occupations on the O*NET elements named, in standard deviations (z).
# The level of skills and knowledge is LV/7*100, the impact of work styles (1.D.*) is (WI+3)/6*100; a scale's value is the mean of its elements.
# AI and experts rated the work styles (O*NET 30.1 data, December 2025). Scales with z > 0 are listed.
# Our judgment: which elements belong to a scale, and `to`, which is {TO} for every rated scale of every role, a little more than "Often" on every
# question. `from` is 50, the score of random or all-same answers.
"""


def requirement(scale, name, value, mean, z, count):
    words, elements = SCALES[scale]
    ids = ", ".join(f'"{element}"' for element in elements)
    styles = [element for element in elements if element.startswith("1.D.")]
    rated = "" if not styles else (
        " AI and experts rated these work styles." if len(styles) == len(elements)
        else " AI and experts rated the work styles among them."
    )
    return f"""
# {"; ".join(elements.values())}
[[requirement]]
scale = "{scale}"
from = 50
to = {TO}
weight = {z:.2f}
elements = [{ids}]
why = "{name} score {value:.1f} of 100 on {words}; the average of {count} occupations is {mean:.1f} (O*NET 30.1 data, December 2025).{rated} \
The gap is {z:.2f} standard deviations. We use that as the weight. That {TO} counts as met is our judgment."
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
            tables.append(requirement(scale, name, values[code], mean, z, len(occupations)))
    return "".join(tables)


def main():
    with open(HERE / "onet_scales.csv", encoding="utf-8", newline="") as file:
        occupations = {row["onetsoc"]: row for row in csv.DictReader(file)}
    for role, name in NAMES.items():
        path = FOLDER / f"{role}.toml"
        text = path.read_text(encoding="utf-8")
        head, start, rest = text.partition(START)
        if not start:
            raise SystemExit(f"{path} has no line `{START.strip()}`")
        end = next((end for end in ENDS if end in rest), "")
        kept = rest.partition(end)[2] if end else ""
        body = RULE.format(count=len(occupations)) + requirements(occupations, tomllib.loads(text)["occupation"], name)
        path.write_text(head + start + body + (f"\n{end}" if end else "") + kept, encoding="utf-8")


if __name__ == "__main__":
    main()
