#!/usr/bin/env python3
"""T3: the power is cut while answers are saved, on ext4, ext4 with noauto_da_alloc, and XFS.

    sudo python3 stress/powercut.py [--cuts 200] [--only ext4,noauto,xfs]

Needs root, loop devices and mkfs. The data directory is in a file system in an image. Another
program's syncs commit the journal at random moments. Then the file system's shutdown ioctl drops
everything that is not on disk yet; the program is killed, the image mounted anew and compared. An
answer counts as acknowledged only if the next question was read before the cut. This is an operating
system's crash or a power cut with a disk that tells the truth, not a disk that lies.

Control: a writer that renames without syncing anything.
"""

import fcntl
import threading

from common import *

# _IOR('X', 125, __u32), the same for ext4 and XFS; 2 is "do not even flush the log".
SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2
KINDS = {
    "ext4": (["mkfs.ext4", "-q", "-F", "-m", "0"], "24M", "loop"),
    "noauto": (["mkfs.ext4", "-q", "-F", "-m", "0"], "24M", "loop,noauto_da_alloc"),
    "xfs": (["mkfs.xfs", "-q", "-f"], "320M", "loop"),
}


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


class Disk:
    """A file system in an image."""

    def __init__(self, home, kind):
        self.make, size, self.options = KINDS[kind]
        self.type = self.make[0].split(".")[1]
        self.image, self.mount = os.path.join(home, "image"), os.path.join(home, "mount")
        os.makedirs(self.mount, exist_ok=True)
        with open(self.image, "wb") as file:
            file.truncate(int(size[:-1]) << 20)
        run(*self.make, self.image)
        self.up()

    def up(self):
        run("mount", "-t", self.type, "-o", self.options, self.image, self.mount)

    def down(self):
        for _ in range(50):
            if subprocess.run(["umount", self.mount], capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.02)
        run("umount", "-l", self.mount)

    def cut(self):
        fd = os.open(self.mount, os.O_RDONLY)
        fcntl.ioctl(fd, SHUTDOWN, NO_LOG_FLUSH.to_bytes(4, "little"))
        os.close(fd)


def one(disk, data, command, answers, chance):
    """One cut; gives the number of answers acknowledged before it, and the verdict."""
    talk = Talk(command)
    stop = threading.Event()

    def commit():
        path = os.path.join(disk.mount, "other")
        while not stop.is_set():
            try:
                with open(path, "ab") as file:
                    file.write(b"x")
                    file.flush()
                    os.fsync(file.fileno())
            except OSError:
                return
            stop.wait(chance.expovariate(1 / 0.02))

    thread = threading.Thread(target=commit)
    thread.start()
    n = chance.randint(1, ITEMS - 8)
    try:
        talk.say(lines(answers[:n]))
        talk.until(n + 1)
        talk.say(lines(answers[n:]))
        time.sleep(chance.expovariate(1 / 0.004))
        while talk.more(0):
            pass
        acknowledged = talk.asked() - 1
        disk.cut()
    finally:
        stop.set()
        talk.kill()
        thread.join()
    disk.down()
    disk.up()
    verdict = judge(data, answers, acknowledged)
    shutil.rmtree(data, ignore_errors=True)
    os.sync()
    return acknowledged, verdict


def sweep(kind, n, start, chance):
    seen = {"safe": 0, "lost": 0, "unreadable": 0}
    total = 0
    with scratch() as home:
        disk = Disk(home, kind)
        data = os.path.join(disk.mount, "data")
        try:
            for _ in range(n):
                answers = chosen(chance)
                acknowledged, verdict = one(disk, data, start(home, data), answers, chance)
                total += acknowledged
                seen[verdict] += 1
        finally:
            disk.down()
    return seen, total


def main():
    p = parser(__doc__)
    p.add_argument("--cuts", type=int, default=200, help="for each file system")
    p.add_argument("--only", default="ext4,noauto,xfs")
    args = p.parse_args()
    if os.geteuid() != 0:
        skip("needs root, to mount; the rootless twin is stress/replay.py")
    if not os.path.exists("/dev/loop-control"):
        skip("this machine has no loop devices")
    need("mkfs.ext4", "mount", "umount")
    headline("T3 power cuts", args)
    chance = random.Random(args.seed)
    counts, broken = {}, []
    for kind in args.only.split(","):
        if not os.path.exists(f"/usr/sbin/{KINDS[kind][0][0]}") and not shutil.which(KINDS[kind][0][0]):
            print(f"skipped: {kind}: this machine has no {KINDS[kind][0][0]}", flush=True)
            continue
        if not args.control:
            coofit = program(args)
            seen, total = sweep(kind, args.cuts, lambda home, data: take(coofit, bank(home), data), chance)
            print(f"{kind}: {args.cuts} cuts, {total} answers acknowledged, {seen}", flush=True)
            counts[f"cuts on {kind}"] = args.cuts
            if seen["safe"] != args.cuts:
                broken.append(f"{kind}: {seen}")
        if not args.no_control:
            n = max(10, args.cuts // 10)
            seen, _ = sweep(kind, n, lambda home, data: control("no-sync", data), chance)
            counts[f"of {n} cuts on {kind} broke the control"] = n - seen["safe"]
            if n - seen["safe"] < 0.5 * n:
                broken.append(f"{kind}: the control broke in {n - seen['safe']} of {n} only")
    done(counts, True, broken)


if __name__ == "__main__":
    main()
