#!/usr/bin/env python3
"""T6: sudden ends, stops and changes of size in a pseudo-terminal, at each kind of question.

    python3 stress/terminal.py

Every event of ENDS, with an answer begun, and of OUTLIVED at the first, the middle and the last
question of each kind; the ends also in the three menus. After each: the exit code is the promised one, the
terminal has the very modes it had before and shows its cursor (unless the program was killed by
force), what the screen acknowledged is in the file, read by a second decoder, and nothing else is;
and the next run goes on at that question. Then 100 changes of size, from 1x1 to 500x200.

Control: a program that takes the terminal as coofit does and dies of each signal. It must be seen.
"""

import fcntl
import pty
import struct
import termios

from common import *

FORM = """format = 1
id = "three"
title = "Three questions"
edition = "1"
language = "en"

[formats.frequency]
labels = ["Never", "Seldom", "Sometimes", "Often", "Always"]

[[part]]
id = "all"
title = "All"
file = "all.toml"
side = "demands"
weight = 1
"""

OPTIONS = 'options = [\n  { id = "a", say = "First"%s },\n  { id = "b", say = "Second"%s },\n  { id = "c", say = "Third"%s },\n]\n'
POINTS = tuple(f", points = {points}" for points in (0, 50, 100))

# The kind of scale, the item's own lines, keys that begin an answer, keys that give one, and the answer.
KINDS = {
    "rating": ("trait", 'answer = "frequency"\n', "\x1b[B", "4", 4),
    "choice": ("situational", 'answer = "choice"\n' + OPTIONS % POINTS, "\x1b[B", "2", "b"),
    "checklist": ("fact", 'answer = "checklist"\nenough = 2\n' + OPTIONS % ("", "", ""), "2", "13\r", ["a", "c"]),
    "number": ("fact", 'answer = "number"\nunit = "years"\nmin = 0\nmax = 50\ncurve = [[0, 0], [20, 100]]\n', "1", "8\r", 8),
}


def bank_of(kind, directory):
    """A bank of three questions of one kind."""
    path = os.path.join(directory, "bank")
    os.makedirs(path, exist_ok=True)
    scale, lines_of, *_ = KINDS[kind]
    text = f'[[scale]]\nid = "s"\ntitle = "Scale"\nkind = "{scale}"\nabout = "About."\nlow = "Low."\nhigh = "High."\n'
    for n in (1, 2, 3):
        text += f'\n[[item]]\nid = "q-{n}"\nscale = "s"\nask = "This is number {n}?"\nquick = true\n{lines_of}'
    for name, content in (("bank.toml", FORM), ("all.toml", text)):
        with open(os.path.join(path, name), "w") as file:
            file.write(content)
    return path


class Terminal:
    """A program in a pseudo-terminal of its own."""

    def __init__(self, command, data, cwd, size=(80, 24)):
        self.master, slave = pty.openpty()
        self.resize(*size)
        self.before = termios.tcgetattr(slave)
        env = {**NOTHING_ELSE, "HOME": cwd, "COOFIT_DATA_DIR": data, "TERM": "xterm", "NO_COLOR": "1", "PAGER": "cat"}

        def own():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.child = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, cwd=cwd, env=env, preexec_fn=own)
        os.close(slave)
        self.raw = b""
        self.mark = 0

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, keys):
        """Types keys; what is waited for afterwards is looked for behind what was shown until now. A key that comes at once counts as held."""
        time.sleep(0.15)
        self.mark = len(self.raw)
        os.write(self.master, keys.encode())

    def more(self, timeout):
        if self.master is None:
            time.sleep(timeout)
            return False
        if not select.select([self.master], [], [], timeout)[0]:
            return False
        try:
            chunk = os.read(self.master, 1 << 16)
        except OSError:
            return False
        self.raw += chunk
        return bool(chunk)

    def text(self):
        """What was written since the last key, without escape sequences, each row from its start."""
        return re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", self.raw[self.mark:]).replace(b"\r", b"\n").decode(errors="replace")

    def until(self, pattern):
        deadline = time.monotonic() + PATIENCE
        while not re.search(pattern, self.text(), re.M):
            left = deadline - time.monotonic()
            if left <= 0 or (not self.more(left) and self.child.poll() is not None):
                raise Broken(f"{pattern!r} never came; shown: {self.text()[-300:]!r}")

    def at(self, number, of=3):
        self.until(rf"^{number} of {of}\b")
        self.settle()

    def settle(self, quiet=0.02):
        """Reads until nothing more comes for a while."""
        while self.more(quiet):
            pass

    def end(self):
        """The exit code, or minus the signal that killed it."""
        deadline = time.monotonic() + PATIENCE
        while self.child.poll() is None:
            self.more(0.01)
            if time.monotonic() > deadline:
                self.child.kill()
                self.child.wait()
                raise Broken(f"it hangs; shown: {self.text()[-300:]!r}")
        self.settle()
        return self.child.returncode

    def wrong(self):
        """What of the terminal was not given back."""
        now, found = termios.tcgetattr(self.master), []
        if now != self.before:
            found.append("its modes are others")
        if self.raw.rfind(b"\x1b[?25l") > self.raw.rfind(b"\x1b[?25h"):
            found.append("its cursor is hidden")
        return found

    def close(self):
        if self.master is not None:
            os.close(self.master)
            self.master = None
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()


