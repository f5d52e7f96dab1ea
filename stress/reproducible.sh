#!/bin/sh
# Two builds in two directories give the same bytes, and no bytes name the builder's home.
#
#     sh stress/reproducible.sh
#
# Takes two release builds. Control: without --remap-path-prefix the paths are found in the program.
set -eu
cd "$(dirname "$0")/.."
# Both of one commit, also when another is made meanwhile.
commit=$(git rev-parse HEAD)
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
home=${CARGO_HOME:-$HOME/.cargo}
for name in one another/and-deeper; do
    mkdir -p "$top/$name"
    git archive "$commit" | tar -x -C "$top/$name"
    (
        cd "$top/$name"
        unset CARGO_TARGET_DIR
        RUSTFLAGS="--remap-path-prefix=$PWD=/coofit --remap-path-prefix=$home=/cargo" cargo build --release --locked -q
    )
done
one=$(sha256sum <"$top/one/target/release/coofit")
other=$(sha256sum <"$top/another/and-deeper/target/release/coofit")
named=$(grep -a -c -e "$top" -e "$home/registry" "$top/one/target/release/coofit" || true)
echo "$one"
echo "$other"
echo "lines that name the builder's directories: $named"
[ "$one" = "$other" ] && [ "$named" = 0 ] && echo passed && exit 0
echo FAILED
exit 1
