"""The dialogue of `new`: asks for what a new record needs, or takes it from options, and writes it where it belongs."""

import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from macros.content.loading import load_draft
from macros.content.model import PARTICIPANT_ROLES
from macros.content.problems import render_text
from macros.content.schema import read_words
from macros.content.site import check
from macros.content.writing import add_file, add_record, mark, render_record
from macros.forms import FORMS, LANGUAGE_NAMES, Answers, Field, Kind, Wrong

_SCHEMA = "# yaml-language-server: $schema=../schema/news.json"
_LATER = "  # Факты организации добавьте сюда, facts, по образцу из начала файла.\n"


def add_new(root: Path, kind: Kind, given: Mapping[str, Any], today: date) -> int:
    """Ask for what is not given, write the record and check it.

    Returns the exit code: 0 when the record is valid, 1 when it was written with problems or not at all.
    Raises UsageError when there is nobody to ask.
    """
    draft, _ = load_draft(root, today)
    answers = Answers(draft, today)
    try:
        _fill(kind, answers, given)
    except click.Abort:
        click.echo("\nНичего не записано.", err=True)
        return 1
    file, text, add = _prepare(root, kind, answers.values)
    try:
        add(root, file, text)
    except FileExistsError:
        click.echo(f"{file}: такой файл уже есть, он не тронут. Возьмите другие слова для адреса.", err=True)
        return 1
    except (OSError, ValueError):
        click.echo(f"{file}: сюда не дописать, пока файл не в порядке (make check); он не тронут.", err=True)
        click.echo(f"\nВот запись:\n\n{text}")
        return 1
    return _report(root, file, today)


def _fill(kind: Kind, answers: Answers, given: Mapping[str, Any]) -> None:
    """Find the value of every field. Raises UsageError, naming every option that lacks or is wrong."""
    lacking: list[str] = []
    if sys.stdin.isatty():
        click.echo("Пустой ответ — значение в скобках или пропуск; «?» — из чего выбрать; Ctrl+C — выйти.\n")
    for field in FORMS[kind]:
        if field.shape not in ("both", "body"):
            value = _answer(answers, field, field.name, field.question, field.required, given, lacking)
        else:
            value = {}
            for lang, word in LANGUAGE_NAMES.items():
                question, required = f"{field.question}, {word}", field.required or bool(value)
                text = _answer(answers, field, f"{field.name}_{lang}", question, required, given, lacking)
                if text is None and not required:
                    break
                value[lang] = text or ""
        if value:
            answers.values[field.name] = value
    if lacking:
        raise click.UsageError("\n".join(lacking))


def _answer(
    answers: Answers,
    field: Field,
    name: str,
    question: str,
    required: bool,
    given: Mapping[str, Any],
    lacking: list[str],
) -> Any:
    """Return the value of an option, or of what is asked until it can stand; None for what may be left out."""
    option = "--" + name.replace("_", "-")
    default = answers.default(field)
    if written := ", ".join(part for part in given.get(name) or () if part.strip()):
        try:
            return answers.read(field, written)
        except Wrong as wrong:
            lacking.append(f"{option}: {wrong}")
            return None
    if not sys.stdin.isatty():
        if required and not default:
            lacking.append(f"{option}: {question[0].lower()}{question[1:]}")
        return answers.read(field, default) if default else None
    note = f" [{default}]" if default else "" if required else " [пропустить]"
    while True:
        answer = click.prompt(f"{question}{note}", default="", show_default=False, prompt_suffix=": ")
        answer = str(answer).strip() or default
        if answer == "?":
            for key, words in answers.options(field).items():
                click.echo(f"  {key}  {words}")
        elif not answer and not required:
            return None
        else:
            try:
                return answers.read(field, answer)
            except Wrong as wrong:
                click.echo(f"  {wrong}", err=True)


def _prepare(root: Path, kind: Kind, values: Mapping[str, Any]) -> tuple[str, str, Callable[[Path, str, str], None]]:
    """Return the file of a record, its text and what writes it."""
    items = [(name, value) for name, value in values.items() if name != "slug"]
    place = max(number for number, (_, value) in enumerate(items, start=1) if isinstance(value, dict))
    items[place:place] = [("reviewed", mark(dict(items)))]
    if kind == "news":
        guide = root / "EDITING.md"
        notes = read_words(guide.read_text("utf-8"))["NewsItem"] if guide.is_file() else {}
        text = f"{_SCHEMA}\n{render_record(dict(items), notes, item=False)}"
        return f"data/news/{values['date']}-{values['slug']}.yaml", text, add_file
    text = render_record(dict(items), {}, item=True)
    if kind == "source":
        return "data/sources.yaml", text, add_record
    name = "participants" if values["role"] in PARTICIPANT_ROLES else "organisations"
    return f"data/{name}.yaml", text + _LATER, add_record


def _report(root: Path, file: str, today: date) -> int:
    """Say what was written and what the check says of that file."""
    click.secho(f"Записано: {file}", bold=True)
    own = [problem for problem in check(root, today)[1] if problem.file == file]
    if own:
        click.echo(f"\n{render_text(own, 'ru')}")
    click.echo("Посмотреть: make serve. Проверить всё: make check.")
    return 1 if any(problem.level == "problem" for problem in own) else 0
