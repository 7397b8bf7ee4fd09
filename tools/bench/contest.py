"""The measurements: every builder with the same content, in turn, round after round."""

import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from tools.bench.browser import Weight, serve, wait_until_painted, weigh
from tools.bench.builders import (
    ENVIRONMENT,
    OURS,
    Builder,
    Workplace,
    WrongSiteError,
    address_of,
    check_pages,
    count_rebuilt,
)
from tools.bench.checking import measure_check
from tools.bench.content import SUBJECTS, Content, make_content
from tools.bench.running import Run
from tools.bench.texts import compose_note

ORGANISATIONS = 30
FIRST_MARK = 1001


@dataclass(frozen=True)
class Plan:
    """What to measure: numbers of news items, of rounds, and who takes part beside us."""

    news: int
    rounds: int
    peers: Sequence[Builder]
    sizes: Sequence[int]
    served: Sequence[int]
    checked: int
    folder: Path

    @property
    def builders(self) -> list[Builder]:
        return [OURS, *self.peers]


@dataclass
class Results:
    """What was measured. Builders by name; `rebuilds`, `rebuilt` and `served` are ours.

    `indexes`: only the search indexes of ours, both at once: no build that changes both languages takes less.
    `growth`: seconds of a cold build by number of news items. `same`: how often the site after edits was compared with
    that of the cold build after it, and was the same to the byte.
    """

    cold: defaultdict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))
    pages: dict[str, int] = field(default_factory=dict)
    growth: defaultdict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    weights: dict[str, Weight] = field(default_factory=dict)
    indexes: list[Run] = field(default_factory=list)
    rebuilds: defaultdict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))
    rebuilt: dict[str, int] = field(default_factory=dict)
    served: dict[int, list[float]] = field(default_factory=dict)
    checks: dict[str, list[float]] = field(default_factory=dict)
    same: int = 0


class Marks:
    """The numbers that edits write: each is new."""

    def __init__(self) -> None:
        self._last = FIRST_MARK
        self.current = {subject: 1 for subject in SUBJECTS}

    def change(self, subject: str) -> Mapping[str, int]:
        """Give a subject a new number; return those of all."""
        self._last += 1
        self.current[subject] = self._last
        return self.current


def hold(plan: Plan, browser: Browser, say: Callable[[str], None]) -> Results:
    """Measure everything in the plan. Raises RunError and WrongSiteError."""
    results, marks = Results(), Marks()
    content = make_content(plan.news, ORGANISATIONS)
    places = _open(plan, plan.news, content)
    for place in places:
        say(f"{place.builder.title}: a build that is not counted")
        place.build()
    for number in range(plan.rounds):
        for place in (*places[number % len(places) :], *places[: number % len(places)]):
            say(f"round {number + 1} of {plan.rounds}: {place.builder.title}")
            _measure_round(place, plan, marks, results)
    check_pages(places, content)
    for place in places:
        name = place.builder.name
        results.pages[name] = place.count_pages()
        results.weights[name] = weigh(browser, place.site, f"{address_of('news', content)}/")
        results.growth[name][plan.news] = median(run.seconds for run in results.cold[name])
        shutil.rmtree(place.root)
    _measure_growth(plan, results, say)
    for size in plan.served:
        say(f"serve with {size} news items")
        results.served[size] = _measure_serve(plan, size, marks, browser)
    if plan.checked:
        say(f"check of {plan.checked} news items")
        results.checks = measure_check(plan.folder / "check", plan.checked, plan.rounds)
    return results


def _open(plan: Plan, news: int, content: Content) -> list[Workplace]:
    places = [Workplace(builder, plan.folder / f"{builder.name}-{news}") for builder in plan.builders]
    for place in places:
        place.open()
        place.lay(content)
    return places


def _measure_round(place: Workplace, plan: Plan, marks: Marks, results: Results) -> None:
    """Ours: a rebuild after each kind of edit, then a cold build, whose site must be the same. Others: a cold build."""
    is_ours = place.builder is OURS
    for subject in SUBJECTS if is_ours else ():
        content = make_content(plan.news, ORGANISATIONS, marks.change(subject))
        place.lay(content)
        run = place.build()
        place.check(content, marks.current)
        results.rebuilds[subject].append(run)
        if (rebuilt := count_rebuilt(run.output)) is not None:
            results.rebuilt[subject] = rebuilt
    content = make_content(plan.news, ORGANISATIONS, marks.current)
    place.lay(content)
    before = place.digest() if is_ours else ""
    place.clean()
    results.cold[place.builder.name].append(place.build())
    place.check(content, marks.current)
    if is_ours:
        compare(place, before)
        results.same += 1
        results.indexes.append(place.index())


def compare(place: Workplace, before: str) -> None:
    """Raise WrongSiteError when a cold build has given another site than the one that edits had led to."""
    if place.digest() != before:
        raise WrongSiteError(f"{place.builder.title}: rebuilds after edits give another site than a cold build")


def _measure_growth(plan: Plan, results: Results, say: Callable[[str], None]) -> None:
    """One cold build of each size by each builder; the size of the rounds is known already."""
    for size in plan.sizes:
        for builder in plan.builders if size != plan.news else ():
            say(f"{builder.title}: {size} news items")
            content = make_content(size, ORGANISATIONS)
            place = Workplace(builder, plan.folder / f"{builder.name}-{size}")
            place.open()
            place.lay(content)
            results.growth[builder.name][size] = place.build().seconds
            check_pages([place], content)
            shutil.rmtree(place.root)


def _measure_serve(plan: Plan, size: int, marks: Marks, browser: Browser) -> list[float]:
    """Seconds from an edited news item on the disk to its new words on the screen, once for each round."""
    content = make_content(size, ORGANISATIONS)
    place = Workplace(OURS, plan.folder / f"serve-{size}")
    place.open()
    place.lay(content)
    seconds = []
    with serve(place.root, ENVIRONMENT) as address:
        page = browser.new_page()
        page.goto(f"{address}/{address_of('news', content)}/")
        for _ in range(plan.rounds):
            files = OURS.list_files(make_content(size, ORGANISATIONS, marks.change("news")))
            page.wait_for_load_state("load")
            saved = time.time()
            place.write(files)
            text = compose_note(marks.current["news"]).ru
            seconds.append(wait_until_painted(page, text, saved))
        page.close()
    shutil.rmtree(place.root)
    return seconds
