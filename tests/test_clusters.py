"""Code is tested on clusters of its own: no test reads the content of the site, which can be replaced as a whole."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.built import IS_LONG, PROJECT

TESTS = PROJECT / "tests"
LIVE = ("data", "docs")
ALLOWED = {
    "content/test_schema.py": "data/schema is made from the model",
    "test_editing_guide.py": "examples in the comments at the head of data files are a part of the guide",
}


def find_reading(code: str) -> list[str]:
    """The paths in a test that lead into the content of the site."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            root, path = node.left, node.right
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Path" and node.args:
            root, path = node.func, node.args[0]
        else:
            continue
        is_project = ast.unparse(root) in ("PROJECT", "ROOT", "Path") or "__file__" in ast.unparse(root)
        if is_project and isinstance(path, ast.Constant) and str(path.value).split("/")[0] in LIVE:
            found.append(ast.unparse(node))
    return found


def test_no_test_reads_the_content_of_the_site() -> None:
    reading = {
        path.relative_to(TESTS).as_posix(): find_reading(path.read_text("utf-8")) for path in TESTS.rglob("*.py")
    }
    assert {name: found for name, found in reading.items() if found and name not in ALLOWED} == {}


@pytest.mark.parametrize(
    "code",
    [
        'PROJECT / "data" / "news"',
        'shutil.copytree(ROOT / "docs", folder)',
        'load(Path(__file__).parents[1] / "data/strings.yaml")',
        'Path("docs/ru/index.md").read_text()',
    ],
)
def test_a_test_that_reads_it_is_found(code: str) -> None:
    assert find_reading(code)


def test_a_path_into_a_cluster_of_the_tests_is_none() -> None:
    assert find_reading('DEMO / "data"; small / "docs"; PROJECT / "macros" / "data"; Path(folder)') == []


@pytest.mark.skipif(not IS_LONG, reason="nightly: LONG=1")
def test_with_the_content_of_another_cluster_all_goes_on_working(small: Path) -> None:
    for name in ("tests", "tools", "docs-editing"):
        shutil.copytree(PROJECT / name, small / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    subprocess.run([sys.executable, "-m", "macros", "schema"], cwd=small, check=True)
    shutil.copy(PROJECT / "pyproject.toml", small)
    quick = ["tests/content", "tests/render/test_view.py", "tests/render/test_components.py", "tests/test_floors.py"]
    for command in (["macros", "check"], ["pytest", "-q", "-p", "no:cacheprovider", *quick]):
        run = subprocess.run([sys.executable, "-m", *command], cwd=small, capture_output=True, text=True, timeout=600)
        assert run.returncode == 0, run.stdout + run.stderr
