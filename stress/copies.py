#!/usr/bin/env python3
"""T7: several copies at once.

    python3 stress/copies.py [--starts 50] [--rounds 1000]

Fifty starts at once on one data directory: one gets in, the others are refused within a second of
starting to wait for a processor. The holder is killed: the next start gets in at once. Then rounds of
two whole quizzes at once: each either ends with its answers saved or is refused, and every result
that was ever saved is still there at the end.

Control: a writer that knows no lock; all of it get in, and one result is left.
"""

from common import *


def main():
    p = parser(__doc__)
    p.add_argument("--starts", type=int, default=50)
    p.add_argument("--rounds", type=int, default=1000)
    args = p.parse_args()
    headline("T7 several copies", args)
    chance = random.Random(args.seed)
    counts, broken = {}, []
    with scratch() as home:
        coofit, forty, data = program(args), bank(home, 3), os.path.join(home, "data")
        command = take(coofit, forty, data)
        if not args.control:
            talks = [Talk(command) for _ in range(args.starts)]
            inside, slowest = [], 0.0
            for talk in talks:
                while not talk.asked() and talk.more(PATIENCE):
                    pass
                if talk.asked():
                    inside.append(talk)
                    continue
                begun = time.monotonic()
                code = talk.end()
                slowest = max(slowest, time.monotonic() - begun)
                if code != 1 or b"another coofit is at work" not in b" ".join(talk.said.split()):
                    broken.append(f"refused with exit {code}: {talk.said[-200:]!r}")
            counts["starts at once"], counts["got in"] = args.starts, len(inside)
            if len(inside) != 1 or slowest > 1:
                broken.append(f"{len(inside)} got in; the slowest refusal took {slowest:.2f} s")
            for talk in inside:
                talk.say(b"4\n")
                talk.until(2)
                talk.kill()
            begun = time.monotonic()
            talk = Talk(command)
            talk.until(2)
            counts["ms from the holder's death to the next one's question"] = round(1000 * (time.monotonic() - begun))
            talk.kill()
            shutil.rmtree(data)
            ended = refused = 0
            wanted = []
            for _ in range(args.rounds):
                both = [chosen(chance, 3), chosen(chance, 3)]
                runs = [subprocess.Popen([*command, "--fresh"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.PIPE, env=NOTHING_ELSE) for _ in both]
                for run, answers in zip(runs, both):
                    try:
                        run.stdin.write(lines(answers))
                        run.stdin.flush()
                    except BrokenPipeError:
                        pass
                for run, answers in zip(runs, both):
                    _, said = run.communicate(timeout=PATIENCE)
                    if run.returncode == 0:
                        ended += 1
                        wanted.append(answers)
                    elif run.returncode == 1 and b"another coofit" in b" ".join(said.split()):
                        refused += 1
                    else:
                        broken.append(f"exit {run.returncode}: {said[-200:]!r}")
                if len(wanted) >= 50:
                    kept = sorted(list(decode(read(path))["answers"].values()) for path in attempts(data))
                    if kept != sorted(wanted):
                        broken.append(f"{len(wanted)} results were saved, {len(kept)} are there")
                    wanted.clear()
                    shutil.rmtree(data)
            kept = sorted(list(decode(read(path))["answers"].values()) for path in attempts(data))
            if kept != sorted(wanted):
                broken.append(f"{len(wanted)} results were saved, {len(kept)} are there")
            counts.update({"rounds of two": args.rounds, "saved and still there": ended, "refused": refused})
            if ended < args.rounds:
                broken.append("a round in which nobody got in")
        if not args.no_control:
            with scratch(directory=home) as data:
                talks = [Talk(control("sound", data, 3)) for _ in range(args.starts)]
                for talk in talks:
                    talk.say(b"1\n2\n3\n")
                inside = sum(talk.end() == 0 for talk in talks)
                counts["of the control got in"] = inside
                counts["of its results are left"] = len(attempts(data))
                if inside < 2 or len(attempts(data)) >= inside:
                    broken.append("the control kept each other out")
    done(counts, True, broken)


if __name__ == "__main__":
    main()
