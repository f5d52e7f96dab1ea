#!/usr/bin/env python3
"""No connection is ever made: every command under `strace -f -e trace=network`.

The only sockets are pairs inside the program, which wake it when a signal comes.

    python3 stress/network.py

The commands come from the program's own help, so that a new one is not forgotten; a command that has
no example here is a failure.

Control: a program that opens a socket.
"""

from common import *
from terminal import Terminal


def found(log):
    """The calls of a trace that concern more than a pair inside the program. What is sent or received
    needs a socket of its own or one of a pair."""
    inside = ("socketpair(AF_UNIX", "sendto(", "recvfrom(")
    lines = read(log).decode(errors="replace").splitlines()
    return [line for line in lines if "(" in line and not any(call in line for call in inside)]


def main():
    p = parser(__doc__)
    args = p.parse_args()
    need("strace")
    headline("no network", args)
    coofit, broken, n = program(args), [], 0
    with scratch() as home:
        forty, data, log = bank(home, 3), os.path.join(home, "data"), os.path.join(home, "log")
        env = {**NOTHING_ELSE, "HOME": home, "COOFIT_DATA_DIR": data}

        def calls(command, said=b""):
            ran = subprocess.run(["strace", "-f", "-qq", "-o", log, "-e", "trace=network,%net", *command], input=said,
                                 capture_output=True, timeout=PATIENCE, env=env, cwd=home, check=False)
            return found(log), ran

        own = ["--bank", forty]
        sample = os.path.join(ROOT, "tests", "data", "sample-answers.json")
        examples = {
            "take": [*[(["take", "--plain", *own], b"1\n2\n3\n")] * 2, (["take", "--plain"], b"1\n2\nq\n"),
                     (["take", "--plain", "--observe", "Ada"], b"1\n2\nq\n")],
            "score": [(["score", sample, *extra], b"") for extra in
                      ([], ["--explain"], ["--format", "json"], ["--format", "ics"], ["--output", "out.txt"])],
            "report": [(["report", *own], b""), (["report", "--format", "json", *own], b"")],
            "history": [(["history", *own], b"")],
            "compare": [(["compare", *own], b"")],
            "evidence": [(["evidence", *own], b"I led it.\nIn May.\nIt worked.\n")],
            "role": [(["role"], b""), (["role", "coo"], b"")],
            "bank": [(["bank", "check", forty], b""), (["bank", "show"], b""), (["bank", "new", "mine"], b""),
                     (["bank", "audit", forty], b"")],
            "cohort": [(["cohort", os.path.join(ROOT, "tests", "data", "cohort.csv"), "--bank",
                        os.path.join(ROOT, "tests", "data", "banks", "plain"), "--summary", "summary.json",
                        "--output", "scores.csv"], b"")],
            "completions": [(["completions", shell], b"") for shell in ("bash", "zsh", "fish")],
            "man": [(["man", home], b"")],
            "help": [(["help"], b""), (["help", "take"], b"")],
            "page": [(["page", "-o", "quiz.html", *own], b"")],
            "forget": [(["forget", "--all", "--yes"], b"")],
        }
        help_text = subprocess.run([coofit, "--help"], capture_output=True, text=True, env=env, check=True).stdout
        commands = re.findall(r"^  ([a-z]+) ", help_text.partition("Commands:")[2].partition("Options:")[0], re.M)
        for command in commands:
            if command not in examples:
                broken.append(f"no example of `{command}`")
        runs = [(["--help"], b""), (["--version"], b""), ([], b"1\nq\n")]
        for command in examples:
            runs += examples[command]
        worked = 0
        for command, said in runs if not args.control else ():
            calls_made, ran = calls([coofit, *command], said)
            n += 1
            worked += ran.returncode in (0, 130)
            if ran.returncode not in (0, 130):
                print(f"did no work (exit {ran.returncode}): {chr(32).join(command)}", flush=True)
            broken += [f"{' '.join(command)}: {line}" for line in calls_made]
        if not args.control:
            n += 1
            terminal = Terminal(["strace", "-f", "-qq", "-o", log, "-e", "trace=network,%net", coofit, *own], data + "2", home)
            terminal.until("Take the")
            terminal.send("\r")
            terminal.at(1)
            terminal.send("1")
            terminal.at(2)
            terminal.send("\x03")
            worked += terminal.end() == 130
            broken += [f"the menu and a question in a terminal: {line}" for line in found(log)]
        counts = {"commands": len(commands), "runs": n, "that did their work": worked,
                  "socket calls": len(broken)}
        if not args.no_control:
            calls_made, _ = calls(control("socket", data))
            counts["socket calls of the control"] = len(calls_made)
            if not calls_made:
                broken.append("the control's socket was not seen")
    done(counts, worked == n or args.control, broken)


if __name__ == "__main__":
    main()
