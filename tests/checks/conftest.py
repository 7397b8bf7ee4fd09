"""The small valid site that cases change, and the whole report of the fixture that breaks almost every rule."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from macros.checks import records
from macros.checks.spelling import find_unknown
from macros.content.model import LANGUAGES
from macros.content.problems import Problem
from tests.checks.cases import BASE, CASES, Base, Case, copy_base, find, load_case


@pytest.fixture(scope="session", autouse=True)
def words_asked_once() -> None:
    """Ask hunspell about the words of all cases at once: to start takes it far longer than to answer."""
    files = (*BASE.rglob("*.*"), *CASES.rglob("*.yaml"))
    words = {word for file in files for word in re.findall(r"[\w'’-]+", file.read_text("utf-8"))}
    for lang in LANGUAGES:
        find_unknown((word.replace("’", "'") for word in words), lang)


@pytest.fixture(scope="session", autouse=True)
def strings_found_once() -> Iterator[None]:
    """The templates and the code stay the same, and to look for strings in them takes a fifth of a check."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "find_strings", cache(records.find_strings))
        yield


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return Base(tmp_path_factory.mktemp("base") / "site")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the small valid site, to be changed."""
    return copy_base(tmp_path / "site")


@pytest.fixture(scope="session")
def everything() -> Case:
    """The fixture that breaks almost every rule at once."""
    return load_case(CASES / "everything" / "changes.yaml")


@pytest.fixture(scope="session")
def everything_found(everything: Case, tmp_path_factory: pytest.TempPathFactory) -> tuple[Problem, ...]:
    """What is wrong with it."""
    root = copy_base(tmp_path_factory.mktemp("everything") / "site")
    everything.change(root)
    return find(root)
