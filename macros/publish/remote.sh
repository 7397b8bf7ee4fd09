# The server's side of publishing over SSH: sh -c "$script" publish ROOT TOKEN. Needs sh, coreutils, rsync.
#
# Without a TOKEN it tells what there is, and ends. Else it says `hello`, and then does nothing but what it is told, line
# by line. The lock lasts as long as this shell: when the publisher is gone, its end of the connection closes, `read`
# ends and the lock goes. A line that did not arrive whole does nothing, and whatever takes long changes nothing that
# visitors see: only `live` and `turn` do, which are no more than renames.
# Answers are lines: `fail NAME ...`, or what is asked for.
#
#   lock BREAK                the lock is ours, and what there is; BREAK is `yes` if whoever holds it is gone
#   compare SUMS_OF_SUMS      `same` if that is live and whole, else `other`
#   verify SUMS_OF_SUMS       `whole` if that is what lies in our folder, below `release`
#   carry                     `ready`: the assets of other versions are in it, and everything is on the disk
#   live NAME DROP...         it becomes the release NAME and goes live; releases DROP are removed
#   pick NAME...              `picked` and the first of these releases that is whole
#   turn NAME                 that release goes live again
#   check                     `held` if the lock is still ours
#   discard                   what lies in our folder goes, to free the disk
#
# Whoever takes the lock takes away the folders of all others, by one rename each. Everything that changes the site is a
# rename out of our folder or into it: so who lost the lock, however late it wakes, changes nothing. And what still
# receives files for somebody who was killed finds no folder to put them into.
set -eu
umask 022

fail() {
    echo "fail $*"
    exit 1
}

live_name() {
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

# Says `lock-lost` last: whoever has heard another answer listens no more.
clean_up() {
    cd "$root"
    rmdir "$own" 2>/dev/null || true
    if is_ours; then rm -f .lock; else echo "fail lock-lost"; fi
}

# What still receives files may put some more into a folder, but not once it is gone.
remove() {
    for _ in 1 2 3 4 5 6 7 8 9; do
        if rm -rf "$@" 2>/dev/null; then return; fi
    done
    rm -rf "$@" || true
}

# Our folder first, then a look at the lock: who has taken it from us either finds our folder, or is found by us.
# Of versions that did not arrive whole the newest is kept: what did arrive need not be sent again.
take_over() {
    mkdir "$own"
    is_ours || fail lock-lost
    mkdir "$own/trash"
    for other in $(ls -dt incoming-*); do
        [ "$other" != "$own" ] || continue
        mv -T "$other" "$own/trash/$other" 2>/dev/null || continue
        for part in release leftover; do
            if [ -e "$own/trash/$other/$part" ] && [ ! -e "$own/leftover" ]; then
                mv -T "$own/trash/$other/$part" "$own/leftover"
            fi
        done
    done
    remove "$own/trash"
}

tell() {
    echo "pointer $(readlink current || true)"
    for release in releases/*; do echo "release ${release#releases/} $(cat "$release/before" 2>/dev/null)"; done
    if [ -n "$token" ] && [ -e "$own/leftover" ]; then echo "leftover $own/leftover"; fi
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

lock() {
    trap clean_up EXIT
    trap 'exit 1' HUP INT TERM PIPE
    take_lock "$1"
    take_over
    tell
}

# Whether the live release has exactly these files, whole: then nothing will be sent.
compare() {
    name=$(live_name)
    if [ -n "$name" ] && [ "$(sha256sum <"releases/$name/sums")" = "$1  -" ] && is_whole "releases/$name"; then
        remove "$own"
        echo "same"
    else
        echo "other"
    fi
}

verify() {
    [ "$(sha256sum <"$own/release/sums")" = "$1  -" ] || fail damaged sums
    is_whole "$own/release" || fail damaged "$own"
    echo "whole"
}

carry() {
    carry_into "$root/$own/release/site"
    sync -f "$own" 2>/dev/null || sync
    echo "ready"
}

live() {
    mkdir -p releases
    is_ours
    mv -T "$own/release" "releases/$1"
    turn "$@"
}

# mv -T is rename(2): `current` leads to the old release or to the new one, and never nowhere. Releases are renamed
# before they are removed, so that no half of one is ever taken for a release.
turn() {
    name=$1
    shift
    is_ours
    ln -sT "releases/$name/site" "$own/current"
    mv -T "$own/current" current
    mkdir "$own/trash"
    for old; do mv -T "releases/$old" "$own/trash/$old" || true; done
    remove "$own"
    echo "done $name"
}

# The newest of these releases that is whole.
pick() {
    for name; do
        if is_whole "releases/$name"; then
            carry_into "$root/releases/$name/site"
            echo "picked $name"
            return
        fi
    done
    fail nothing-earlier
}

cd -- "$1" 2>/dev/null || fail no-folder "$1"
root=$(pwd -P) token=$2 own=incoming-$2
if [ -e current ] && [ ! -L current ]; then fail not-a-link "$root/current"; fi
command -v rsync >/dev/null || fail no-rsync
if [ -z "$token" ]; then
    tell
    exit
fi
echo "hello"
while read -r word rest; do
    # The words are names of releases: digits, letters, hyphens.
    # shellcheck disable=SC2086
    case "$word" in
        lock | compare | verify | carry | live | pick | turn) $word $rest </dev/null ;;
        check) if is_ours; then echo "held"; else exit 1; fi ;;
        discard) remove "$own/release" ;;
        *) exit 1 ;;
    esac
done
