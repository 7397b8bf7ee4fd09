"""Spelling: what the dictionaries know, and that they are really asked about the real content."""

import shutil
from pathlib import Path

import pytest

from macros.content import dictionaries
from macros.content.site import today
from macros.content.dictionaries import load_dictionary, suggest
from macros.content.model import Language
from macros.content.problems import explain
from macros.checks import check
from tests.checks.cases import find, report

PROJECT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def read_anew() -> None:
    """Dictionaries are kept once they are read; each test here reads them itself."""
    load_dictionary.cache_clear()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("ru", "заводов фольгой предприятиями защитили ещё еще учёт учет многослойной лаков смолами"),
        ("en", "programmes organisation organised aluminium unfinished aren't prize sizes seized resized London"),
        ("en", "unhappily recreated misunderstandings reused non-standard happier bigger stopped wives"),
    ],
)
def test_all_forms_of_a_word_are_known(lang: Language, words: str) -> None:
    dictionary = load_dictionary(lang)
    assert dictionary is not None
    assert [word for word in words.split() if not dictionary.has(word)] == []


@pytest.mark.parametrize(
    ("lang", "word", "meant"),
    [
        ("ru", "защитта", "защита"),
        ("ru", "кластар", "кластер"),
        ("ru", "предпиятие", "предприятие"),
        ("ru", "Птичка-невиличка", ""),
        ("en", "enterprize", "enterprise"),
        ("en", "packging", "packaging"),
        ("en", "organization", "organisation"),
        ("en", "realizing", "realising"),
        ("en", "color", "colour"),
        ("en", "london", ""),
    ],
)
def test_a_misspelt_word_is_not_known_and_the_right_one_is_suggested(lang: Language, word: str, meant: str) -> None:
    dictionary = load_dictionary(lang)
    assert dictionary is not None
    assert not dictionary.has(word)
    assert not meant or meant in suggest(word, lang, dictionary)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the real content."""
    for name in ("data", "docs"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("docs/ru/about.md", "Якорное предприятие и", "Якорное предпиятие и"),
        ("docs/en/join.md", "become a supplier", "become a suplier"),
        ("data/news/2024-06-10-omsk-defence.yaml", "очную защиту", "очную защитту"),
        ("data/news/2024-06-10-omsk-defence.yaml", "training programme organised", "training programme organized"),
        ("data/participants.yaml", "Станет якорным\n      предприятием", "Станет якорным\n      предпиятием"),
    ],
)
def test_a_misspelling_planted_in_the_real_content_is_reported_where_it_stands(
    content: Path, file: str, right: str, wrong: str
) -> None:
    text = (content / file).read_text("utf-8")
    start = text.rindex(right)
    (content / file).write_text(text[:start] + wrong + text[start + len(right) :], "utf-8")
    lines = zip(text.split("\n"), (content / file).read_text("utf-8").split("\n"), strict=True)
    row = next(number for number, (old, new) in enumerate(lines, start=1) if old != new)

    _, found = check(content, today())
    problems = [problem for problem in found if problem.level != "problem"]

    assert [(problem.file, problem.line, problem.rule) for problem in problems] == [(file, row, "misspelt")]
    assert explain(problems[0], "en")[2].startswith("correct the word")


def test_a_missing_dictionary_is_told_once(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(load_dictionary.cache_clear)
    monkeypatch.setattr(dictionaries, "ENGLISH", tmp_path)
    load_dictionary.cache_clear()

    problems = find(site)

    assert report(problems) == ["data/words.yaml [no-dictionary]"]
    assert problems[0].level == "info"
