#!/bin/sh
# Two release archives from two directories have the same bytes, and no bytes name the builder's home.
#
#     sh stress/reproducible.sh                             for x86_64-unknown-linux-musl
#     sh stress/reproducible.sh x86_64-unknown-linux-gnu    for another target of this machine
#
# Takes two release builds. Control: without --remap-path-prefix the paths are found in the program.
set -eu
cd "$(dirname "$0")/.."
target=${1:-x86_64-unknown-linux-musl}
# Both of one commit, also when another is made meanwhile.
commit=$(git rev-parse HEAD)
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
home=${CARGO_HOME:-$HOME/.cargo}
for name in one another/and-deeper; do
    mkdir -p "$top/$name"
    git archive "$commit" | tar -x -C "$top/$name"
    python3 "$top/$name/packaging/archive.py" "$target" >/dev/null
done
cd "$top"
sha256sum one/target/dist/*.tar.gz another/and-deeper/target/dist/*.tar.gz
program=one/target/$target/release/coofit
named=$(strings "$program" | grep -c -e "$top" -e "$home" -e "$HOME" -e '\.cargo/' -e '\.rustup/' || true)
echo "lines that name the builder's directories: $named"
symbols=$(nm "$program" 2>/dev/null | wc -l)
echo "symbols: $symbols"
cmp one/target/dist/*.tar.gz another/and-deeper/target/dist/*.tar.gz && [ "$named" = 0 ] && [ "$symbols" = 0 ] && echo passed && exit 0
echo FAILED
exit 1
