#!/usr/bin/env python3
"""Builds the program for one target and packs it with all that belongs to it, into target/dist.

    python3 packaging/archive.py TARGET            such as x86_64-unknown-linux-musl
    python3 packaging/archive.py TARGET --runner wine

The archive has the program, the manual pages, the completions, README, LICENSE and the licenses of the crates in it.
Two builds of one commit have the same bytes, and none of them names a folder of the machine that made them.
Without cargo-auditable the list of crates is missing in the program, which is said. A runner runs what this
machine cannot.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DIST = os.path.join(ROOT, "target", "dist")
SHELLS = {"bash": "coofit.bash", "zsh": "_coofit", "fish": "coofit.fish", "powershell": "_coofit.ps1", "elvish": "coofit.elv"}
# A license is in one of these files of a crate.
LICENSE = re.compile(r"^(license|licence|copying|notice|unlicense|copyright)", re.I)
# The date in archives: a commit has none that is the same on every machine.
EPOCH = 315532800


def manifest():
    """Version and address, from the one place where they are written."""
    text = open(os.path.join(ROOT, "Cargo.toml"), encoding="utf-8").read()
    return {key: re.search(rf'^{key} = "(.*)"$', text, re.M)[1] for key in ("version", "repository")}


def build(target):
    home = os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo"))
    flags = [f"--remap-path-prefix={ROOT}=/coofit", f"--remap-path-prefix={home}=/cargo"]
    env = dict(os.environ)
    env.pop("CARGO_TARGET_DIR", None)
    if "musl" in target:
        flags.append("-Clinker=rust-lld")
    if target.endswith("msvc"):
        # Without this, the program needs a library of Visual Studio.
        flags.append("-Ctarget-feature=+crt-static")
    env["CARGO_ENCODED_RUSTFLAGS"] = "\x1f".join(flags)
    auditable = ["auditable"] if shutil.which("cargo-auditable") else []
    if not auditable:
        print("no cargo-auditable: the program does not list its crates")
    subprocess.run(["cargo", *auditable, "build", "--release", "--locked", "--target", target], cwd=ROOT, env=env, check=True)
    name = "coofit.exe" if "windows" in target else "coofit"
    return os.path.join(ROOT, "target", target, "release", name)


def crates(target):
    """The crates in the program, without those that only build it."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    data = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    packages = {package["id"]: package for package in data["packages"]}
    found, open_ = set(), [data["resolve"]["root"]]
    while open_:
        for dep in nodes[open_.pop()]["deps"]:
            is_in = any(kind["kind"] is None for kind in dep["dep_kinds"])
            is_macro = any("proc-macro" in it["kind"] for it in packages[dep["pkg"]]["targets"])
            if is_in and not is_macro and dep["pkg"] not in found:
                found.add(dep["pkg"])
                open_.append(dep["pkg"])
    return sorted((packages[id] for id in found), key=lambda it: (it["name"], it["version"]))


def notices(target):
    """The licenses of the crates, each text once."""
    texts, bare = {}, []
    for crate in crates(target):
        folder = os.path.dirname(crate["manifest_path"])
        name = f"{crate['name']} {crate['version']} ({crate['license']})"
        files = sorted(file for file in os.listdir(folder) if LICENSE.match(file) and os.path.isfile(os.path.join(folder, file)))
        for file in files:
            text = open(os.path.join(folder, file), encoding="utf-8", errors="replace").read().strip()
            texts.setdefault(text, []).append(name)
        if not files:
            bare.append(name)
    parts = [f"{'; '.join(sorted(set(names)))}\n\n{text}\n" for text, names in sorted(texts.items())]
    if bare:
        parts.append("These crates have a license but no file with its text: " + "; ".join(bare) + "\n")
    return ("\n" + "-" * 80 + "\n\n").join(parts)


def collect(program, target, runner):
    """All files of the archive."""
    folder = os.path.join(DIST, target)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, "man"))
    os.makedirs(os.path.join(folder, "completions"))
    for file in [program, "README.md", "LICENSE", "CHANGELOG.md"]:
        shutil.copy(os.path.join(ROOT, file), folder)
    subprocess.run([*runner, program, "man", os.path.join(folder, "man")], check=True, stdout=subprocess.DEVNULL)
    for shell, name in SHELLS.items():
        script = subprocess.run([*runner, program, "completions", shell], check=True, capture_output=True).stdout
        with open(os.path.join(folder, "completions", name), "wb") as file:
            file.write(script)
    with open(os.path.join(folder, "THIRD-PARTY.txt"), "w", encoding="utf-8", newline="\n") as file:
        file.write(notices(target))
    return folder


def pack(folder, target, version):
    """The archive, with the same bytes wherever it is made."""
    top = f"coofit-{version}-{target}"
    files = sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)
    if "windows" in target:
        path = os.path.join(DIST, f"{top}.zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in files:
                data = open(os.path.join(folder, name), "rb").read()
                archive.writestr(zipfile.ZipInfo(f"{top}/{name}".replace(os.sep, "/")), data, zipfile.ZIP_DEFLATED)
        return path
    path = os.path.join(DIST, f"{top}.tar.gz")
    with open(path, "wb") as file, gzip.GzipFile("", "wb", mtime=0, fileobj=file) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name in files:
                data = open(os.path.join(folder, name), "rb").read()
                entry = tarfile.TarInfo(f"{top}/{name}")
                entry.size, entry.mtime, entry.mode = len(data), EPOCH, 0o755 if name == "coofit" else 0o644
                archive.addfile(entry, io.BytesIO(data))
    return path


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("target")
    p.add_argument("--runner", default="", help="runs the program where this machine cannot, such as qemu-aarch64")
    args = p.parse_args()
    program = build(args.target)
    data = open(program, "rb").read()
    named = [place for place in (ROOT, os.path.expanduser("~")) if place.encode() in data]
    if named:
        sys.exit(f"the program names {named[0]}")
    if b".symtab" in data:
        sys.exit("the program still has its symbols: it is not stripped")
    path = pack(collect(program, args.target, args.runner.split()), args.target, manifest()["version"])
    with open(f"{path}.sha256", "w", encoding="utf-8", newline="\n") as file:
        file.write(f"{hashlib.sha256(open(path, 'rb').read()).hexdigest()}  {os.path.basename(path)}\n")
    print(path)


if __name__ == "__main__":
    main()
