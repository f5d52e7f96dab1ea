#!/usr/bin/env python3
"""Deliberately broken ways of saving, for the negative controls. Never use this for anything else.

    control.py WAY DATA-DIRECTORY [QUESTIONS]

Speaks as `coofit take --plain` does: asks, reads a line, saves, asks the next. The ways:

overwrite     writes over the old file, byte for byte, in a tight loop; ignores refusals
no-sync       new file and rename, nothing synced
no-directory  new file, sync and rename, but the directory is not synced
wide          like coofit's own way, but everybody can read the file
socket        opens a socket, and nothing else
terminal      takes the terminal as the quiz does, hides the cursor, asks, and dies of any signal
sound         like coofit's own way, to see that the harness passes what is sound
"""

import json
import os
import sys
import zlib


def seal(answers, padding):
    # As large as a long quiz, so that the careless way is at work most of the time.
    body = json.dumps({"answers": answers, "padding": "x" * padding}, separators=(",", ":")).encode()
    return b'{"format":"coofit-attempt","version":1,"check":"%08x","body":%s}\n' % (zlib.crc32(body), body)


def save(way, directory, text):
    path = os.path.join(directory, "2026-01-01.json")
    if way == "overwrite":
        try:
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            for byte in range(len(text)):
                os.write(fd, text[byte:byte + 1])
            os.close(fd)
        except OSError:
            pass
        return
    temporary = os.path.join(directory, f".coofit-{os.getpid()}.tmp")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666 if way == "wide" else 0o600)
    os.write(fd, text)
    if way != "no-sync":
        os.fsync(fd)
    os.close(fd)
    os.rename(temporary, path)
    if way in ("sound", "wide"):
        fd = os.open(directory, os.O_RDONLY)
        os.fsync(fd)
        os.close(fd)


def main():
    way, data = sys.argv[1:3]
    items = int(sys.argv[3]) if len(sys.argv) > 3 else 40
    if way == "socket":
        import socket
        socket.socket().close()
        return
    if way == "terminal":
        import signal
        import termios
        modes = termios.tcgetattr(0)
        modes[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(0, termios.TCSANOW, modes)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.write(2, f"\x1b[?25l1 of {items}\r\n".encode())
        signal.pause()
    directory = os.path.join(data, "attempts")
    os.makedirs(directory, 0o777 if way == "wide" else 0o700, exist_ok=True)
    answers = {}
    for number in range(1, items + 1):
        os.write(2, f"\nQuestion {number} of {items}. I am like number {number}.\n".encode())
        line = sys.stdin.readline()
        if not line:
            sys.exit(130)
        answers[f"item-{number:02}"] = int(line)
        save(way, directory, seal(answers, 4000 if way == "overwrite" else 0))


if __name__ == "__main__":
    main()
