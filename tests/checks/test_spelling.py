"""Spelling: which words are known, and what is said where hunspell is missing."""

from pathlib import Path

import pytest

from macros.checks.spelling import _Speller, find_unknown
from macros.content.model import Language
from tests.checks.cases import find, report


def speller(lang: Language, *words: str) -> _Speller:
    return _Speller(lang, find_unknown(words, lang), frozenset(), frozenset())


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("ru", "заводов фольгой предприятиями защитили ещё еще учёт учет многослойной экспертно-аналитический"),
        ("en", "programmes organisation organised aluminium unfinished prize sizes seized London non-standard"),
    ],
)
def test_all_forms_of_a_word_are_known(lang: Language, words: str) -> None:
    assert [word for word in words.split() if not speller(lang, word).knows(word)] == []


@pytest.mark.parametrize(
    ("lang", "meant"),
    [
        ("ru", {"защитта": "защита", "кластар": "кластер", "предпиятие": "предприятие", "Птичка-невиличка": ""}),
        (
            "en",
            {"enterprize": "enterprise", "packging": "packaging", "color": "colour"}
            | {"organization": "organisation", "realizing": "realising"},
        ),
    ],
)
def test_a_misspelt_word_is_not_known_and_the_right_one_is_suggested(lang: Language, meant: dict[str, str]) -> None:
    asked = speller(lang, *meant)
    suggested = asked.suggest(meant)

    assert [word for word in meant if asked.knows(word)] == []
    assert [word for word, right in meant.items() if right not in suggested[word]] == []


@pytest.mark.parametrize("is_there", [False, True], ids=["no program", "no dictionaries"])
def test_where_hunspell_or_its_dictionaries_are_missing_that_is_told_once(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    if is_there:
        (tmp_path / "hunspell").write_text("#!/bin/sh\necho 'Can\\'t open affix or dictionary files' >&2; exit 1\n")
        (tmp_path / "hunspell").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("macros.checks.spelling._asked", {"ru": {}, "en": {}})

    problems = find(site)

    assert report(problems) == ["data/words.yaml [no-dictionary]"]
    assert problems[0].level == "info"
