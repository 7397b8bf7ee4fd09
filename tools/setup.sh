#!/bin/sh
# Makes ready what a make target needs. Safe to run again, in parallel, and after an interruption.
#
#   setup.sh run       .venv with requirements.txt; hunspell too, where it can be had
#   setup.sh test      .venv with requirements-test.txt, which contains the former
#   setup.sh browser   .venv as for tests, and a Chromium that starts; its path is kept in .venv/browser
#   setup.sh hunspell  hunspell with its Russian and British dictionaries
#   setup.sh nginx     an nginx for the tests
#   setup.sh sshd      sshd and rsync for the tests; no service is started
#   setup.sh rclone    rclone, which publishes to object storage; setup.sh rsync: that to servers and folders
#   setup.sh node      the programs of tools/node, by npm
#   setup.sh java      a Java that starts
#   setup.sh hugo      Hugo, which make bench compares us with
#   setup.sh lock      all requirements files anew; further arguments go to uv
#
# PYTHON and CHROMIUM, when set, name the programs to use.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."

venv_python=.venv/bin/python
uv_version=0.13.9

say() {
    echo "==> $*"
}

# First line: what is wrong. Further arguments: what to do, a line each.
fail() {
    echo "Error: $1" >&2
    shift
    for line in "$@"; do
        echo "  $line" >&2
    done
    exit 1
}

