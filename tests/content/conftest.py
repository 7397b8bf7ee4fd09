"""The small valid site that cases change, and the whole report of the fixture that breaks almost every rule."""

from pathlib import Path

import pytest

from macros.content.problems import Problem
from tests.content.cases import CASES, Case, copy_base, find, load_case


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
    return find(everything.make(tmp_path_factory.mktemp("everything") / "site"))
