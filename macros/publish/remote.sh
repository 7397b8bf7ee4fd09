# The server's side of publishing over SSH: sh -c "$script" publish ROOT TOKEN BREAK_LOCK. Needs sh, coreutils, rsync.
#
# Locks, tells what there is, waits for lines on its input, does what they say. The lock lasts as long as this shell:
# when the publisher is gone, its end of the connection closes, `read` ends and the lock goes. A line that did not
# arrive whole does nothing. Answers are lines: `fail NAME ...`, or what is asked for.
#
#   publish NAME SUMS_OF_SUMS DROP...   incoming-TOKEN becomes the release NAME, goes live; releases DROP are removed
#   back NAME...                        the first of these releases that is whole goes live again
#   compare SUMS_OF_SUMS                `same` if that is live and whole, else `other`
#   discard                             incoming-TOKEN goes, to free the disk
set -eu
umask 022

fail() {
    echo "fail $*"
    exit 1
}

live() {
    pointer=$(readlink current) || return 0
    pointer=${pointer#releases/}
    echo "${pointer%/site}"
}

# Owner and age in seconds of the lock that stands.
describe_lock() {
    since=$(stat -c %Y .lock 2>/dev/null) || since=$(date +%s)
    echo "$(($(date +%s) - since)) $(readlink .lock || true)"
}

# A publisher that was killed a moment ago is given three seconds to be missed.
take_lock() {
    if [ "$1" = yes ]; then rm -f .lock; fi
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        if ln -sT "$token" .lock 2>/dev/null; then return; fi
        [ -L .lock ] || [ -w . ] || fail no-permission "$root"
        sleep 0.2
    done
    fail lock-held "$(describe_lock)"
}

is_ours() {
    [ "$(readlink .lock 2>/dev/null)" = "$token" ]
}

clean_up() {
    cd "$root"
    if is_ours; then rm -f .lock; fi
}

# A version that did not arrive whole: what did arrive need not be sent again. Of several the newest is enough.
find_leftover() {
    for leftover in $(ls -dt incoming-* 2>/dev/null); do
        if [ -z "${kept:-}" ]; then
            kept=$leftover
            echo "leftover $kept"
        else
            rm -rf "$leftover" || true
        fi
    done
}

tell() {
    echo "pointer $(readlink current || true)"
    for release in releases/*; do echo "release ${release#releases/} $(cat "$release/before" 2>/dev/null)"; done
    if [ -n "$token" ]; then find_leftover; fi
    if [ -L current ]; then
        echo "manifest"
        cat current/manifest.json 2>/dev/null || true
    fi
    echo "."
}

# Whether a folder holds what the list beside it says.
is_whole() {
    (cd "$1/site" 2>/dev/null && sha256sum --quiet --check ../sums >/dev/null 2>&1)
}

# The assets of every release into a site: pages that are open still ask for them.
carry_into() {
    for release in releases/*; do
        [ -s "$release/assets" ] && [ "$root/$release/site" != "$1" ] || continue
        rsync --recursive --ignore-existing --ignore-missing-args --files-from="$release/assets" \
            --link-dest="$root/$release/site/" "$release/site/" "$1/"
    done
}

# mv -T is rename(2): `current` leads to the old release or to the new one, and never nowhere.
put_live() {
    is_ours || fail lock-lost
    ln -sfT "releases/$1/site" ".current-$token"
    mv -T ".current-$token" current
}

# Renamed first, so that no half of one is ever taken for a release.
drop() {
    for name; do
        mkdir -p trash
        mv -T "releases/$name" "trash/$name" || true
    done
    rm -rf trash || true
}

publish() {
    name=$1 digest=$2
    shift 2
    incoming=incoming-$token
    [ "$(sha256sum <"$incoming/sums")" = "$digest  -" ] || fail damaged sums
    is_whole "$incoming" || fail damaged "$name"
    carry_into "$root/$incoming/site"
    sync -f "$incoming" 2>/dev/null || sync
    is_ours || fail lock-lost
    mkdir -p releases
    mv -T "$incoming" "releases/$name"
    put_live "$name"
    drop "$@"
    for leftover in incoming-* .current-*; do rm -rf "$leftover" || true; done
    echo "done $name"
}

# The newest of these releases that is whole.
back() {
    for name; do
        if is_whole "releases/$name"; then
            carry_into "$root/releases/$name/site"
            put_live "$name"
            echo "done $name"
            return
        fi
    done
    fail nothing-earlier
}

# Whether the live release has exactly these files, whole.
compare() {
    name=$(live)
    if [ -n "$name" ] && [ "$(sha256sum <"releases/$name/sums")" = "$1  -" ] && is_whole "releases/$name"; then
        echo "same"
    else
        echo "other"
    fi
}

cd -- "$1" 2>/dev/null || fail no-folder "$1"
root=$(pwd -P) token=$2
if [ -e current ] && [ ! -L current ]; then fail not-a-link "$root/current"; fi
command -v rsync >/dev/null || fail no-rsync
if [ -n "$token" ]; then
    take_lock "$3"
    trap clean_up EXIT
    trap 'exit 1' HUP INT TERM PIPE
    rm -rf trash
fi
tell
if [ -z "$token" ]; then exit; fi
while read -r word rest; do
    case "$word" in
        compare) compare "$rest" ;;
        # The words are names of releases: digits, letters, hyphens.
        # shellcheck disable=SC2086
        publish | back) $word $rest </dev/null ;;
        discard) rm -rf "incoming-$token" ;;
        *) exit 1 ;;
    esac
done
