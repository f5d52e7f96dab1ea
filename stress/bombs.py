#!/usr/bin/env python3
"""T12: banks made to cost time or memory, at six sizes up to the limit and beyond it.

    python3 stress/bombs.py

`coofit bank check` on each must end by itself, with 0 or 3, within a second and 150 MB, and say
something. The time counted is the processor's, so that a busy machine is no fault.

Control: a program that takes 300 MB and one that counts for three seconds. Both must be seen.
"""

import base64

from common import *

SIZES = (1 << 10, 1 << 14, 1 << 17, 1 << 19, (1 << 20) - 1, 1 << 23)
SECONDS, MEGABYTES = 1.0, 150

TOP = """format = 1
id = "bomb"
title = "Bomb"
edition = "1"

[formats.agree]
labels = ["No", "Yes"]

[[part]]
id = "all"
title = "All"
file = "all.toml"
side = "demands"
"""
SCALE = '[[scale]]\nid = "s%d"\ntitle = "Scale"\nkind = "trait"\n\n'
ITEM = '[[item]]\nid = "i%d"\nscale = "s0"\nask = "%s"\nanswer = "agree"\n\n'


def filled(piece, size, head=""):
    """Pieces by number up to a size."""
    text, n = [head], 0
    length = len(head)
    while length < size:
        text.append(piece(n))
        length += len(text[-1])
        n += 1
    # Whole pieces only, so that the last is as sound as the first.
    return "".join(text[:-1] if len(text) > 2 else text)


def words(n):
    """A question of its own for each number."""
    chance = random.Random(n)
    return " ".join("".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(7)) for _ in range(8))


def part(text):
    return {"bank.toml": TOP, "all.toml": text}


def one(text):
    return {"bank.toml": text}


def deep(opened, closed, size):
    n = size // (len(opened) + len(closed))
    return one("x = " + opened * n + "1" + closed * n + "\n")


def files(size):
    """Many parts, each of 64 KiB at most."""
    n = max(1, size >> 16)
    top = TOP.split("[[part]]")[0]
    for k in range(n):
        top += f'[[part]]\nid = "p{k}"\ntitle = "Part"\nfile = "p{k}.toml"\nside = "demands"\n'
    found = {"bank.toml": top}
    for k in range(n):
        item = lambda i: ITEM.replace("s0", f"s{k}") % (k * 100_000 + i, words(k * 100_000 + i))
        found[f"p{k}.toml"] = filled(item, min(size, 1 << 16), SCALE % k)
    return found


