#!/usr/bin/env python3
"""Makes the pictures of the README from real runs: docs/quiz.svg, and docs/report.png where Chromium is.

    pip install pyte
    cargo build --release
    python3 docs/pictures.py

The quiz runs in a terminal of 80 columns; a real person takes longer for each question.
"""

import fcntl
import html
import os
import pathlib
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time

import pyte

ROOT = pathlib.Path(__file__).resolve().parent.parent
COLUMNS, ROWS = 80, 24
# Size of a character, and space around the screen, in pixels.
WIDTH, HEIGHT, MARGIN = 8.4, 19, 16

# Keys, the text that shows that they were handled, and how long the frame is shown, in seconds.
QUIZ = [
    ("", "1 of ", 2.5),
    ("?", "Why:", 3.5),
    ("4", "2 of ", 1.2),
    ("2", "3 of ", 1.2),
    ("3", "4 of ", 1.2),
    ("4", "5 of ", 1.2),
    ("\x1b[D", "4 of ", 1.5),
    ("5", "5 of ", 1.2),
]
RESULT_SECONDS = 9


class Screen:
    """A program on a terminal, and what it shows."""

    def __init__(self, command, rows, home):
        self.screen = pyte.Screen(COLUMNS, rows)
        self.stream = pyte.ByteStream(self.screen)
        environment = {
            "PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8", "COOFIT_DATA_DIR": home, "PAGER": "cat",
        }
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, COLUMNS, 0, 0))
            os.execve(command[0], command, environment)

    def read(self, seconds):
        """Reads until nothing came for so long; false at the end of the program."""
        while select.select([self.terminal], [], [], seconds)[0]:
            try:
                read = os.read(self.terminal, 65536)
            except OSError:
                return False
            if not read:
                return False
            self.stream.feed(read)
        return True

    def wait(self, text):
        limit = time.monotonic() + 20
        while text not in " ".join(" ".join(self.screen.display).split()):
            if time.monotonic() > limit or not self.read(0.1):
                sys.exit(f"no {text!r} on the screen:\n" + "\n".join(self.screen.display))
        self.read(0.2)

    def send(self, keys):
        os.write(self.terminal, keys.encode())

    def rows(self):
        """Each row as runs: the column, the text, its class."""
        rows = []
        for y in range(self.screen.lines):
            runs = []
            for x in range(COLUMNS):
                cell = self.screen.buffer[y][x]
                kind = " ".join(name for name, is_so in [
                    ("bold", cell.bold), (cell.fg, cell.fg != "default"), ("reverse", cell.reverse),
                ] if is_so)
                if runs and runs[-1][2] == kind:
                    runs[-1][1] += cell.data
                else:
                    runs.append([x, cell.data, kind])
            rows.append([run for run in runs if run[1].strip()])
        while rows and not rows[-1]:
            rows.pop()
        return rows


def frames(program):
    with tempfile.TemporaryDirectory() as home:
        screen = Screen([program, "take", "--form", "full"], ROWS, home)
        for keys, text, seconds in QUIZ:
            screen.send(keys)
            screen.wait(text)
            yield screen.rows(), seconds
        screen.send("\x03")
        screen.read(2)
        result = Screen([program, "score", str(ROOT / "tests/data/sample-answers.json")], 45, home)
        while result.read(1):
            pass
        yield result.rows(), RESULT_SECONDS


def text(rows):
    parts = []
    for y, runs in enumerate(rows):
        for x, run, kind in runs:
            lead = len(run) - len(run.lstrip())
            run, x = run.strip(), x + lead
            parts.append(
                f'<text x="{MARGIN + x * WIDTH:.1f}" y="{MARGIN + 14 + y * HEIGHT}" class="{kind}" '
                f'textLength="{len(run) * WIDTH:.1f}" lengthAdjust="spacingAndGlyphs">{html.escape(run)}</text>'
            )
    return "\n".join(parts)


def picture(shown):
    height = 2 * MARGIN + max(len(rows) for rows, _ in shown) * HEIGHT
    width = 2 * MARGIN + COLUMNS * WIDTH
    total = sum(seconds for _, seconds in shown)
    styles, groups, start = [], [], 0
    for index, (rows, seconds) in enumerate(shown):
        begin, end = 100 * start / total, 100 * (start + seconds) / total
        before = "" if index == 0 else f"0%,{begin - 0.01:.2f}%{{visibility:hidden}}"
        after = "" if index + 1 == len(shown) else f"{end:.2f}%,100%{{visibility:hidden}}"
        styles.append(f"@keyframes f{index}{{{before}{begin:.2f}%,{end - 0.01:.2f}%{{visibility:visible}}{after}}}")
        styles.append(f"#f{index}{{animation:f{index} {total}s step-end infinite}}")
        groups.append(f'<g id="f{index}" class="frame">\n{text(rows)}\n</g>')
        start += seconds
    last = len(shown) - 1
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img">
<title>The quiz in a terminal: a statement with five answers, and at the end the score with its range.</title>
<style>
rect{{fill:#1b1f24}}
text{{font:14px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d6dbe1;white-space:pre}}
.bold{{font-weight:bold;fill:#fff}}.cyan{{fill:#5cc8d7}}.green{{fill:#7bd88f}}.brown{{fill:#e5c07b}}
.red{{fill:#f28b82}}.brightblack{{fill:#9aa4af}}.blue{{fill:#82aaff}}.magenta{{fill:#d7a1f9}}
.frame{{visibility:hidden}}
{chr(10).join(styles)}
@media (prefers-reduced-motion:reduce){{.frame{{animation:none!important}}#f{last}{{visibility:visible}}}}
</style>
<rect width="100%" height="100%" rx="8"/>
{chr(10).join(groups)}
</svg>
"""


def page(program):
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        print("docs/report.png stays as it is: no Chromium")
        return
    with tempfile.TemporaryDirectory() as home:
        report = f"{home}/report.html"
        answers = str(ROOT / "tests/data/sample-answers.json")
        subprocess.run([program, "score", answers, "-o", report], check=True)
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1280,860",
             f"--screenshot={ROOT / 'docs/report.png'}", f"file://{report}"],
            check=True, capture_output=True,
        )


def main():
    program = str(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/coofit").resolve())
    (ROOT / "docs/quiz.svg").write_text(picture(list(frames(program))))
    page(program)


main()
