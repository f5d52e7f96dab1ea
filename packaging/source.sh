#!/bin/sh
# The tarball that people get builds, and passes its own tests.
#
#     sh packaging/source.sh
set -eu
cd "$(dirname "$0")/.."
cargo package --locked --no-verify "$@"
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
cd target/package
rm -rf "coofit-$version"
tar -xzf "coofit-$version.crate"
cd "coofit-$version"
# The crates are built already, if the tests were.
CARGO_TARGET_DIR=../.. cargo test --locked
