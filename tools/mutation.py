"""Mutation test of macros/content: does a test notice when code changes? `make mutation`, outside of `make test`.

    mutation.py                      a random sample of 400 changes, the same every time
    mutation.py --sample 0           every change; takes many hours
    mutation.py --module parity      every change of one module; with --sample, some of them

Prints the score of each module, killed and timed out of all tried, and the changes that no test noticed. Works in
`mutants/`, by mutmut. The fuzz tests are left out: their guard against hanging fails in code that is traced.
"""

import argparse
import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

MUTANTS = Path("mutants/macros/content")
UNKNOWN = "macros.content.nothing"
SURVIVED, NO_TESTS = 0, 33
"""What mutmut 3.8 notes of a change: the exit code of pytest, or a code of its own when no test reaches it."""


def mutmut(*arguments: str, quiet: bool = False) -> str:
    """Run mutmut and return what it printed; its progress goes to the terminal unless `quiet`."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    run = subprocess.run(command, stdout=subprocess.PIPE if quiet else None, text=True, check=False)
    return run.stdout or ""


def results() -> dict[str, int | None]:
    """Exit code by name of each change, None for one that was not tried."""
    found: dict[str, int | None] = {}
    for meta in sorted(MUTANTS.glob("*.meta")):
        found |= json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
    return found


def module_of(name: str) -> str:
    return name.split(".")[2]


def main() -> int:
    """Return 0 when at least 90 % of the changes tried were noticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, help="how many changes; 0 for all")
    parser.add_argument("--module", action="append", default=[], help="a module of macros/content, without .py")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--children", default="2", help="processes at once")
    options = parser.parse_args()
    mutmut("run", "--max-children", options.children, UNKNOWN)
    names = sorted(name for name in results() if not options.module or module_of(name) in options.module)
    if not names:
        print("No changes were made; see above.", file=sys.stderr)
        return 2
    size = options.sample if options.sample is not None else (0 if options.module else 400)
    chosen = sorted(random.Random(options.seed).sample(names, size)) if 0 < size < len(names) else names
    mutmut("run", "--max-children", options.children, *chosen)
    return report(chosen)


def report(chosen: list[str]) -> int:
    """Print scores and survivors."""
    codes = results()
    tried = {name: codes[name] for name in chosen if codes.get(name) is not None}
    alive = [name for name, code in tried.items() if code in (SURVIVED, NO_TESTS)]
    by_module: dict[str, Counter[bool]] = defaultdict(Counter)
    for name in tried:
        by_module[module_of(name)][name in alive] += 1
    for module, counts in sorted(by_module.items()):
        print(f"{module:16} {counts[False]:4} of {counts.total():4}  {counts[False] / counts.total():.0%}")
    for name in alive:
        print(f"\n{name}\n{mutmut('show', name, quiet=True)}")
    killed = len(tried) - len(alive)
    print(
        f"Noticed: {killed} of {len(tried)} = {killed / max(len(tried), 1):.1%}; not tried: {len(chosen) - len(tried)}"
    )
    return 0 if killed >= 0.9 * len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
