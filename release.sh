#!/bin/sh
# Gets a release ready, and says what is missing. Publishes nothing, pushes nothing; the pushed tag does.
#
#     ./release.sh            check only
#     ./release.sh --tag      check, then make the tag
set -eu
cd "$(dirname "$0")"

fail() {
    echo "not ready: $1" >&2
    exit 1
}

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
tag="v$version"
echo "version $version"

[ -z "$(git status --porcelain)" ] || fail "there are changes that are not committed"
grep -q "^name = \"coofit\"$" Cargo.lock || fail "Cargo.lock does not name coofit"
grep -A 1 '^name = "coofit"$' Cargo.lock | grep -q "^version = \"$version\"$" || fail "Cargo.lock has another version"
grep -q "^## $version (unreleased)$" CHANGELOG.md && fail "CHANGELOG.md calls $version unreleased; put the date there"
grep -Eq "^## $version \([0-9]{4}-[0-9]{2}-[0-9]{2}\)$" CHANGELOG.md || fail "CHANGELOG.md has no heading '## $version (YYYY-MM-DD)'"
git rev-parse -q --verify "refs/tags/$tag" >/dev/null && fail "the tag $tag is there already; raise the version"
ls tests/data/attempts/"$version"-*.json >/dev/null 2>&1 || fail "tests/data/attempts has no attempts of $version to keep for ever"

grep -q '\.invalid' Cargo.toml && fail "Cargo.toml does not say where coofit is published, and who answers (repository, maintainer)"

.ci/run
sh packaging/source.sh
if command -v cargo-deny >/dev/null; then cargo deny check; else echo "skipped: this machine has no cargo-deny"; fi

if [ "${1:-}" = "--tag" ]; then
    git tag -a "$tag" -m "coofit $version"
    echo "tagged $tag; with git push origin $tag, .github/workflows/ci.yml builds a draft of the release"
else
    echo "ready for ./release.sh --tag"
fi
echo "slower checks, by hand: docs/reliability.md"