def closed(terminal):
    os.close(terminal.master)
    terminal.master = None


def sent(number):
    return lambda terminal: os.kill(terminal.child.pid, number)


# What ends the program, and the exit code that each must have.
ENDS = {
    "Ctrl-C": (lambda terminal: terminal.send("\x03"), 130),
    "Ctrl-D": (lambda terminal: terminal.send("\x04"), 130),
    "Ctrl-\\": (lambda terminal: terminal.send("\x1c"), 131),
    "SIGINT": (sent(signal.SIGINT), 130),
    "SIGTERM": (sent(signal.SIGTERM), 143),
    "SIGHUP": (sent(signal.SIGHUP), 129),
    "SIGQUIT": (sent(signal.SIGQUIT), 131),
    "SIGKILL": (sent(signal.SIGKILL), -signal.SIGKILL),
    "terminal closed": (closed, 129),
}
MENU_ENDS = ("Ctrl-C", "SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGKILL", "terminal closed")

# A shell as people have it: it takes the terminal back when its job stops, and gives it again with `fg`.
JOBS = 'set -m; "$0" "$@"; stty "$SANE" 2>/dev/null || stty sane; echo stopped: $?; read -r line; fg >/dev/null; exit $?'


def program_of(shell):
    """The process that runs in a shell."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        children = read(f"/proc/{shell}/task/{shell}/children").split()
        if children:
            return int(children[0])
        time.sleep(0.005)
    raise Broken("the shell starts nothing")


def by_job(key):
    def event(terminal):
        if key:
            terminal.send(key)
        else:
            terminal.mark = len(terminal.raw)
            os.kill(program_of(terminal.child.pid), signal.SIGTSTP)
        terminal.until(r"^stopped: ")
        terminal.settle()
        terminal.send("\r")
    return event


def stopped(terminal):
    terminal.mark = len(terminal.raw)
    os.kill(terminal.child.pid, signal.SIGSTOP)
    os.waitpid(terminal.child.pid, os.WUNTRACED)
    os.kill(terminal.child.pid, signal.SIGCONT)


def resized(terminal):
    terminal.mark = len(terminal.raw)
    terminal.resize(61, 19)


# What the program outlives: the question is there again, and is answered.
OUTLIVED = {
    "Ctrl-Z": by_job("\x1a"),
    "SIGTSTP": by_job(""),
    "SIGSTOP": stopped,
    "SIGWINCH": resized,
    "Esc": lambda terminal: terminal.send("\x1b"),
}


class Session:
    """One home with a bank of one kind of question."""

    def __init__(self, coofit, kind, home):
        self.coofit, self.home = coofit, home
        self.data = os.path.join(home, "data")
        self.bank = bank_of(kind, home)
        _, _, self.begun, self.keys, self.answer = KINDS[kind]

    def start(self, *command, shell=False):
        command = [self.coofit, *command, "--bank", self.bank]
        return Terminal(["sh", "-c", JOBS, *command] if shell else command, self.data, self.home)

    def to(self, place, shell=False, begin=""):
        """The quiz at a place, with some keys typed there."""
        terminal = self.start("take", shell=shell)
        terminal.at(1)
        for number in range(2, place + 1):
            terminal.send(self.keys)
            terminal.at(number)
        terminal.send(begin)
        terminal.settle()
        return terminal

    def to_result(self):
        terminal = self.start("take")
        terminal.at(1)
        for number in (2, 3):
            terminal.send(self.keys)
            terminal.at(number)
        terminal.send(self.keys)
        terminal.until(r"And now\?")
        terminal.until("Done")
        return terminal

    def kept(self):
        files = attempts(self.data)
        kept = decode(read(files[-1])) if files else {}
        # What is ticked but not entered is only a draft.
        return {item: answer for item, answer in kept.get("answers", {}).items() if item not in kept.get("open", [])}

    def check_kept(self, count):
        expect = {f"q-{n}": self.answer for n in range(1, count + 1)}
        if self.kept() != expect:
            raise Broken(f"{self.kept()} is kept, and {expect} was acknowledged")

    def check_goes_on(self, count):
        terminal = self.start("take")
        try:
            if attempts(self.data):
                terminal.until(rf"Resume at question {count + 1} of 3")
                terminal.settle()
                terminal.send("\r")
            terminal.at(count + 1)
            terminal.send("\x03")
            self.check_end(terminal, 130)
        finally:
            terminal.close()
        self.check_kept(count)

    def check_end(self, terminal, code):
        got = terminal.end()
        if got != code:
            raise Broken(f"exit code {got}, not {code}; shown: {terminal.text()[-300:]!r}")
        if terminal.master is not None and code >= 0:
            found = terminal.wrong()
            if found:
                raise Broken("the terminal was not given back: " + ", ".join(found))


def end_at(session, place, name):
    end, code = ENDS[name]
    terminal = session.to(place, begin=session.begun)
    try:
        end(terminal)
        session.check_end(terminal, code)
    finally:
        terminal.close()
    session.check_kept(place - 1)
    session.check_goes_on(place - 1)


def outlive_at(session, place, name):
    terminal = session.to(place, shell=name in ("Ctrl-Z", "SIGTSTP"))
    try:
        OUTLIVED[name](terminal)
        if name == "Esc":
            # Alone only when no key follows at once.
            terminal.settle(0.3)
            # One back, or nothing at the first; the answer given there stays, and Enter keeps it.
            if place > 1:
                terminal.at(place - 1)
                session.check_kept(place - 1)
                terminal.send("\r")
                terminal.at(place)
        else:
            terminal.at(place)
        terminal.send(session.keys)
        if place < 3:
            terminal.at(place + 1)
            terminal.send("\x03")
            code = 130
        else:
            terminal.until("Done")
            terminal.settle()
            terminal.send("\x1b")
            code = 0
        session.check_end(terminal, code)
    finally:
        terminal.close()
    session.check_kept(place)


def end_in_menu(session, menu, name):
    end, code = ENDS[name]
    count = {"first": 0, "paused": 1, "result": 3}[menu]
    if menu == "paused":
        terminal = session.to(2)
        terminal.send("\x03")
        terminal.end()
        terminal.close()
    if menu == "result":
        terminal = session.to_result()
    else:
        terminal = session.start(*([] if menu == "first" else ["take"]))
        terminal.until("Leave" if menu == "first" else "Start over")
    terminal.settle()
    try:
        end(terminal)
        session.check_end(terminal, code)
    finally:
        terminal.close()
    session.check_kept(count)


def resize_often(session, chance, times):
    """Changes of size at one question; after each, a key must draw something."""
    terminal = session.to(2)
    try:
        for number in range(times):
            size = {0: (1, 1), 1: (500, 200)}.get(number, (chance.randint(1, 500), chance.randint(1, 200)))
            if number % 2:
                size = tuple(1 + (n - 1) // 10 for n in size) if number > 1 else size
            terminal.resize(*size)
            for _ in range(2):
                terminal.send("?")
                deadline = time.monotonic() + PATIENCE
                while len(terminal.raw) == terminal.mark and time.monotonic() < deadline:
                    terminal.more(0.05)
                if len(terminal.raw) == terminal.mark:
                    raise Broken(f"at {size} it draws nothing")
                terminal.settle()
        terminal.mark = len(terminal.raw)
        terminal.resize(80, 24)
        terminal.at(2)
        terminal.send("\x03")
        session.check_end(terminal, 130)
    finally:
        terminal.close()
    session.check_kept(1)
    session.check_goes_on(1)


def main():
    p = parser(__doc__)
    args = p.parse_args()
    headline("T6 terminal", args)
    coofit, chance, broken = program(args), random.Random(args.seed), []
    n_events = n_menus = n_resizes = 0

    def tried(what, kind, run):
        with scratch() as home:
            try:
                run(Session(coofit, kind, home))
            except (Broken, OSError) as error:
                broken.append(f"{what}: {error}")

    if not args.control:
        for kind in KINDS:
            for place in (1, 2, 3):
                for name in ENDS:
                    tried(f"{name} at {kind} {place}", kind, lambda s: end_at(s, place, name))
                    n_events += 1
                for name in OUTLIVED:
                    tried(f"{name} at {kind} {place}", kind, lambda s: outlive_at(s, place, name))
                    n_events += 1
            tried(f"resizes at {kind}", kind, lambda s: resize_often(s, chance, 25))
            n_resizes += 25
        for menu in ("first", "paused", "result"):
            for name in MENU_ENDS:
                tried(f"{name} in the {menu} menu", "rating", lambda s: end_in_menu(s, menu, name))
                n_menus += 1
    counts = {f"sessions of {len(ENDS) + len(OUTLIVED)} events at {len(KINDS)} kinds of questions": n_events,
              "sessions in menus": n_menus, "changes of size": n_resizes, "broken": len(broken)}
    if not args.no_control:
        seen = tries = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with scratch() as home:
                terminal = Terminal(control("terminal", home), home, home)
                terminal.at(1, 40)
                os.kill(terminal.child.pid, number)
                terminal.end()
                seen += len(terminal.wrong()) == 2
                tries += 1
                terminal.close()
        counts["times the control was seen, of 4"] = seen
        if seen < tries:
            broken.append(f"the control was seen {seen} of {tries} times")
    done(counts, args.control or n_events >= 150 and n_resizes >= 100, broken)


if __name__ == "__main__":
    main()
