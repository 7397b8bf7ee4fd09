"""The results as Markdown: what each builder took, every goal with its figure, and where a peer is better."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from tools.bench.content import SUBJECTS
from tools.bench.contest import Results
from tools.bench.figures import find_exponent, ratio
from tools.bench.running import Run

NAMES = {"news": "news item", "organisation": "organisation", "page": "prose page"}
COLD_GOALS = {"stock": 0.30, "hugo": 2.5}
REBUILD_GOAL = 0.75
GROWTH_GOAL = 1.05
MEMORY_GOAL = 300
CHECK_GOALS = {"cold": 3.0, "edited": 0.5}
SMALL_SITE = 1000
INDEXES = "our search indexes alone, both at once"
COLUMNS = (
    "builder",
    "cold build, s",
    "ours to it",
    "processor, s",
    "memory, MB",
    "pages",
    "news page, KiB",
    "requests",
    "growth",
)


@dataclass(frozen=True)
class Goal:
    """A figure and the most that it may be; `unit` follows both."""

    what: str
    figure: float
    most: float
    unit: str = ""
    note: str = ""

    @property
    def is_reached(self) -> bool:
        return self.figure <= self.most

    @property
    def row(self) -> str:
        reached = "yes" if self.is_reached else "**no**"
        return f"| {self.what} | {self.figure:.2f}{self.unit} | ≤ {self.most:g}{self.unit} | {reached} | {self.note} |"


def list_goals(results: Results) -> Iterator[Goal]:
    """Yield every goal for which something was measured."""
    ours = _seconds(results.cold["ours"])
    for name, most in COLD_GOALS.items():
        if name in results.cold:
            theirs = _seconds(results.cold[name])
            note = f"{median(ours):.2f} s, {median(theirs):.2f} s"
            yield Goal(f"cold build, of {name}’s", ratio(ours, theirs), most, " ×", note)
    for subject in SUBJECTS if "hugo" in results.cold else ():
        taken, theirs = _seconds(results.rebuilds[subject]), _seconds(results.cold["hugo"])
        pages = results.rebuilt.get(subject)
        note = f"{median(taken):.2f} s; pages rebuilt: {'not told' if pages is None else pages}"
        if results.indexes:
            note += f"; {INDEXES}: {ratio(_seconds(results.indexes), theirs):.2f} ×"
        yield Goal(f"one edited {NAMES[subject]}, of Hugo’s full build", ratio(taken, theirs), REBUILD_GOAL, " ×", note)
    if len(growth := results.growth["ours"]) > 1:
        note = f"{_sizes(growth)}; steepest step {_steepest(growth):.2f}"
        yield Goal("growth of the cold build, exponent", find_exponent(growth), GROWTH_GOAL, "", note)
    note = f"{INDEXES}: {_memory(results.indexes):.0f} MB" if results.indexes else ""
    yield Goal("memory of the cold build", _memory(results.cold["ours"]), MEMORY_GOAL, " MB", note)
    for size, seconds in results.served.items():
        most = 1.0 if size <= SMALL_SITE else 2.0
        yield Goal(f"serve, {size} × 2: saved → seen", median(seconds), most, " s", _spread(seconds))
    for name, seconds in results.checks.items():
        what = {"cold": "check, cold", "edited": "check after one edit"}[name]
        yield Goal(what, median(seconds), CHECK_GOALS[name], " s", _spread(seconds))


def render_goals(goals: Sequence[Goal]) -> str:
    """Return the table of goals, and which fall short."""
    short = [goal.what for goal in goals if not goal.is_reached]
    head = ["| goal | figure | wanted | reached | measured |", "| --- | --- | --- | --- | --- |"]
    last = f"Short of the goal: {'; '.join(short)}." if short else "Every goal is reached."
    return "\n".join([*head, *(goal.row for goal in goals), "", last])


def render_builders(results: Results, titles: Mapping[str, str]) -> str:
    """Return a row for each builder."""
    lines = [f"| {' | '.join(COLUMNS)} |", f"|{' --- |' * len(COLUMNS)}"]
    ours = _seconds(results.cold["ours"])
    for name, runs in results.cold.items():
        growth, weight = results.growth[name], results.weights[name]
        cells = [
            titles[name],
            f"{median(_seconds(runs)):.2f} ({_spread(_seconds(runs))})",
            f"{ratio(ours, _seconds(runs)):.2f} ×",
            f"{median(run.cpu for run in runs):.2f}",
            f"{_memory(runs):.0f}",
            str(results.pages[name]),
            f"{weight.kib:.1f}",
            str(weight.requests),
            f"{find_exponent(growth):.2f} ({_sizes(growth)})" if len(growth) > 1 else "—",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    parts = {f"ours after one edited {NAMES[subject]}": runs for subject, runs in results.rebuilds.items()}
    pages = {f"ours after one edited {NAMES[subject]}": count for subject, count in results.rebuilt.items()}
    if results.indexes:
        parts[INDEXES] = results.indexes
    lines += [
        f"| {title} | {median(_seconds(runs)):.2f} ({_spread(_seconds(runs))}) | "
        f"{ratio(_seconds(runs), ours):.2f} × of cold | {median(run.cpu for run in runs):.2f} | {_memory(runs):.0f} | "
        f"{pages.get(title, '—')} | | | |"
        for title, runs in parts.items()
    ]
    return "\n".join(lines)


def render_defeats(results: Results, titles: Mapping[str, str]) -> str:
    """Return where a peer is better than we are, a line each."""
    found = []
    for name in results.cold:
        measures = {
            "faster cold": [median(_seconds(results.cold[who])) for who in ("ours", name)],
            "less memory": [_memory(results.cold[who]) for who in ("ours", name)],
            "a lighter news page": [results.weights[who].kib for who in ("ours", name)],
        }
        won = [f"{what} ({theirs:.2f} to {ours:.2f})" for what, (ours, theirs) in measures.items() if theirs < ours]
        if won:
            found.append(f"- {titles[name]}: {', '.join(won)}")
    return "\n".join(["A peer wins here:", *found]) if found else "No peer wins anywhere."


def _seconds(runs: Sequence[Run]) -> list[float]:
    return [run.seconds for run in runs]


def _memory(runs: Sequence[Run]) -> float:
    return max(run.memory for run in runs)


def _spread(seconds: Sequence[float]) -> str:
    return f"{min(seconds):.2f}–{max(seconds):.2f}"


def _sizes(growth: Mapping[int, float]) -> str:
    return ", ".join(f"{size}: {seconds:.2f} s" for size, seconds in sorted(growth.items()))


def _steepest(growth: Mapping[int, float]) -> float:
    """The largest exponent between two neighbouring sizes: a small site's constant part hides the growth of a large."""
    return max(find_exponent(dict(step)) for step in pairwise(sorted(growth.items())))
