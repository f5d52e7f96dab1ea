#!/usr/bin/env python3
"""Writes the Homebrew formula and the Scoop manifest for the archives in target/dist.

    python3 packaging/manifests.py

The address comes from `repository` in Cargo.toml, the sums from the archives.
"""

import json
import os
import sys

from archive import DIST, manifest

FORMULA = """class Coofit < Formula
  desc "{about}"
  homepage "{repository}"
  version "{version}"
  license "MIT"

  on_macos do
    on_arm do
      url "{base}/{mac_arm}"
      sha256 "{mac_arm_sum}"
    end
    on_intel do
      url "{base}/{mac_intel}"
      sha256 "{mac_intel_sum}"
    end
  end

  on_linux do
    on_arm do
      url "{base}/{linux_arm}"
      sha256 "{linux_arm_sum}"
    end
    on_intel do
      url "{base}/{linux_intel}"
      sha256 "{linux_intel_sum}"
    end
  end

  def install
    bin.install "coofit"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/coofit.bash" => "coofit"
    zsh_completion.install "completions/_coofit"
    fish_completion.install "completions/coofit.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/coofit --version")
  end
end
"""
ARCHIVES = {
    "mac_arm": "aarch64-apple-darwin.tar.gz",
    "mac_intel": "x86_64-apple-darwin.tar.gz",
    "linux_arm": "aarch64-unknown-linux-musl.tar.gz",
    "linux_intel": "x86_64-unknown-linux-musl.tar.gz",
    "windows": "x86_64-pc-windows-msvc.zip",
}


def main():
    known = manifest()
    known["about"] = "Career-fit self-assessment for the terminal"
    known["base"] = f"{known['repository']}/releases/download/v{known['version']}"
    for name, ending in ARCHIVES.items():
        known[name] = f"coofit-{known['version']}-{ending}"
        sums = os.path.join(DIST, known[name] + ".sha256")
        if not os.path.exists(sums):
            sys.exit(f"there is no {sums}; packaging/archive.py makes it")
        known[f"{name}_sum"] = open(sums, encoding="utf-8").read().split()[0]
    with open(os.path.join(DIST, "coofit.rb"), "w", encoding="utf-8", newline="\n") as file:
        file.write(FORMULA.format(**known))
    program = {
        "url": f"{known['base']}/{known['windows']}",
        "hash": known["windows_sum"],
        "extract_dir": known["windows"].removesuffix(".zip"),
    }
    scoop = {
        "version": known["version"],
        "description": known["about"],
        "homepage": known["repository"],
        "license": "MIT",
        "architecture": {"64bit": program},
        "bin": "coofit.exe",
    }
    with open(os.path.join(DIST, "coofit.json"), "w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(scoop, indent=4) + "\n")


if __name__ == "__main__":
    main()
