#!/bin/sh
# A group scored in pieces by several processes, and the summary of the whole from their parts.
#
#     examples/cohort-xargs.sh answers.csv DIRECTORY [more options of coofit cohort, such as --bank DIR]
#
# DIRECTORY must not exist yet; scores.csv, summary.json and group.html come out in it. The rows are
# dealt out line by line, so no cell may have a line feed in it. COOFIT names the program, PIECES how
# many pieces there are, all of which run at once.
set -eu

for tool in "${COOFIT:=coofit}" awk split xargs; do
    if ! command -v "$tool" > /dev/null; then
        echo "$0: $tool is missing; nothing was run" >&2
        exit 2
    fi
done
if [ $# -lt 2 ]; then
    echo "usage: $0 answers.csv DIRECTORY [options of coofit cohort]" >&2
    exit 2
fi
answers=$1 out=$2
shift 2
pieces=${PIECES:-4}
mkdir "$out"
head -n 1 "$answers" > "$out/header"
lines=$(($(wc -l < "$answers") / pieces + 1))
tail -n +2 "$answers" | split -a 4 -l "$lines" - "$out/piece."
export COOFIT out

# A process that fails ends the whole; its rows are named within its piece.
ls "$out" | grep '^piece\.' | xargs -P "$pieces" -I{} sh -c '
    piece=$out/$1
    shift
    cat "$out/header" "$piece" | "$COOFIT" cohort - -o "$piece.scores" --part "$piece.part" "$@"
    ' sh {} "$@"

awk 'FNR > 1 || NR == 1' "$out"/piece.*.scores > "$out/scores.csv"
"$COOFIT" cohort --merge "$out"/piece.*.part --summary "$out/summary.json" --report "$out/group.html" "$@"
rm "$out"/piece.* "$out/header"
echo "$out/scores.csv, $out/summary.json and $out/group.html are written" >&2
