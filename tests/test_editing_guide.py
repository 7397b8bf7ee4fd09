"""EDITING.md is tried as an editor would follow it: its examples, messages, macros and links are true.

The first line of a fenced block says what to do with it, unseen by the reader:
`yaml data/sources.yaml +` appends, `… + akit.facts` inserts below that line of that record, `… = primer` replaces
fields of that record or adds them below the field before, and a path alone is a new file. Blocks build on those above.
The examples name records of the real site; they are tried on the demonstration cluster, with its names in their place.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from macros.checks import check
from macros.content.loading import DATA_FILES
from macros.content.macro_signatures import MACROS, Macro
from macros.content.problems import Problem, render_text
from macros.content.reading import read_yaml
from macros.content.records import read_record
from tests.built import PROJECT, copy_content
from tests.checks.cases import TODAY

GUIDE = (PROJECT / "EDITING.md").read_text("utf-8")
NAMES = {
    "akit": "lad-i-lyod",
    "akit-2021": "lad-report-2024",
    "anchor-role": "cluster-regions",
    "cluster-top-ten": "cluster-founders",
    "group: support": "group: rules",
    "industrial-development-fund": "lad-i-lyod",
    "myslo-2026-01-26": "lad-report-2024",
    "plans": "chain",
    "prezent-upakovka": "steklyannaya-verf",
    "RU-KLU": "XA-NOR",
    "stage: materials": "stage: melt",
    "support.md": "join.md",
    "Top 10": "9 founders",
    "Топ-10": "9 учредителей",
    "varnishes": "sealant",
}
"""What the examples name, and what stands for it in the demonstration cluster."""


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


def rename(text: str) -> str:
    """Put the names of the demonstration cluster into an example."""
    for name, other in NAMES.items():
        text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", other, text)
    return text


BLOCKS = [
    Block(found["file"], found["sign"] or "", rename(found["target"] or ""), rename(found["text"]))
    for found in FENCED.finditer(GUIDE)
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the demonstration cluster."""
    return copy_content(tmp_path)


def follow(root: Path, blocks: list[Block]) -> str:
    """Follow examples from top to bottom; return what the check then says when the site cannot be built, or nothing."""
    for block in blocks:
        block.apply(root)
    problems = [problem for problem in check(root, TODAY)[1] if problem.level == "problem"]
    return render_text(problems, "ru") if problems else ""


# Examples


def test_every_example_is_marked_and_can_be_applied() -> None:
    assert len(BLOCKS) == len(re.findall(r"^```(?:yaml|markdown)", GUIDE, re.M)) > 10


def test_the_examples_followed_from_top_to_bottom_keep_the_site_valid(root: Path) -> None:
    assert follow(root, BLOCKS) == ""


def test_a_fault_in_an_example_is_found(root: Path) -> None:
    news = BLOCKS[0]
    assert "lead:" in news.text
    assert "leed" in follow(root, [Block(news.file, "", "", news.text.replace("lead:", "leed:")), *BLOCKS[1:]])


QUOTED = re.findall(r"^```text\n(.*?)^```$", GUIDE, re.M | re.S)


def test_the_message_in_the_guide_is_what_the_check_prints(root: Path) -> None:
    news = BLOCKS[0]
    wrong = news.text.replace("  en: The Fund sums up 2025\n", "").replace("date: 2026-01-26", "date: 26.01.2026")
    (root / news.file).write_text(wrong, "utf-8")
    found = [problem for problem in check(root, TODAY)[1] if problem.file == news.file]
    assert render_text(found, "ru") + "\n" == QUOTED[0]


def test_the_message_about_a_translation_is_what_the_check_prints() -> None:
    details = {"record": "primer-zakon", "was": "Закон о кластерах", "now": "Закон о поддержке кластеров"}
    told = render_text([Problem("data/topics.yaml", 31, 9, "translation-lags", details)], "ru")
    assert told.startswith(QUOTED[1])


# Macros


def macro_rows() -> dict[str, tuple[str, str]]:
    """Each macro's row in the tables of the guide, and where the guide says it stands."""
    section = re.split(r"^## ", GUIDE.split("\n## Макросы\n")[1], flags=re.M)[0]
    inline, block = section.split("**Блочные**")
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


# Annotated examples at the head of the data files


EXAMPLES = {
    data_file: re.sub(r"^# ?", "", found[1], flags=re.M)
    for data_file in DATA_FILES
    if (found := re.search(r"^# Пример:\n((?:#.*\n)+)", (PROJECT / "data" / data_file.name).read_text("utf-8"), re.M))
}


@pytest.mark.parametrize("data_file", EXAMPLES, ids=lambda data_file: data_file.name)
def test_the_annotated_example_of_a_data_file_is_valid(data_file: Any) -> None:
    document = read_yaml(data_file.name, EXAMPLES[data_file])
    assert document.problems == ()
    value = document.value
    records = {"record": [value]}.get(data_file.shape) or (value.values() if isinstance(value, dict) else value)
    for item in records:
        record, problems = read_record(document, (), item, data_file.model)
        assert record is not None and problems == [], render_text(problems, "ru")


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
