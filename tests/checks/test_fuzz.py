"""Whatever stands in the files, the check answers, and every answer can be shown. FUZZ=1000 tries more examples."""

import os
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from macros.content.model import LANGUAGES
from macros.content.problems import render_codequality, render_github, render_text
from tests.checks.cases import BASE, Base

CUT = 1 if "FUZZ" in os.environ else 8
"""What repeats itself is by so much shorter than the largest file that is read; still, no stack holds what it nests."""
FILES = sorted(path.relative_to(BASE).as_posix() for path in BASE.rglob("*.*") if path.is_file())
TEXTS = {name: (BASE / name).read_text("utf-8") for name in FILES}
SNIPPETS = (
    *"\t\n\r\0\"'`@%&*!|>?:-#,[]{}<>=~\\",
    *(": ", "- ", "---\n", "...\n", "<<: ", "{{", "}}", "{%", "{#", "{{ fact(", "{{ hero() }}\n", "# ", "```\n", "=\n"),
    *(
        "null",
        "no",
        "012",
        "12:30",
        "1.10",
        "2024-02-30",
        "\u200b",
        "\u202e",
        "\ufeff",
        "\ufffd",
        "\u2028",
        "и\u0306",
        "\U0001f6a2",
    ),
    *(
        "<<<<<<< HEAD\n",
        "=======\n",
        "%YAML 1.1\n",
        "&a ",
        "*a",
        "!!int ",
        "? ",
        "[" * 50,
        "  ",
        "\n\n",
        "id: x\n",
        "{n.x}",
    ),
)
WORDS = sorted({word for text in TEXTS.values() for word in text.replace(":", " ").split()} | set(SNIPPETS))


def examine(base: Base, contents: dict[str, bytes]) -> None:
    """Check the site with some files replaced."""
    with base.restored(contents):
        for name, raw in contents.items():
            (base.root / name).write_bytes(raw)
        problems = base.find()
    for lang in LANGUAGES:
        for render in (render_text, render_codequality, render_github):
            render(problems, lang).encode()
    for problem in problems:
        raw = contents.get(problem.file, TEXTS.get(problem.file, "").encode())
        lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
        assert 0 <= problem.line <= lines, problem
        assert (problem.line == 0) == (problem.column == 0), problem
        assert "\n" not in "".join(problem.details.values()), problem


@pytest.fixture(autouse=True)
def leave_out_hunspell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example has words of its own; where there are few examples, hunspell would take most of the time."""
    if "FUZZ" not in os.environ:
        monkeypatch.setenv("PATH", "")


@given(name=st.sampled_from(FILES), raw=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_answered(base: Base, name: str, raw: bytes) -> None:
    examine(base, {name: raw})


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, bytes]:
    """Up to three files of the base, each with a few cuts, insertions and repetitions."""
    contents = {}
    for name in draw(st.lists(st.sampled_from(FILES), min_size=1, max_size=3, unique=True)):
        text = TEXTS[name]
        for _ in range(draw(st.integers(1, 4))):
            start = draw(st.integers(0, len(text)))
            end = min(len(text), start + draw(st.integers(0, 30)))
            middle = draw(st.sampled_from(("", text[start:end] * 2, *SNIPPETS)) | st.sampled_from(WORDS))
            text = text[:start] + middle + text[end:]
        contents[name] = text.encode()
    return contents


@given(contents=mutated())
def test_damaged_files_are_answered(base: Base, contents: dict[str, bytes]) -> None:
    examine(base, contents)


def values_like(value: Any) -> st.SearchStrategy[Any]:
    """Values of the shape of `value`, with parts replaced by something else, left out or doubled."""
    other = st.sampled_from(
        (
            None,
            "",
            "x",
            "no",
            "2024-13-01",
            [],
            {},
            [[]],
            [None],
            {"ru": "x"},
            {"id": []},
            {"[key]": "x"},
            {"text": {"": ""}},
        )
    )
    if isinstance(value, dict):
        parts = {key: values_like(item) for key, item in value.items()}
        return st.one_of(
            st.fixed_dictionaries(parts),
            st.fixed_dictionaries({}, optional=parts),
            st.just({**value, "plural": "x"}),
            other,
        )
    if isinstance(value, list):
        return st.just(value) | (st.lists(values_like(value[0]), max_size=3) if value else st.just([])) | other
    return st.just(value) | st.just(value) | other


@st.composite
def reshaped(draw: st.DrawFn) -> dict[str, bytes]:
    """A data file of valid YAML and wrong structure."""
    name = draw(st.sampled_from([name for name in FILES if name.endswith(".yaml")]))
    value = draw(values_like(yaml.load(TEXTS[name], yaml.BaseLoader)))
    return {name: yaml.safe_dump(value, allow_unicode=True).encode()}


@given(contents=reshaped())
def test_data_of_any_shape_is_answered(base: Base, contents: dict[str, bytes]) -> None:
    examine(base, contents)


@pytest.mark.parametrize(
    "text",
    [
        "{{" * (35_000 // CUT),
        "{{x}}" * (14_000 // CUT),
        "```\n~~~\n" * (9_000 // CUT),
        "{{ fcat(1) }}\n\n" * (5_000 // CUT),
        "> " * (35_000 // CUT),
        "- " * (35_000 // CUT) + "#",
        "{{ f(" + "1, " * (25_000 // CUT) + ") }}",
    ],
    ids=["open", "calls", "fences", "misspelt", "quotes", "lists", "arguments"],
)
def test_page_that_repeats_itself_is_answered(base: Base, text: str) -> None:
    head = "---\ntitle: О кластере\ndescription: Всё о корабликах.\n---\n\n"

    examine(base, {"docs/ru/about.md": (head + text).encode()})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("data/menu.yaml", "header: [" + "a, " * (300_000 // CUT) + "]\nfooter: []\n"),
        ("data/menu.yaml", "a: " * (300_000 // CUT)),
        ("data/menu.yaml", "- " * (400_000 // CUT)),
        ("data/menu.yaml", "{a: " * (200_000 // CUT)),
        ("data/menu.yaml", "&a " * (300_000 // CUT)),
        ("data/menu.yaml", "".join(f"a{n}: x\n" for n in range(80_000 // CUT))),
        ("data/sources.yaml", "- {a: b}\n" * (100_000 // CUT)),
        ("data/sources.yaml", "- {id: harbour-news}\n" * (40_000 // CUT)),
        (
            "data/unknowns.yaml",
            TEXTS["data/unknowns.yaml"].replace("north-yard", ", ".join(f"n{n}" for n in range(90_000 // CUT))),
        ),
        (
            "data/sources.yaml",
            TEXTS["data/sources.yaml"].replace("url: https://", "url: https://" + "a." * (400_000 // CUT)),
        ),
        ("data/strings.yaml", TEXTS["data/strings.yaml"].replace("{date}", "{" * 900)),
    ],
)
def test_data_that_repeats_itself_is_answered(base: Base, name: str, text: str) -> None:
    examine(base, {name: text.encode()})
