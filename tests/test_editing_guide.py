"""EDITING.md is tried as an editor would follow it: its examples, messages, macros and field tables are true.

The first line of a fenced block says what to do with it, unseen by the reader:
`yaml data/sources.yaml +` appends, `… + akit.facts` inserts below that line of that record, `… = primer` replaces
fields of that record or adds them below the field before, and a path alone is a new file. Blocks build on those above.
A comment `<!-- поля: Fact -->` names the records whose fields the table after it lists.
"""

import inspect
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner
from PIL import Image

from macros.__main__ import main
from macros.content import model
from macros.content.clock import today
from macros.content.loading import DATA_FILES
from macros.content.macro_signatures import MACROS, Macro
from macros.content.model import LANGUAGES, End, Language, NewsItem, Phrase, Record, Role, Status
from macros.content.problems import render_text
from macros.content.prose import EnglishMeta, PageMeta
from macros.content.reading import read_yaml
from macros.content.records import read_record
from macros.content.site import Site, check
from macros.render.macros import CALLS
from macros.render.view import View

PROJECT = Path(__file__).parents[1]
GUIDE = (PROJECT / "EDITING.md").read_text("utf-8")
NEWS_FILES = sorted((PROJECT / "data" / "news").glob("*.yaml"))


@dataclass(frozen=True)
class Block:
    """A fenced block that says what to do with it."""

    file: str
    sign: str
    target: str
    text: str

    def apply(self, root: Path) -> None:
        """Do with `root` what the guide tells an editor to do: first put photographs there, then change the file."""
        for name in re.findall(r"^  file: (\S+)$", self.text, re.M):
            (root / "data" / "photos").mkdir(exist_ok=True)
            Image.new("RGB", (1200, 800), "silver").save(root / "data" / "photos" / name)
        path = root / self.file
        if not self.sign:
            assert not path.exists(), f"{self.file} exists"
            path.write_text(self.text, "utf-8")
        elif not self.target:
            path.write_text(path.read_text("utf-8") + self.text, "utf-8")
        else:
            lines = path.read_text("utf-8").splitlines(keepends=True)
            self._insert(lines) if self.sign == "+" else self._replace(lines)
            path.write_text("".join(lines), "utf-8")

    def _insert(self, lines: list[str]) -> None:
        *owner, key = self.target.split(".")
        document = read_yaml(self.file, "".join(lines))
        where = (_index(document.value, owner[0]), key) if owner else (key,)
        lines.insert(document.keys[where][0], self.text)

    def _replace(self, lines: list[str]) -> None:
        document = read_yaml(self.file, "".join(lines))
        index = _index(document.value, self.target)
        starts = sorted(line for path, (line, _) in document.keys.items() if len(path) == 2)
        start = 0
        for key, text in _fields(self.text):
            if (index, key) not in document.keys:
                lines[start - 1] += text
                continue
            start = document.keys[index, key][0]
            end = next((line for line in starts if line > start), len(lines) + 1)
            lines[start - 1 : end - 1] = [text, *[""] * (end - start - 1)]


