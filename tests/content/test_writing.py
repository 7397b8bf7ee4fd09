"""New records as YAML: whatever is written reads back as it was meant, and the files stay as they were."""

from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.content.files import is_hidden
from macros.content.reading import read_yaml
from macros.content.translations import fingerprint
from macros.content.writing import WIDTH, add_file, add_record, make_slug, mark, render_record

WRITTEN = st.text(st.characters(exclude_categories=("Cs", "Cn")).filter(lambda c: not is_hidden(c)), min_size=1)
TEXTS = WRITTEN.map(lambda text: " ".join(text.split())).filter(bool)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(ru=TEXTS, en=TEXTS, item=st.booleans())
def test_any_text_reads_back(ru: str, en: str, item: bool) -> None:
    text = render_record({"title": {"ru": ru, "en": en}, "tags": [ru, "x"], "note": en}, {"title": "что это"}, item)

    document = read_yaml("x.yaml", text)

    record = document.value[0] if item else document.value
    assert document.problems == ()
    for written, meant in ((record["title"]["ru"], ru), (record["title"]["en"], en), (record["note"], en)):
        assert written == normalize("NFC", meant)
    assert record["tags"] == [normalize("NFC", ru), "x"]


def test_fields_stand_below_their_notes_and_long_texts_are_folded() -> None:
    long = "слово " * 40 + "конец"

    text = render_record(
        {"date": "2026-01-26", "lead": {"ru": long, "en": "Short."}}, {"date": "день", "lead": "главное"}, False
    )

    assert text.startswith("# День\ndate: 2026-01-26\n# Главное\nlead:\n  ru: >-\n    слово")
    assert max(map(len, text.split("\n"))) <= WIDTH + 4
    assert read_yaml("x.yaml", text).value["lead"]["ru"] == long
    assert "  en: Short.\n" in text


@pytest.mark.parametrize(
    "text",
    [
        "экспертно-аналитическое " * 12 + "слово",
        "слово " * 30 + "\N{ZERO WIDTH SPACE}" + "конец",
        "два  пробела " * 20 + "конец",
        "# решётка " * 20 + "конец",
        "слово\N{NO-BREAK SPACE}" * 40 + "конец",
        "а" * 300,
    ],
)
def test_long_text_reads_back_however_it_is_written(text: str) -> None:
    written = read_yaml("x.yaml", render_record({"lead": text}, {}, item=False))

    assert written.value["lead"].replace("\N{ZERO WIDTH SPACE}", "") == text.replace("\N{ZERO WIDTH SPACE}", "")


def test_words_with_hyphens_are_not_parted() -> None:
    lines = render_record({"lead": "экспертно-аналитическое " * 12 + "слово"}, {}, item=False).split("\n")

    assert not any(line.endswith("-") for line in lines[1:])


def test_record_without_notes_begins_at_once() -> None:
    assert render_record({"id": "alfa"}, {}, item=True) == "- id: alfa\n"


def test_text_of_several_paragraphs_stands_as_a_block() -> None:
    text = render_record({"body": {"ru": "Раз.  \n\nДва: три\n", "en": "One.\n"}}, {}, item=False)

    assert text == "body:\n  ru: |\n    Раз.\n\n    Два: три\n  en: |\n    One.\n"


def test_record_of_a_list_is_one_item() -> None:
    text = render_record({"id": "alfa", "name": {"ru": "Альфа", "en": "Alfa"}}, {"id": "номер"}, item=True)

    assert text == "# Номер\n- id: alfa\n  name:\n    ru: Альфа\n    en: Alfa\n"


def test_mark_holds_a_fingerprint_for_each_text() -> None:
    values = {"id": "alfa", "name": {"ru": "Альфа", "en": "Alfa"}, "summary": {"ru": "Кратко.", "en": "Brief."}}

    assert mark(values) == f"{fingerprint('name', 'Альфа')} {fingerprint('summary', 'Кратко.')}"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("The Fund sums up 2025", "the-fund-sums-up-2025"),
        ("The cluster’s first café, opened!", "the-clusters-first-cafe-opened"),
        ("A very long title that goes on and on and on", "a-very-long-title-that-goes-on-and-on"),
        ("Заголовок", ""),
    ],
)
def test_slug_is_made_of_the_words_of_a_title(title: str, slug: str) -> None:
    assert make_slug(title) == slug


def test_new_file_makes_its_folder_and_never_replaces_another(tmp_path: Path) -> None:
    add_file(tmp_path, "data/news/a.yaml", "один\n")

    with pytest.raises(FileExistsError):
        add_file(tmp_path, "data/news/a.yaml", "два\n")
    assert (tmp_path / "data" / "news" / "a.yaml").read_bytes() == "один\n".encode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"", b"- id: b\n"),
        (b"[]\n", b"- id: b\n"),
        (b"# a\n[ ]", b"# a\n- id: b\n"),
        (b"- id: a\n", b"- id: a\n\n- id: b\n"),
        (b"- id: a", b"- id: a\n\n- id: b\n"),
        (b"- id: a\r\n", b"- id: a\r\n\r\n- id: b\r\n"),
        (b"- id: []\n", b"- id: []\n\n- id: b\n"),
        (b"- {id: a}\n# end\n", b"- {id: a}\n# end\n\n- id: b\n"),
    ],
)
def test_record_is_added_below_whatever_stands_there(tmp_path: Path, old: bytes, new: bytes) -> None:
    (tmp_path / "a.yaml").write_bytes(old)

    add_record(tmp_path, "a.yaml", "- id: b\n")

    assert (tmp_path / "a.yaml").read_bytes() == new


@pytest.mark.parametrize(
    "old", [b"id: a\n", b"[{id: a}]\n", b"- id: a\n\tb: c\n", b"- id: \xff\n", b"- id: |\n    a\n  \n..."]
)
def test_file_that_cannot_take_a_record_is_left_alone(tmp_path: Path, old: bytes) -> None:
    (tmp_path / "a.yaml").write_bytes(old)

    with pytest.raises(ValueError, match=r"a\.yaml"):
        add_record(tmp_path, "a.yaml", "- id: b\n")
    assert (tmp_path / "a.yaml").read_bytes() == old
