# The server's side of publishing: sh -c "$script" publish ROOT ACTION ... It travels as an argument: whole or not at all.
# Needs sh, coreutils, rsync and flock. What it prints to stderr as `fail RULE DETAIL` is a message of the catalogue.
#
#   look                                  the live release, and its manifest
#   switch INCOMING DIGEST SUMS EXPECTED  verify what was sent by the SHA-256 of its list of hashes, and put it live if
#                                         EXPECTED still is; prints the release, or nothing if the same one is live, whole
#   rollback                              the newest earlier release that is whole goes live; prints it
set -eu
umask 022
fail() { echo "fail $*" >&2; exit 1; }
live_name() { link=$(readlink current) || return 0; link=${link#releases/}; echo "${link%/site}"; }
is_whole() { (cd "$1/site" && sha256sum --quiet --check ../sums) >/dev/null 2>&1; }
lock() { exec 9<.; flock -n 9 || fail publish-busy; }
# Open pages of other releases go on finding what they ask for.
carry_assets() {
    for other in releases/*; do
        [ -s "$other/assets" ] || continue
        rsync --recursive --ignore-existing --ignore-missing-args --files-from="$other/assets" \
            --link-dest="$PWD/$other/site/" "$other/site/" "$1/site/"
    done
}
# mv -T is rename(2): `current` never leads nowhere.
go_live() { sync -f . 2>/dev/null || sync; ln -sfn "releases/$1/site" .next; mv -T .next current; }
# Five are kept: the live one and those that a rollback can reach.
prune() {
    kept=" $1 " earlier=$1
    for _ in 2 3 4 5; do
        earlier=$(cat "releases/$earlier/before" 2>/dev/null) && [ -n "$earlier" ] || break
        kept="$kept$earlier "
    done
    for release in releases/[0-9]*-*; do
        case "$kept" in *" ${release#releases/} "*) ;; *) rm -rf "$release" ;; esac
    done
}
cd -- "$1" 2>/dev/null || fail publish-no-folder "$1"
for program in rsync flock sha256sum; do
    command -v "$program" >/dev/null || fail publish-no-server-program "$program"
done
[ ! -e current ] || [ -L current ] || fail publish-not-a-link "$1/current"
case "$2" in
look)
    live_name
    [ ! -L current ] || cat current/manifest.json 2>/dev/null || true ;;
switch)
    incoming=$3 digest=$4 sums=$5 expected=$6 live=$(live_name)
    trap 'rm -rf "$incoming"' EXIT
    lock
    [ "$live" = "$expected" ] || fail publish-overtaken
    [ "$(sha256sum <"$incoming/sums")" = "$sums  -" ] && is_whole "$incoming" || fail publish-damaged
    if [ -n "$live" ] && cmp -s "$incoming/sums" "releases/$live/sums" && is_whole "releases/$live"; then exit; fi
    mkdir -p releases
    last=$(ls releases | sed -n 's/^0*\([0-9]*\)-[0-9a-f]*$/\1/p' | sort -n | tail -n 1)
    name=$(printf '%06d-%s' "$((last + 1))" "$digest")
    echo "$live" >"$incoming/before"
    carry_assets "$incoming"
    mv -T "$incoming" "releases/$name"
    go_live "$name"
    prune "$name"
    find . -maxdepth 1 -name 'incoming-*' -mmin +60 -exec rm -rf {} +
    echo "$name" ;;
rollback)
    lock
    name=$(live_name)
    while name=$(cat "releases/$name/before" 2>/dev/null) && [ -n "$name" ]; do
        is_whole "releases/$name" || continue
        carry_assets "releases/$name"
        go_live "$name"
        echo "$name"
        exit
    done
    fail publish-no-earlier ;;
esac