is_root_at_hand() {
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

system_id() {
    # A subshell: os-release sets names such as VERSION.
    # shellcheck source=/dev/null
    (. /etc/os-release && echo "${ID:-}") 2>/dev/null || true
}

# Descriptor 9 holds the set-up lock; closed here, or a service that a package starts would keep it.
install_system_packages() {
    command -v apt-get >/dev/null && is_root_at_hand || return 1
    say "Installing $* with apt-get"
    as_root apt-get -qq update 9>&- || say "apt-get update failed; going on with the lists at hand"
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 install "$@" >/dev/null 9>&-
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# Sets `python`.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_new_enough "$PYTHON" || fail "PYTHON=$PYTHON is not a Python of version 3.11 or newer."
        python=$PYTHON
        return
    fi
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        if is_new_enough "$python"; then return; fi
    done
    fail "Python 3.11 or newer was not found (python3 is: $(python3 --version 2>/dev/null || echo missing))." \
        "Debian 12, Ubuntu 24.04 or newer: apt-get install python3 python3-venv" \
        "macOS: brew install python" \
        "Elsewhere: install it from your system's packages. If it has another name: make PYTHON=/path/to/python3"
}

can_make_venv() {
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1
}

# Debian and Ubuntu keep ensurepip apart from Python.
make_venv_in() {
    if ! can_make_venv; then
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if [ "$("$python" -c 'import sys; print(sys.base_prefix)')" = /usr ]; then
            install_system_packages "$package" || true
        fi
        can_make_venv || fail "$python cannot make a virtual environment: it has no ensurepip." \
            "Debian, Ubuntu: sudo apt-get install $package" \
            "Elsewhere: install the part of Python that holds venv and ensurepip, or name another Python: make PYTHON=..."
    fi
    "$python" -m venv --clear "$1"
}

# Wheels only: no package runs code of its own at installation, and no compiler is needed.
# Modules are compiled when they are first used: most never are.
# pip's own settings stay in force (a proxy, a mirror), except those that would install elsewhere.
pip_install() {
    environment=$1
    shift
    env -u PIP_TARGET -u PIP_PREFIX PIP_USER=0 "$environment/bin/python" -m pip install \
        --quiet --disable-pip-version-check --no-input --no-compile --only-binary :all: "$@" ||
        fail "The dependencies could not be installed; the reason stands above." \
            "When it is mended (the network, a proxy, disk space), run the same command again."
}

# What an installation depends on: its place, the Python behind it (a system upgrade changes it), the lock file.
describe_installation() {
    "$venv_python" -I -c 'import sys; print(sys.prefix, sys.version)' 2>/dev/null && cat "$1"
}

is_installed() {
    [ -f ".venv/installed/$1" ] && describe_installation "$1" | cmp -s - ".venv/installed/$1"
}

record_installation() {
    describe_installation "$1" >".venv/installed/.$1"
    mv ".venv/installed/.$1" ".venv/installed/$1"
}

# One set-up at a time. flock(2) belongs to the open file, so Python can take it for this shell; it ends with the
# shell and everything the shell started, however they end. Not every network file system has it: then no lock.
wait_for_other_setup() {
    exec 9<tools/setup.sh
    "$python" -c '
import fcntl
try:
    fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("==> Waiting for another set-up of this folder", flush=True)
    fcntl.flock(9, fcntl.LOCK_EX)
except OSError:
    pass
'
}

# The record is written last and removed first: without it, whatever an interruption left is made anew.
set_up_venv() {
    if is_installed "$1"; then return; fi
    find_python
    wait_for_other_setup
    if is_installed "$1"; then return; fi
    if ! is_installed requirements.txt; then
        say "Making .venv with $("$python" --version)"
        make_venv_in .venv
    fi
    rm -rf .venv/installed
    mkdir .venv/installed
    say "Installing $1 (the first time takes a minute)"
    pip_install .venv --require-hashes -r "$1"
    record_installation requirements.txt
    record_installation "$1"
}

# Starting it is the only proof: Ubuntu's chromium-browser is a shim that asks for a snap, and a snap cannot read
# the profile folder that Playwright makes for it.
starts() {
    "$venv_python" - "$1" >/dev/null 2>&1 <<'EOF'
import sys
from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    playwright.chromium.launch(executable_path=sys.argv[1]).close()
EOF
}

keep_browser_if_it_starts() {
    [ -x "$1" ] && starts "$1" || return 1
    say "Browser for the tests: $1"
    echo "$1" >.venv/.browser
    mv .venv/.browser .venv/browser
}

find_installed_browser() {
    for name in "$@"; do
        if path=$(command -v "$name") && keep_browser_if_it_starts "$path"; then return; fi
    done
    return 1
}

# Without a window a page opens in half the time. Of Ubuntu's packages, one is missing and the other only fetches a snap.
install_debian_browser() {
    [ "$(system_id)" != ubuntu ] || return 1
    install_system_packages chromium-headless-shell || install_system_packages chromium || return 1
    find_installed_browser chromium-headless-shell chromium
}

install_playwright_browser() {
    say "Downloading Playwright's Chromium"
    "$venv_python" -m playwright install chromium || return 1
    path=$("$venv_python" -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)')
    if keep_browser_if_it_starts "$path"; then return; fi
    # Most likely system libraries are missing; Playwright knows their names for Debian and Ubuntu.
    command -v apt-get >/dev/null && is_root_at_hand || return 1
    as_root "$PWD/$venv_python" -m playwright install-deps chromium && keep_browser_if_it_starts "$path"
}

# Playwright brings a Node.js that needs one library beyond a minimal Debian.
set_up_playwright() {
    if "$venv_python" -m playwright --version >/dev/null 2>&1; then return; fi
    install_system_packages libatomic1 || true
    "$venv_python" -m playwright --version >/dev/null ||
        fail "Playwright, which drives the browser, does not start; the reason stands above." \
            "Debian, Ubuntu: sudo apt-get install libatomic1"
}

set_up_browser() {
    if [ -z "${CHROMIUM:-}" ] && [ -f .venv/browser ] && [ -x "$(cat .venv/browser)" ]; then return; fi
    set_up_playwright
    if [ -n "${CHROMIUM:-}" ]; then
        [ -x "$CHROMIUM" ] || fail "CHROMIUM=$CHROMIUM is not a program."
        return
    fi
    find_installed_browser chromium-headless-shell || install_debian_browser ||
        find_installed_browser chromium chromium-browser google-chrome || install_playwright_browser ||
        fail "The tests need Chromium, and none could be found or installed." \
            "Debian: sudo apt-get install chromium" \
            "Elsewhere: install Chromium or Chrome, then: make test CHROMIUM=/path/to/it"
}

# The files must not depend on the machine they were made on: no settings of uv, no addresses, all platforms.
# fewest: one version of each package for every Python, so that every machine builds the same site.
compile_lock() {
    project=$1
    shift
    env -u UV_FIND_LINKS -u UV_CONSTRAINT -u UV_OVERRIDE -u UV_EXCLUDE -u UV_PRERELEASE -u UV_RESOLUTION \
        "$work/bin/uv" --no-config --quiet pip compile "$project" \
        --universal --python-version 3.11 --fork-strategy fewest --only-binary :all: \
        --generate-hashes --no-annotate --no-emit-index-url --custom-compile-command 'make lock' "$@" >/dev/null
}

# Raises the exact versions in pyproject.toml to the newest that go together. MkDocs 2 has no plugins, and Material ends
# with 9: a move to another engine is a decision, not an upgrade.
raise_pins() {
    sed 's/^\(  "[^"=]*\)==[^"]*"/\1"/' pyproject.toml >"$work/pyproject.toml"
    printf 'mkdocs<2\nmkdocs-material<10\n' >"$work/limits"
    compile_lock "$work/pyproject.toml" --extra test --constraint "$work/limits" --output-file "$work/newest"
    "$python" - "$work/newest" <<'EOF'
import re, sys
from pathlib import Path

newest = dict(re.findall(r"(?m)^([\w.-]+)==([^\s;]+)", Path(sys.argv[1]).read_text()))
file = Path("pyproject.toml")
pin = r'(?m)^(  "([\w.-]+)(?:\[[\w,]+\])?==)[^"]+'
file.write_text(re.sub(pin, lambda found: found[1] + newest[found[2]], file.read_text()))
EOF
}

write_locks() {
    find_python
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    make_venv_in "$work"
    pip_install "$work" "uv==$uv_version"
    : >"$work/newest"
    case " $* " in *" --upgrade "*) raise_pins ;; esac
    # Of what tests and site share, the site has the version that suits both.
    compile_lock pyproject.toml --constraint "$work/newest" --output-file requirements.txt "$@"
    # Constrained by the first file: the tests must run with the versions that build the site.
    compile_lock pyproject.toml --extra test --constraint requirements.txt --output-file requirements-test.txt "$@"
    say "Wrote requirements.txt and requirements-test.txt"
}

