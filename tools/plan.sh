#!/bin/sh
# Says to a workflow whether code must be tested: `code=true`, unless only data/, docs/ and documents have changed since
# CHECK_BASE, or a pull request has tested this very tree. What cannot be known is tested.
set -eu

# On main, asks GitHub: has the pull request that this commit comes from the same files, and was its verdict good?
was_tested() {
    [ -n "${GH_TOKEN:-}" ] || return 1
    here="repos/$GITHUB_REPOSITORY"
    head=$(gh api "$here/commits/$(git rev-parse HEAD)/pulls" --jq '.[0].head.sha // empty') && [ -n "$head" ] &&
        [ "$(gh api "$here/git/commits/$head" --jq .tree.sha)" = "$(git rev-parse 'HEAD^{tree}')" ] &&
        gh api "$here/commits/$head/check-runs?check_name=verdict" --jq '.check_runs[0].conclusion' | grep -qx success
}

# data/schema is made from the code.
is_content_only() {
    [ -n "${CHECK_BASE:-}" ] && base=$(git merge-base "$CHECK_BASE" HEAD) &&
        changed=$(git -c core.quotePath=false diff --name-only --no-renames "$base" HEAD) &&
        ! echo "$changed" | grep -q '^data/schema/' &&
        ! echo "$changed" | grep -vqE '^(data|docs|images)/|^[A-Z-]+\.md$|^$'
}

if is_content_only; then
    echo "Only data/, docs/ and documents have changed: nothing to do here."
elif was_tested; then
    echo "The pull request has tested these very files: nothing to do here."
else
    echo "Code has changed."
    echo "code=true" >>"${GITHUB_OUTPUT:-/dev/null}"
fi