def _index(records: Any, name: str) -> int:
    return next(index for index, record in enumerate(records) if record["id"] == name)


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Each outer field of a piece of YAML, a record with or without its dash, with its lines."""
    lines = text.splitlines(keepends=True)
    depth = 2 if text.startswith("- ") else 1
    starts = {path: line for path, (line, _) in read_yaml("", text).keys.items() if len(path) == depth}
    ends = [*list(starts.values())[1:], len(lines) + 1]
    for (path, start), end in zip(starts.items(), ends, strict=True):
        yield str(path[-1]), "".join(lines[start - 1 : end - 1])


FENCED = re.compile(
    r"^```(?:yaml|markdown) (?P<file>\S+)(?: (?P<sign>[+=]))?(?: (?P<target>\S+))?\n(?P<text>.*?)^```$", re.M | re.S
)
BLOCKS = [
    Block(found["file"], found["sign"] or "", found["target"] or "", found["text"]) for found in FENCED.finditer(GUIDE)
]
CALLS_IN_GUIDE = list(dict.fromkeys(re.findall(r"\{\{.*?\}\}", GUIDE)))


def copy_content(root: Path) -> Path:
    for name in ("data", "docs"):
        shutil.copytree(PROJECT / name, root / name)
    return root


def problems_of(root: Path) -> str:
    """What the check says when the site cannot be built, or nothing; texts may wait to be compared."""
    _, found = check(root, today())
    problems = [problem for problem in found if problem.level == "problem" and "review" not in problem.rule]
    return render_text(problems, "ru") if problems else ""


def mark_reviewed(root: Path) -> None:
    """Do with the lines that the check asks for what the guide says: put them in."""
    run = CliRunner().invoke(main, ["reviewed", "--root", str(root), "--yes"])
    assert run.exit_code == 0, run.output


def section(heading: str) -> str:
    """The text below a heading of the second level."""
    return re.split(r"^## ", GUIDE.split(f"\n## {heading}\n")[1], flags=re.M)[0]


# Examples


def test_every_example_is_marked_and_can_be_applied() -> None:
    assert len(BLOCKS) == len(re.findall(r"^```(?:yaml|markdown)", GUIDE, re.M)) > 10


def test_the_examples_followed_from_top_to_bottom_keep_the_site_valid(tmp_path: Path) -> None:
    root = copy_content(tmp_path)
    assert problems_of(root) == ""
    for block in BLOCKS:
        block.apply(root)
        if block.file.endswith(".yaml"):  # of two new pages, the first alone is a problem
            assert problems_of(root) == "", f"after {block}"
    assert check(root, today())[0] is None
    mark_reviewed(root)
    assert check(root, today())[0] is not None


def test_the_message_in_the_guide_is_what_the_check_prints(tmp_path: Path) -> None:
    root = copy_content(tmp_path)
    news = BLOCKS[0]
    wrong = news.text.replace("  en: The Fund sums up 2025\n", "").replace("date: 2026-01-26", "date: 26.01.2026")
    (root / news.file).write_text(wrong, "utf-8")
    run = CliRunner().invoke(main, ["check", "--root", str(root)])
    quoted = re.search(r"^```text\n(.*?)^```$", GUIDE, re.M | re.S)
    assert quoted is not None
    assert run.output == quoted[1]


# Macros


def macro_rows() -> dict[str, tuple[str, str]]:
    """Each macro's row in the tables of the guide, and where the guide says it stands."""
    inline, block = section("Макросы").split("**Блочные**")
    rows = {}
    for place, text in (("inline", inline), ("block", block)):
        for row in re.findall(r"^\| `\{\{ \w+\(.*$", text, re.M):
            name = re.match(r"\| `\{\{ (\w+)", row)
            assert name is not None and name[1] not in rows
            rows[name[1]] = (place, row)
    return rows


def test_the_guide_lists_the_macros_that_there_are() -> None:
    assert sorted(macro_rows()) == sorted(macro.name for macro in MACROS)


@pytest.mark.parametrize("macro", MACROS, ids=lambda macro: macro.name)
def test_a_macros_row_says_where_it_stands_and_names_its_arguments(macro: Macro) -> None:
    place, row = macro_rows()[macro.name]
    assert place == macro.place
    for name, parameter in macro.parameters.items():
        assert f"`{name}`" in row
        if isinstance(parameter.kind, tuple):
            assert [word for word in parameter.kind if f"`{word}`" not in row] == []
    assert ("обязател" in row) == any(parameter.required for parameter in macro.parameters.values())


@pytest.mark.parametrize("word", [*get_args(Role), *get_args(Status)])
def test_the_section_on_macros_names_each_role_and_status(word: str) -> None:
    assert f"`{word}`" in section("Макросы")


