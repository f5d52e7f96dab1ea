#!/usr/bin/env python3
"""T1: kill -9 at random moments while answering, then compare with what was acknowledged.

    python3 stress/kill.py [--kills 2000]

An answer is acknowledged when the next question has been asked. Half of the kills meet the program
while it works through answers that are all there to be read, at a moment drawn from the whole of its
run; half come a random time after one answer was sent. After every kill the file is read by a second
decoder, and the program is started again and must go on at the question that the file says.

Control: a writer that overwrites its file in place, in a tight loop. It has to be in a loop: between
two answers of a person nothing is being written, and even the worst way of saving survives that.
"""

from common import *



def resumed(command):
    """The question at which a new start goes on, and what it said."""
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE,
                         env=NOTHING_ELSE)
    if b"cannot be read" in ran.stderr:
        return None, ran.stderr
    found = QUESTION.search(ran.stderr)
    return (int(found[1]) if found else ITEMS + 1), ran.stderr


def span(command, answers):
    """How long a whole run takes from its first question on, and until that."""
    start = time.monotonic()
    talk = Talk(command)
    talk.say(lines(answers))
    talk.until(1)
    first = time.monotonic()
    talk.end()
    return first - start, time.monotonic() - start


def one(command, answers, times, chance, at_once):
    """One kill; gives the number of acknowledged answers."""
    talk = Talk(command)
    if at_once:
        talk.say(lines(answers))
        time.sleep(chance.uniform(times[0] * 0.8, times[1]))
    else:
        n = chance.randint(1, ITEMS - 1)
        talk.say(lines(answers[:n]))
        talk.until(n + 1)
        talk.say(lines(answers[n:n + 1]))
        time.sleep(chance.expovariate(1 / 0.0007))
    talk.kill()
    return max(0, talk.asked() - 1)


def main():
    p = parser(__doc__)
    p.add_argument("--kills", type=int, default=2000)
    args = p.parse_args()
    headline("T1 kill -9", args)
    chance = random.Random(args.seed)
    broken, counts = [], {}
    with scratch() as home:
        if not args.control:
            coofit, forty = program(args), bank(home)
            seen = {"safe": 0, "lost": 0, "unreadable": 0}
            acknowledged = inside = leftover = 0
            with scratch(directory=home) as data:
                times = span(take(coofit, forty, data), chosen(chance))
            for n in range(args.kills):
                with scratch(directory=home) as data:
                    answers = chosen(chance)
                    command = take(coofit, forty, data)
                    asked = one(command, answers, times, chance, n % 2 == 0)
                    acknowledged += asked
                    verdict = judge(data, answers, asked)
                    seen[verdict] += 1
                    if verdict != "safe":
                        broken.append(f"kill {n}: {verdict}, {asked} acknowledged")
                        continue
                    kept = len(on_disk(data) or [])
                    inside += 0 < asked < ITEMS - 1
                    leftover += any(name.endswith(".tmp") for name in
                                    (os.listdir(f"{data}/attempts") if os.path.isdir(f"{data}/attempts") else ()))
                    # After a finished attempt comes a new one.
                    at = 1 if kept and decode(read(attempts(data)[0]))["finished"] else kept + 1
                    place, said = resumed(command)
                    if place != at:
                        broken.append(f"kill {n}: {kept} on disk, resumed at {place}: {said[-200:]!r}")
            counts = {"kills": args.kills, "answers acknowledged": acknowledged, **seen,
                      "in the middle of the quiz": inside, "that left a temporary file": leftover}
            if not inside:
                broken.append("no kill met the program at work")
        if not args.no_control:
            rounds = max(20, args.kills // 10)
            bad = 0
            with scratch(directory=home) as data:
                times = span(control("overwrite", data), chosen(chance))
            for _ in range(rounds):
                with scratch(directory=home) as data:
                    answers = chosen(chance)
                    talk = Talk(control("overwrite", data))
                    talk.say(lines(answers))
                    talk.until(2)
                    time.sleep(chance.uniform(0, (times[1] - times[0]) * 0.8))
                    talk.kill()
                    bad += judge(data, answers, max(0, talk.asked() - 1)) != "safe"
            counts[f"of {rounds} kills broke the control"] = bad
            if bad < 0.9 * rounds:
                broken.append(f"the control broke in {bad} of {rounds} kills only")
    done(counts, True, broken)


if __name__ == "__main__":
    main()
