#!/bin/sh
# T14: every fuzz target for a while, from the committed corpus.
#
#     sh stress/fuzz.sh [SECONDS]          (default 60)
#
# Needs cargo-fuzz (`cargo install --locked cargo-fuzz`). Works on stable without a sanitizer. With
# AddressSanitizer: RUSTC_BOOTSTRAP=1 SANITIZER=address sh stress/fuzz.sh
# Some targets only: TARGETS="csv html" sh stress/fuzz.sh
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
command -v cargo-fuzz >/dev/null || { echo "skipped: this machine has no cargo-fuzz"; exit 0; }
for target in ${TARGETS:-bank attempt answers csv text html markdown}; do
    # A page holds its text several hundred times.
    case $target in html | markdown) longest=400 ;; *) longest=16384 ;; esac
    new=$(mktemp -d)
    log=$(mktemp)
    cargo fuzz run --sanitizer "${SANITIZER:-none}" --target-dir "target/fuzz${SANITIZER:+-$SANITIZER}" "$target" "$new" "fuzz/corpus/$target" -- \
        -max_total_time="$seconds" -max_len="$longest" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1 ||
        { tail -40 "$log"; echo "$target: FAILED"; exit 1; }
    echo "$target: $(grep -o 'Done.*' "$log"), 0 findings"
    rm -rf "$new" "$log"
done
