"""Runs commands of the site within the process of the tests."""

import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import NamedTuple
from unittest.mock import patch

from macros.__main__ import main


class Answer(NamedTuple):
    """How a command ended, and what it printed."""

    exit_code: int
    stdout: str
    stderr: str


def run_command(*arguments: object, environment: Mapping[str, str | None] | None = None) -> Answer:
    """Run a command with further variables of the environment; None takes one away."""
    given = environment or {}
    code = 0
    with redirect_stdout(StringIO()) as stdout, redirect_stderr(StringIO()) as stderr, patch.dict(os.environ):
        for name, value in given.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Answer(code, stdout.getvalue(), stderr.getvalue())
