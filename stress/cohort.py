#!/usr/bin/env python3
"""T11: a million cells of chance through `coofit cohort` and back, a million rows, a cell of 200 MB.

    python3 stress/cohort.py [--cells N] [--rows N]

What comes out is read by Python's own CSV reader. No cell may start a formula, none may hold what is
obeyed, and taking the marks and the escapes off again must give what went in. A million rows and a
cell of 200 MB must stay under 64 MB, and rows with a wrong number of cells, a NUL, Latin-1 and the
like must be named by their number and line. The time of the million rows is printed, not judged: the
machine may be busy.

Control: the same checks on the cells as they were, and on a program that reads its input whole.
"""

import csv
import io
import threading

from common import *

MEGABYTES = 64
SIGNS = "=+-@\t\r\n＝＋－＠﹦﹢﹣﹫"
PIECES = [*SIGNS, "'", '"', ",", ";", " ", "  ", "\u3000", "\u00a0", "1", "-1", "1.5", "1e5", "NA", "SUM(A1)", "cmd|' /C calc'!A0",
          "HYPERLINK(\"https://example.com\")", "é", "日本", "🙂", "\u202e", "\u200b", "\ufeff", "\u001b[31m", "\u0085", "\u2028",
          "\x0b", "\x7f", "x", "name", "O'Brien", "<b>", "a-b", "%", "\\", "|"]
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
                    "\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]")
WHITE = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
NUMBER = re.compile(r"-?[0-9]*\.?[0-9]*")


def is_formula(text):
    return text.lstrip(WHITE + "'")[:1] in tuple(SIGNS)


def is_number(text):
    return bool(NUMBER.fullmatch(text)) and any(c.isdigit() for c in text)


def starts_a_formula(cell):
    """Whether a spreadsheet would take the cell for a formula."""
    return cell.lstrip(WHITE)[:1] in tuple(SIGNS) and not is_number(cell)


def taken_back(cell):
    """What the cell was before it was made harmless."""
    text = re.sub(r"<U\+([0-9A-F]{4,6})>", lambda code: chr(int(code[1], 16)), cell)
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"'


class Run:
    """A run fed from a generator of bytes; what it costs in processor seconds and megabytes."""

    def __init__(self, command, pieces, env, cwd):
        with tempfile.TemporaryFile() as said:
            start = time.monotonic()
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=env, cwd=cwd)

            def feed():
                try:
                    for piece in pieces:
                        child.stdin.write(piece)
                    child.stdin.close()
                except (BrokenPipeError, ValueError):
                    pass

            feeder = threading.Thread(target=feed)
            feeder.start()
            _, status, usage = os.wait4(child.pid, 0)
            self.seconds = time.monotonic() - start
            self.code = child.returncode = os.waitstatus_to_exitcode(status)
            feeder.join()
            self.megabytes = usage.ru_maxrss / 1000
            said.seek(0)
            self.said = said.read().decode(errors="replace")


def random_cell(chance):
    return "".join(chance.choice(PIECES) for _ in range(chance.randint(0, 4)))


