#!/bin/sh
# Builds the site of the commit that CHECK_BASE leads to, with the .venv of here, and prints the option that compares it.
# Prints nothing without CHECK_BASE, or when that commit cannot be built any more: then there is nothing to compare.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."

[ -n "${CHECK_BASE:-}" ] && commit=$(git merge-base "$CHECK_BASE" HEAD 2>/dev/null) || exit 0
root=$PWD base=$PWD/.cache/base
git worktree remove --force "$base" >/dev/null 2>&1 || rm -rf "$base"
git worktree prune
git worktree add --quiet --detach "$base" "$commit"
if (cd "$base" && "$root/.venv/bin/python" -m mkdocs build) >"$base.log" 2>&1; then
    echo "--against $base/site"
else
    echo "==> $commit cannot be built (.cache/base.log): nothing to compare with" >&2
fi
