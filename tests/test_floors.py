"""The floors of the package: imports run downwards only."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "macros"
FLOORS = {
    "content": (),
    "render": ("content",),
    "outputs": ("content", "render"),
    "checks": ("content",),
    "site": ("content", "checks", "render", "outputs"),
    "publish": ("content", "outputs"),
}
"""What each floor may import of the others."""


def imported(file: Path) -> set[str]:
    """The modules that a file imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def upward(file: Path, floor: str) -> set[str]:
    """The imports of a file that its floor does not allow."""
    allowed = {floor, *FLOORS[floor]}
    names = {name for name in imported(file) if name.split(".")[0] == "macros"}
    return {name for name in names if len(name.split(".")) > 1 and name.split(".")[1] not in allowed}


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_run_downwards_only(floor: str) -> None:
    files = [*(PACKAGE / floor).glob("*.py"), *PACKAGE.glob(f"{floor}.py")]
    assert files
    assert {file.name: names for file in files if (names := upward(file, floor))} == {}


def test_only_the_site_floor_knows_mkdocs() -> None:
    knowing = {
        file.relative_to(PACKAGE).parts[0]
        for file in PACKAGE.rglob("*.py")
        if any(name.split(".")[0] in ("mkdocs", "mkdocs_macros") for name in imported(file))
    }
    assert knowing == {"site"}


def test_the_package_needs_nothing_of_the_tests() -> None:
    """The site is checked and built with requirements.txt alone."""
    tools = {"axe_playwright_python", "hypothesis", "playwright", "pytest", "selectolax"}
    using = {file.name for file in PACKAGE.rglob("*.py") if tools & {name.split(".")[0] for name in imported(file)}}
    assert using == set()


def test_an_upward_import_is_seen(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("def late():\n    from macros.render.view import View\n")
    assert upward(planted, "content") == {"macros.render.view", "macros.render.view.View"}