@pytest.fixture(scope="module")
def site_with_all_calls(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The real site with a page more, which calls every macro as the guide does."""
    root = copy_content(tmp_path_factory.mktemp("calls"))
    for lang in LANGUAGES:
        meta = f"---\ntitle: Guide {lang}\ndescription: Calls, {lang}.\n---\n"
        (root / "docs" / lang / "guide.md").write_text(
            "\n".join([meta, *(f"{call}\n" for call in CALLS_IN_GUIDE)]), "utf-8"
        )
    mark_reviewed(root)
    site, problems = check(root, today())
    assert site is not None, render_text(problems, "ru")
    return site


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_call_in_the_guide_is_accepted_and_shows_something(site_with_all_calls: Site, lang: Language) -> None:
    view = View(site_with_all_calls, lang, "guide/")
    page = next(page for page in site_with_all_calls.pages if (page.path, page.lang) == ("guide.md", lang))
    assert len(page.calls) == len(CALLS_IN_GUIDE)
    for call in page.calls:
        html = CALLS[call.name](view, *call.positional, **dict(call.named))
        assert html.strip() and "cl-empty" not in html, call


# Fields


BASES = (Record, model.Translated, model.Deferrable)


def editable_records() -> dict[str, type[Record]]:
    """Every record that an editor writes, by its name in the model."""
    classes = [*vars(model).values(), PageMeta, EnglishMeta]
    return {
        item.__name__: item
        for item in classes
        if inspect.isclass(item) and issubclass(item, Record) and item not in BASES
    }


def fields_of(record: type[Record]) -> dict[str, bool]:
    """The fields of a record as they are written, and whether each is required."""
    own = {field.alias or name: field.is_required() for name, field in record.model_fields.items()}
    if record is NewsItem:
        del own["id"]  # the name of the file
    return own


def described_fields(guide: str) -> dict[tuple[str, ...], dict[str, bool]]:
    """The tables of the guide: for the records they are about, each field and whether it is said to be required."""
    tables = re.findall(r"^<!-- поля: (.*) -->\n\n((?:\|.*\n)+)", guide, re.M)
    return {
        tuple(names.split()): {
            name: required == "да" for name, required in re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", table, re.M)
        }
        for names, table in tables
    }


def expected_fields(names: tuple[str, ...]) -> dict[str, bool]:
    """The fields of several records together: required are those that each record has and requires."""
    each = [fields_of(editable_records()[name]) for name in names]
    return {field: all(fields.get(field, False) for fields in each) for fields in each for field in fields}


def test_the_field_reference_covers_every_record() -> None:
    described = [name for names in described_fields(GUIDE) for name in names]
    assert sorted(described) == sorted(editable_records())


@pytest.mark.parametrize("names", described_fields(GUIDE), ids=" ".join)
def test_a_field_table_lists_exactly_the_fields_that_there_are(names: tuple[str, ...]) -> None:
    assert described_fields(GUIDE)[names] == expected_fields(names)


def test_a_field_missing_from_a_table_is_seen() -> None:
    planted = re.sub(r"^\| `stated_by` .*\n", "", GUIDE, flags=re.M)
    assert described_fields(planted)["Fact",] != expected_fields(("Fact",))


# Annotated examples at the head of the data files


def annotated_example(file: Path) -> str:
    """The lines after `# Пример:` without their comment sign, up to the first line that is no comment."""
    _, mark, rest = file.read_text("utf-8").partition("# Пример:\n")
    assert mark, f"{file.name} opens with no example"
    lines = re.match(r"(?:#.*\n)+", rest)
    assert lines is not None
    return re.sub(r"^# ?", "", lines[0], flags=re.M)


def records_in(file: Path) -> list[tuple[type[Record], Any]]:
    """The records of a file's annotated example, each with its type."""
    value = read_yaml(file.name, annotated_example(file)).value
    if file in NEWS_FILES:
        return [(NewsItem, {"id": file.stem, **value})]
    data_file = next(item for item in DATA_FILES if item.name == file.name)
    items = {"list": value, "mapping": list(value.values()) if isinstance(value, dict) else [], "record": [value]}
    return [(data_file.model, item) for item in items[data_file.shape]]


EXAMPLE_FILES = [*(PROJECT / "data" / data_file.name for data_file in DATA_FILES), *NEWS_FILES]


@pytest.mark.parametrize("file", EXAMPLE_FILES, ids=lambda file: file.name)
def test_the_annotated_example_of_a_data_file_is_valid(file: Path) -> None:
    document = read_yaml(file.name, annotated_example(file))
    assert document.problems == ()
    records = records_in(file)
    assert records
    for record_type, value in records:
        record, problems = read_record(document, (), value, record_type)
        assert record is not None and problems == [], render_text(problems, "ru")


@pytest.mark.parametrize("file", EXAMPLE_FILES, ids=lambda file: file.name)
def test_the_annotated_example_of_a_data_file_shows_every_field_of_its_record(file: Path) -> None:
    for record_type, value in records_in(file):
        if record_type is not Phrase:  # of its forms, the example shows each on one entry or another
            assert set(fields_of(record_type)) <= set(value)


def keys_in(value: Any) -> set[str]:
    """Every key of a value and of the values inside it."""
    items = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return (set(value) if isinstance(value, dict) else set()).union(*map(keys_in, items))


def test_every_field_is_shown_by_some_annotated_example() -> None:
    shown = {key for file in EXAMPLE_FILES for _, value in records_in(file) for key in keys_in(value)}
    not_in_data = (PageMeta, EnglishMeta, End)  # of the three fields of an end, one stands there
    records = [record for record in editable_records().values() if record not in not_in_data]
    assert {field for record in records for field in fields_of(record)} - shown == set()


# Links


def anchor(heading: str) -> str:
    """The anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_every_link_in_the_guide_leads_somewhere() -> None:
    prose = re.sub(r"^```.*?^```$", "", GUIDE, flags=re.M | re.S)
    anchors = {anchor(heading) for heading in re.findall(r"^#+ (.*)$", prose, re.M)}
    links = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", prose))
    assert len(links) > 20
    assert [link for link in links if link.startswith("#") and link[1:] not in anchors] == []
    assert [link for link in links if not link.startswith("#") and not (PROJECT / link).exists()] == []
