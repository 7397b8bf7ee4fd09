"""How long our check takes: cold, and after one edit."""

import sys
from pathlib import Path

from tools.bench import ours
from tools.bench.builders import OURS, Workplace
from tools.bench.content import make_content
from tools.bench.running import run

ORGANISATIONS = 300


def measure_check(root: Path, news: int, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of `macros check`, `cold` and `edited`, in a new folder. Raises RunError on a problem."""
    place = Workplace(OURS, root)
    place.open()
    seconds: dict[str, list[float]] = {"cold": [], "edited": []}
    command = [sys.executable, "-m", "macros", "check"]
    for number in range(rounds):
        place.write(ours.list_files(make_content(news, ORGANISATIONS, {"news": 2 * number + 2})))
        place.clean()
        seconds["cold"].append(run([command], root, {}).seconds)
        place.write(ours.list_files(make_content(news, ORGANISATIONS, {"news": 2 * number + 3})))
        seconds["edited"].append(run([command], root, {}).seconds)
    return seconds