def columns(path, at):
    """Some columns of a CSV, its header left out."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            yield row[at]


def round_trip(coofit, own, env, home, chance, cells, broken):
    """Half of the cells as ids of rows that are scored, half as other cells of rows that are set aside."""
    # Were more than a twentieth of the rows at fault, coofit would stop.
    wide = 30
    n_ids, n_rows = cells // 2, cells // 2 // wide
    given_ids = [random_cell(chance) for _ in range(n_ids)]
    given_rows = [[random_cell(chance) for _ in range(wide)] for _ in range(n_rows)]

    def sheet():
        yield ("id,item-01," + ",".join(f"note-{n}" for n in range(1, wide)) + "\n").encode()
        for number, cell in enumerate(given_ids):
            yield (quoted(cell) + ",4" + "," * (wide - 1) + "\n").encode()
            if number % wide == 0 and number // wide < n_rows:
                # An answer that no rating has sets the row aside.
                row = given_rows[number // wide]
                yield (",".join([quoted(row[0]), "99", *map(quoted, row[1:])]) + "\n").encode()

    ran = Run([coofit, "cohort", "-", *own, "-o", "scores.csv", "--rejects", "rejects.csv"], sheet(), env, home)
    if ran.code != 0:
        broken.append(f"exit code {ran.code}: {ran.said[-300:]}")
        return 0, 0
    out = [row[0] for row in csv.reader(open(os.path.join(home, "scores.csv"), newline="", encoding="utf-8"))][1:]
    aside = [[row[4], *row[6:]] for row in csv.reader(open(os.path.join(home, "rejects.csv"), newline="", encoding="utf-8"))][1:]
    got = out + [cell for row in aside for cell in row]
    given = given_ids + [cell for row in given_rows for cell in row]
    if len(got) != len(given):
        broken.append(f"{len(got)} cells came back of {len(given)}")
    formulas = [cell for cell in got if starts_a_formula(cell)]
    obeyed = [cell for cell in got if OBEYED.search(cell)]
    lost = [(a, b) for a, b in zip(given, got) if taken_back(b) != a]
    broken += [f"starts a formula: {cell!r}" for cell in formulas[:5]]
    broken += [f"holds what is obeyed: {cell!r}" for cell in obeyed[:5]]
    broken += [f"{a!r} came back as {b!r}" for a, b in lost[:5]]
    raw = sum(starts_a_formula(cell) or bool(OBEYED.search(cell)) for cell in given)
    return len(got), raw


def many_rows(n):
    row = "".join("r%d," % k + ",".join("1234512345123451234512345123451234512345") + "\n" for k in range(1000)).encode()
    yield ("id," + ",".join(f"item-{k:02}" for k in range(1, 41)) + "\n").encode()
    for _ in range(n // 1000):
        yield row


def huge(start, end=b""):
    yield b"id,item-01,remark\nx,1,\n" + start
    piece = b"x" * (1 << 20)
    for _ in range(200):
        yield piece
    yield end


# The rows after a sound one, and where the fault must be said to be.
FAULTS = [
    (b"a,4\nb,4,5\n", "row 2 (line 3)", "column 3"),
    (b"a,4\n\nb\n", "row 2 (line 4)", "item-01"),
    (b"a,4\r\nb,4\0\r\n", "row 2 (line 3)", "NUL"),
    ("Zoë,4\n".encode() + b"Jos\xe9,4\n", "row 2 (line 3)", "0xE9"),
    (b"\"a\n\n\",4\nb,x\n", "row 2 (line 5)", "item-01"),
    (b"a,4\nb,\"4\n", "row 2 (line 3)", "never closed"),
    (b"a,4\nb,\"4\"5\n", "row 2 (line 3)", "after the closing"),
    (b"a,4\nb,=4\n", "row 2 (line 3)", "not `=4`"),
]


def main():
    p = parser(__doc__)
    p.add_argument("--cells", type=int, default=1_000_000)
    p.add_argument("--rows", type=int, default=1_000_000)
    args = p.parse_args()
    headline("T11 cohort", args)
    coofit, chance, broken, counts = program(args), random.Random(args.seed), [], {}
    with scratch() as home:
        own = ["--bank", bank(home)]
        env = {**NOTHING_ELSE, "HOME": home, "COOFIT_DATA_DIR": os.path.join(home, "data")}
        # First what is measured: a child counts the memory of its parent until it starts its own program.
        if not args.control:
            rows = Run([coofit, "cohort", "-", *own, "-o", "many.csv"], many_rows(args.rows), env, home)
            with open(os.path.join(home, "many.csv"), "rb") as file:
                scored = sum(1 for _ in file) - 1
            counts[f"rows in {rows.seconds:.1f} s and {rows.megabytes:.0f} MB"] = scored
            if rows.code != 0 or scored != args.rows // 1000 * 1000 or rows.megabytes > MEGABYTES:
                broken.append(f"many rows: exit code {rows.code}, {scored} rows, {rows.megabytes:.0f} MB: {rows.said[-200:]}")
            largest = 0
            for start, end in ((b"a,4,", b"\n"), (b"a,4,\"", b"\"\n")):
                for more in ([], ["--rejects", "aside.csv", "--force"]):
                    ran = Run([coofit, "cohort", "-", *own, *more], huge(start, end), env, home)
                    largest = max(largest, ran.megabytes)
                    if ran.code != 3 or "row 2 (line 3)" not in ran.said or ran.megabytes > MEGABYTES:
                        broken.append(f"a huge cell: exit code {ran.code}, {ran.megabytes:.0f} MB: {ran.said[-200:]}")
            counts[f"cells of 200 MB refused, in {largest:.0f} MB"] = 4
            for rows, place, what in FAULTS:
                for mark in (b"", b"\xef\xbb\xbf"):
                    ran = Run([coofit, "cohort", "-", *own, "-o", "none.csv"], [mark + b"id,item-01\n" + rows], env, home)
                    said = " ".join(ran.said.split())
                    if ran.code != 3 or place not in said or what not in said or os.path.exists(os.path.join(home, "none.csv")):
                        broken.append(f"{rows!r}: exit code {ran.code}: {said}")
            counts["faulty files, each with row and line"] = 2 * len(FAULTS)
        if not args.no_control:
            whole = Run([sys.executable, "-c", "import sys; sys.stdin.buffer.read()"], huge(b"a,4,"), env, home)
            counts["MB for the control, which reads it whole"] = round(whole.megabytes)
            if whole.megabytes < MEGABYTES:
                broken.append("the control's memory was not seen")
        if not args.control:
            counts["cells out and back"], raw = round_trip(coofit, own, env, home, chance, args.cells, broken)
            counts["of them harmful as they were"] = raw
            if raw < args.cells // 4:
                broken.append("the cells were too harmless")
    enough = counts.get("cells out and back", 0) >= args.cells * 99 // 100
    done({**counts, "broken": len(broken)}, args.control or enough, broken)


if __name__ == "__main__":
    main()
