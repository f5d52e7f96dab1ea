#!/usr/bin/env python3
"""T5: homes in which nothing can be kept, entered by somebody who is not root.

    sudo python3 stress/homes.py

Root may do anything, so root would pass these without testing anything: the program is run as
`nobody`. In each situation it must end with the documented exit code, name the place and the cause,
print the answers that it could not save, and write nowhere else.

Control: the same judgement on a run that is allowed to save must say that answers were saved.
"""

from common import *

NOBODY = 65534
N = 4


def main():
    p = parser(__doc__)
    args = p.parse_args()
    if os.geteuid() != 0:
        skip("needs root, to become somebody else and to mount read-only")
    need("mount", "strace")
    headline("T5 hostile homes", args)
    broken, n = [], 0
    answers = chosen(random.Random(args.seed), N)
    with scratch() as top:
        os.chmod(top, 0o755)
        coofit = os.path.join(top, "coofit")
        shutil.copy(program(args), coofit)
        os.chmod(coofit, 0o755)
        forty = bank(top, N)
        mounts = []

        def owned(path):
            os.chown(path, NOBODY, NOBODY)
            return path

        def situation(name):
            home = os.path.join(top, name)
            os.mkdir(home, 0o700)
            return owned(home)

        def tree(home):
            return sorted((where, tuple(sorted(names))) for where, _, names in os.walk(home))

        def run(home, env, more=(), wrap=()):
            return subprocess.run(
                [*wrap, coofit, "take", "--plain", "--bank", forty, *more], input=lines(answers), cwd=home,
                capture_output=True, timeout=PATIENCE, user=NOBODY, group=NOBODY, extra_groups=[], check=False,
                env={**NOTHING_ELSE, **env})

        def saved(ran):
            return ran.returncode == 0 and b"Not saved" not in ran.stderr

        def refused(name, home, env, causes, more=(), wrap=(), ends=False):
            """A situation where nothing can be saved."""
            nonlocal n
            n += 1
            before = tree(home)
            ran = run(home, env, more, wrap)
            words = b"".join(ran.stderr.split())
            wrong = []
            if ran.returncode != 1:
                wrong.append(f"exit {ran.returncode}")
            if not any(b"".join(cause.split()) in words for cause in causes):
                wrong.append("no cause")
            if not ends and printed(ran.stderr) != answers:
                wrong.append("answers not printed")
            if tree(home) != before:
                wrong.append("something was written")
            if b"panicked" in ran.stderr:
                wrong.append("a panic")
            if wrong:
                broken.append(f"{name}: {', '.join(wrong)}: {ran.stderr[-300:]!r}")

        def taken(name, home, env, where, more=(), wrap=(), said=b""):
            """A situation where answers are saved, and in this place only."""
            nonlocal n
            n += 1
            ran = run(home, env, more, wrap)
            places = [at for at, _, names in os.walk(home) if any(x.endswith(".json") for x in names)]
            if not saved(ran) or places != [os.path.join(where, "attempts")] or said not in ran.stderr:
                broken.append(f"{name}: exit {ran.returncode}, saved in {places}: {ran.stderr[-300:]!r}")

        denied, read_only = [b"Permission denied"], [b"Read-only file system"]
        h = situation("control")
        taken("control", h, {"HOME": h}, f"{h}/.local/share/coofit")

        h = situation("read-only")
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"uid={NOBODY},ro", "tmpfs", h], check=True)
        mounts.append(h)
        refused("a read-only home", h, {"HOME": h}, read_only)

        h = situation("read-only-later")
        run(h, {"HOME": h})
        subprocess.run(["mount", "--bind", h, h], check=True)
        mounts.append(h)
        subprocess.run(["mount", "-o", "remount,bind,ro", h], check=True)
        refused("a home that became read-only", h, {"HOME": h}, read_only, ["--fresh"])

        h = situation("foreign")
        os.chown(h, 0, 0)
        os.chmod(h, 0o755)
        refused("somebody else's home", h, {"HOME": h}, denied)

        h = situation("foreign-data")
        os.makedirs(f"{h}/data/attempts", 0o755)
        refused("somebody else's data directory", h, {"HOME": h}, denied, ["--data-dir", f"{h}/data"])

        h = situation("foreign-lock")
        os.makedirs(f"{h}/data/attempts")
        open(f"{h}/data/lock", "w").close()
        os.chmod(f"{h}/data/lock", 0o600)
        owned(f"{h}/data"), owned(f"{h}/data/attempts")
        refused("somebody else's lock", h, {"HOME": h}, denied, ["--data-dir", f"{h}/data"])

        for what in ("data", "data/attempts"):
            h = situation("mode-000-" + what.replace("/", "-"))
            os.makedirs(f"{h}/data/attempts")
            open(f"{h}/data/lock", "w").close()
            owned(f"{h}/data"), owned(f"{h}/data/attempts"), owned(f"{h}/data/lock")
            os.chmod(f"{h}/{what}", 0)
            refused(f"{what} with mode 000", h, {"HOME": h}, denied, ["--data-dir", f"{h}/data"])

        asks = [b"name a place for your answers with `--data-dir DIR`"]
        for name, env in (("no-home", {}), ("empty-home", {"HOME": ""}), ("relative-home", {"HOME": "here"})):
            h = situation(name)
            refused(name, h, env, asks, ends=True)

        h = situation("relative-xdg")
        taken("a relative XDG directory", h, {"HOME": h, "XDG_DATA_HOME": "here"}, f"{h}/.local/share/coofit")

        h = situation("file")
        with open(f"{h}/data", "w") as file:
            file.write("mine")
        refused("a data directory that is a file", h, {"HOME": h}, [b"Not a directory"], ["--data-dir", f"{h}/data"])

        h = situation("nowhere")
        os.symlink("gone", f"{h}/data")
        refused("a link that leads nowhere", h, {"HOME": h}, [b"File exists"], ["--data-dir", f"{h}/data"])

        h = situation("loop")
        os.symlink("data", f"{h}/data")
        refused("a link to itself", h, {"HOME": h}, [b"Too many levels"], ["--data-dir", f"{h}/data"])

        h = situation("link")
        os.mkdir(f"{h}/real", 0o700)
        owned(f"{h}/real")
        os.symlink("real", f"{h}/data")
        taken("a link that leads somewhere", h, {"HOME": h}, f"{h}/real", ["--data-dir", f"{h}/data"])

        for error in ("ENOSYS", "EOPNOTSUPP", "ENOLCK"):
            h = situation("no-locks-" + error)
            taken(f"a file system without locks ({error})", h, {"HOME": h}, f"{h}/.local/share/coofit",
                  wrap=["strace", "-o", "/dev/null", "-e", f"inject=flock:error={error}"], said=b"cannot lock")

        for path in mounts:
            subprocess.run(["umount", "-l", path], check=False)
    done({"situations": n, "broken": len(broken)}, n >= 16, broken)


if __name__ == "__main__":
    main()
