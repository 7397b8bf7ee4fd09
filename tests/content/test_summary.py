"""The page of a run on GitHub shows a report as it is, whatever editors wrote into it."""

from pathlib import Path

from markdown import markdown
from selectolax.lexbor import LexborHTMLParser

from macros.content.summary import add_summary, render_summary


def test_nothing_in_a_report_becomes_markup() -> None:
    text = "значение «```» [x](https://evil.example/)\n```\n# Title\n<img src=x>\n`````text\nend"
    tree = LexborHTMLParser(markdown(render_summary("Проверка", text), extensions=["fenced_code"]))
    assert [node.text() for node in tree.css("h2")] == ["Проверка"]
    assert tree.css("h1, a, img") == []
    (code,) = tree.css("pre code")
    assert code.text().rstrip("\n") == text


def test_sections_follow_one_another(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    for title in ("Факты", "Ссылки"):
        add_summary(file, title, "text")
    assert file.read_text("utf-8").count("\n## ") == 1 and file.read_text("utf-8").startswith("## Факты")
