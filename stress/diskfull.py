#!/usr/bin/env python3
"""T4: the disk is full in the middle of a quiz, and then there is room again.

    sudo python3 stress/diskfull.py

With 0 to 16 KiB free in steps of 512 bytes on a tmpfs of its own (which gives room by the page of
4 KiB), and with files limited to eight sizes (`ulimit -f`), which needs no root. Half of the answers
are saved first. What was saved stays readable at every moment; when there is room again, everything
is saved; and where the quiz ends without room, every answer is printed and the exit code is 1.

Control: a writer that ignores refusals and writes over the old file.
"""

import resource
import threading

from common import *

HALF = ITEMS // 2


def fill(directory, free):
    """Leaves this much room."""
    path = os.path.join(directory, "filler")
    stat = os.statvfs(directory)
    with open(path, "wb") as file:
        try:
            file.write(bytes(max(0, stat.f_bavail * stat.f_frsize - free)))
        except OSError:
            pass
    return path


def greedy(file, stop):
    """Takes whatever room there is."""
    while not stop.is_set():
        try:
            file.write(bytes(1024))
        except OSError:
            pass


def with_room_again(command, data, answers, no_room, room):
    """Answers half, takes the room, answers ten more, gives the room back, answers the rest."""
    talk = Talk(command)
    talk.say(lines(answers[:HALF]))
    talk.until(HALF + 1)
    no_room()
    talk.say(lines(answers[HALF:HALF + 10]))
    talk.until(HALF + 11)
    between = judge(data, answers, HALF)
    refused = b"Not saved" in talk.said
    room()
    talk.say(lines(answers[HALF + 10:]))
    code = talk.end()
    return code, between, refused, judge(data, answers, ITEMS)


def to_the_end(command, data, answers):
    """The whole quiz without room."""
    talk = Talk(command)
    talk.say(lines(answers))
    return talk.end(), talk.said


def main():
    p = parser(__doc__)
    args = p.parse_args()
    headline("T4 full disk", args)
    chance = random.Random(args.seed)
    counts = {"levels": 0, "levels that refused a save": 0, "limits": 0}
    broken = []
    with scratch() as home:
        coofit, forty = program(args), bank(home)
        disk = os.path.join(home, "disk")
        os.mkdir(disk)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk],
                                 capture_output=True, check=False).returncode == 0
        if not mounted:
            print("skipped: the levels: mounting a tmpfs needs root", flush=True)
        try:
            for level in range(0, 16385, 512) if mounted and not args.control else ():
                data, answers = os.path.join(disk, "data"), chosen(chance)
                command = take(coofit, forty, data)
                code, between, refused, after = with_room_again(
                    command, data, answers, lambda: fill(disk, level), lambda: os.remove(f"{disk}/filler"))
                counts["levels"] += 1
                counts["levels that refused a save"] += refused
                if (code, between, after) != (0, "safe", "safe"):
                    broken.append(f"{level} bytes free: exit {code}, {between} without room, {after} with room again")
                shutil.rmtree(data)
                # And once from the start to the end with this much room.
                fill(disk, level)
                code, said = to_the_end(command, data, answers)
                if code == 0 and judge(data, answers, ITEMS) != "safe":
                    broken.append(f"{level} bytes free: said to be saved and is not")
                if code != 0 and (code != 1 or printed(said) != answers or b"No space left" not in said):
                    broken.append(f"{level} bytes free to the end: exit {code}, {said[-200:]!r}")
                os.remove(f"{disk}/filler")
                shutil.rmtree(data, ignore_errors=True)
            if mounted and not args.no_control:
                bad = 0
                for level in range(0, 4096, 512):
                    data, answers = os.path.join(disk, "data"), chosen(chance)
                    talk = Talk(control("overwrite", data))
                    talk.say(lines(answers[:HALF]))
                    talk.until(HALF + 1)
                    # Truncating gives its own room back; somebody else takes it.
                    with open(f"{disk}/filler", "ab", buffering=0) as file:
                        stop = threading.Event()
                        thread = threading.Thread(target=greedy, args=(file, stop))
                        thread.start()
                        talk.say(lines(answers[HALF:]))
                        talk.end()
                        stop.set()
                        thread.join()
                    bad += judge(data, answers, HALF) != "safe"
                    shutil.rmtree(data)
                    os.remove(f"{disk}/filler")
                counts["of 8 full disks broke the control"] = bad
                if bad < 4:
                    broken.append(f"the control broke in {bad} of 8 only")
        finally:
            if mounted:
                subprocess.run(["umount", "-l", disk], check=False)
        for limit in (0, 64, 256, 512, 768, 1024, 1536, 2048) if not args.control else ():
            data, answers = os.path.join(home, "data"), chosen(chance)
            command = take(coofit, forty, data)
            code, said = subprocess_limited(command, answers, limit)
            counts["limits"] += 1
            if code == 0 and judge(data, answers, ITEMS) != "safe":
                broken.append(f"limit {limit}: said to be saved and is not")
            if code != 0 and (code != 1 or printed(said) != answers or b"File too large" not in said):
                broken.append(f"limit {limit}: exit {code}, {said[-200:]!r}")
            kept = len(on_disk(data) or [])
            if code == 1 and kept and on_disk(data) != answers[:kept]:
                broken.append(f"limit {limit}: what was saved is not what was answered")
            # Without the limit the quiz goes on where the disk was last good.
            talk = Talk(command)
            talk.say(lines(answers[kept if code else ITEMS:]))
            talk.end()
            if judge(data, answers, ITEMS) != "safe":
                broken.append(f"limit {limit}: not saved with room again")
            shutil.rmtree(data, ignore_errors=True)
    done(counts, True, broken)


def subprocess_limited(command, answers, limit):
    ran = subprocess.run(command, input=lines(answers), capture_output=True, timeout=PATIENCE, env=NOTHING_ELSE,
                         check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    return ran.returncode, ran.stderr


if __name__ == "__main__":
    main()