BOMBS = {
    "lines of junk": lambda size: one("x\n" * (size // 2)),
    "lines of noise": lambda size: one(base64.encodebytes(random.Random(1).randbytes(size * 3 // 4)).decode()[:size]),
    "unknown keys": lambda size: one(filled(lambda n: f"k{n} = 1\n", size, TOP)),
    "one key over and over": lambda size: one("a = 1\n" * (size // 6)),
    "nested arrays": lambda size: deep("[", "]", size),
    "nested tables": lambda size: deep("{a=", "}", size),
    "a key of many dots": lambda size: one("a" + ".a" * (size // 2 - 4) + " = 1\n"),
    "a header of many dots": lambda size: one("[a" + ".a" * (size // 2 - 4) + "]\n"),
    "headers that open one another": lambda size: one(filled(lambda n: "[" + ".".join("abcdefgh"[k % 8] + str(n % 97) for k in range(1 + n % 60)) + "]\n", size)),
    "one long text": lambda size: one(TOP.replace('"Bomb"', '"' + "x" * (size - len(TOP)) + '"')),
    "a text of escapes": lambda size: one(TOP.replace('"Bomb"', '"' + "\\u001b" * ((size - len(TOP)) // 6) + '"')),
    "an endless number": lambda size: one("x = " + "1" * (size - 5) + "\n"),
    "parts without anything": lambda size: one(filled(lambda n: "[[part]]\n", size, TOP)),
    "a sound bank of many questions": lambda size: part(filled(lambda n: ITEM % (n, words(n)), size, SCALE % 0)),
    "questions that are alike": lambda size: part(filled(lambda n: ITEM % (n, f"I plan the work of week {n}."), size, SCALE % 0)),
    "questions with one id": lambda size: part(filled(lambda n: ITEM % (0, words(n)), size, SCALE % 0)),
    "names that nothing has": lambda size: part(filled(lambda n: SCALE % n + (ITEM % (n, "Q?")).replace("s0", f"t{n}"), size)),
    "a question of many options": lambda size: part(
        SCALE.replace("trait", "situational") % 0 + '[[item]]\nid = "i"\nscale = "s0"\nask = "Q?"\nanswer = "choice"\noptions = [\n'
        + filled(lambda n: f'  {{ id = "o{n}", say = "{words(n)}", points = {n % 101} }},\n', size) + "]\n"),
    "a curve of many points": lambda size: part(
        SCALE.replace("trait", "fact") % 0 + '[[item]]\nid = "i"\nscale = "s0"\nask = "Q?"\nanswer = "number"\nunit = "u"\nmin = 0\nmax = 9\n'
        "curve = [" + filled(lambda n: f"[{n}, {n % 101}], ", size) + "]\n"),
    "a sound bank of many files": files,
}


def cost(command, env):
    """What a run costs: exit code, seconds of the processor, megabytes, bytes said."""
    with open(os.devnull, "rb") as nothing, tempfile.TemporaryFile() as said:
        child = subprocess.Popen(command, stdin=nothing, stdout=said, stderr=said, env=env)
        timer = __import__("threading").Timer(PATIENCE, child.kill)
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        return child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000, said.tell() or said.seek(0, 2)


def main():
    p = parser(__doc__)
    p.add_argument("--only", help="the bombs whose name holds this")
    args = p.parse_args()
    headline("T12 bombs", args)
    coofit, broken = program(args), []
    n = n_over = 0
    worst_time = worst_memory = (0.0, "")
    with scratch() as home:
        env = {**NOTHING_ELSE, "HOME": home, "COOFIT_DATA_DIR": os.path.join(home, "data")}
        for name, make in BOMBS.items() if not args.control else ():
            if args.only and args.only not in name:
                continue
            for size in SIZES:
                with scratch() as directory:
                    for file, text in make(size).items():
                        with open(os.path.join(directory, file), "w") as out:
                            out.write(text)
                    code, seconds, megabytes, said = cost([coofit, "bank", "check", directory], env)
                what = f"{name}, {size} bytes"
                n += 1
                n_over += size > 1 << 20
                worst_time = max(worst_time, (seconds, what))
                worst_memory = max(worst_memory, (megabytes, what))
                if code not in (0, 3) or not said or seconds > SECONDS or megabytes > MEGABYTES:
                    broken.append(f"{what}: exit code {code}, {seconds:.2f} s, {megabytes:.0f} MB, {said} bytes said")
        print(f"slowest: {worst_time[0]:.2f} s ({worst_time[1]}); largest: {worst_memory[0]:.0f} MB ({worst_memory[1]})")
        counts = {"banks": n, "bombs": len(BOMBS), "sizes": len(SIZES), "broken": len(broken)}
        if not args.no_control:
            memory = cost([sys.executable, "-c", "x = b'x' * 300_000_000"], env)[2] > MEGABYTES
            slow = cost([sys.executable, "-c", "import time\nwhile time.process_time() < 3: pass"], env)[1] > SECONDS
            counts["controls seen, of 2"] = memory + slow
            if not (memory and slow):
                broken.append("a control was not seen")
    done(counts, args.control or bool(args.only) or len(BOMBS) >= 14 and n == len(BOMBS) * len(SIZES), broken)


if __name__ == "__main__":
    main()