# Debian keeps some where only root's PATH looks.
has_program() {
    PATH=$PATH:/usr/sbin command -v "$1" >/dev/null
}

# A program, and the package that brings it.
need() {
    has_program "$1" || install_system_packages "$2" || true
    has_program "$1" || fail "$1 could not be found or installed." \
        "Debian, Ubuntu: sudo apt-get install $2" \
        "Elsewhere: install $1 from your system's packages"
}

knows_both_languages() {
    hunspell -d ru_RU -l </dev/null && hunspell -d en_GB -l </dev/null
} >/dev/null 2>&1

set_up_hunspell() {
    knows_both_languages || install_system_packages hunspell hunspell-ru hunspell-en-gb || true
    knows_both_languages || fail "hunspell with Russian and British dictionaries could not be found or installed." \
        "Debian, Ubuntu: sudo apt-get install hunspell hunspell-ru hunspell-en-gb" \
        "Elsewhere: install hunspell and the dictionaries ru_RU and en_GB"
}

# Without it the check tells in a note that spelling was not looked at; not so on GitHub, where nobody reads notes.
# Tried once: without a network apt-get takes its time.
offer_hunspell() {
    if [ -n "${GITHUB_ACTIONS:-}" ]; then
        set_up_hunspell
    elif ! has_program hunspell && [ ! -e .venv/installed/hunspell ]; then
        touch .venv/installed/hunspell
        install_system_packages hunspell hunspell-ru hunspell-en-gb || true
    fi
}

# The tests start an sshd of their own, on loopback. Debian's package would open the whole machine, now and after
# every start: masked during installation and disabled afterwards, its service does neither.
install_sshd() {
    systemctl=$(command -v systemctl || echo true)
    as_root "$systemctl" mask ssh.service ssh.socket >/dev/null 2>&1 || true
    install_system_packages openssh-server || true
    as_root "$systemctl" unmask ssh.service ssh.socket >/dev/null 2>&1 || true
    as_root "$systemctl" disable ssh.service ssh.socket >/dev/null 2>&1 || true
}

set_up_sshd() {
    has_program sshd || ! is_root_at_hand || install_sshd
    need sshd openssh-server
    need rsync rsync
}

# Programs of npm for what stands outside `make test`; none of their installation scripts runs.
set_up_node() {
    need npm npm
    if cmp -s tools/node/package-lock.json tools/node/node_modules/.lock; then return; fi
    say "Installing tools/node (the first time takes a minute)"
    npm --prefix tools/node ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null ||
        fail "The programs of tools/node could not be installed; the reason stands above."
    cp tools/node/package-lock.json tools/node/node_modules/.lock
}

set_up() {
    case "$1" in
        run)
            set_up_venv requirements.txt
            offer_hunspell
            ;;
        test) set_up_venv requirements-test.txt ;;
        browser)
            set_up_venv requirements-test.txt
            set_up_browser
            ;;
        hunspell) set_up_hunspell ;;
        nginx) need nginx nginx-light ;;
        sshd) set_up_sshd ;;
        rclone) need rclone rclone ;;
        rsync) need rsync rsync ;;
        node) set_up_node ;;
        java) need java default-jre-headless ;;
        hugo) need hugo hugo ;;
        *) fail "Usage: sh tools/setup.sh run|test|browser|hunspell|nginx|sshd|rclone|rsync|node|java|hugo ... or sh tools/setup.sh lock" ;;
    esac
}

if [ "${1:-}" = lock ]; then
    shift
    write_locks "$@"
else
    [ $# -gt 0 ] || set -- ""
    for part in "$@"; do set_up "$part"; done
fi
