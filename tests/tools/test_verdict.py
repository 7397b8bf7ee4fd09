"""The job that judges a workflow: what GitHub says of the other jobs, and what comes of it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def judge(may_skip: str = "", **results: str) -> subprocess.CompletedProcess[str]:
    needs = {name: {"result": result, "outputs": {}} for name, result in results.items()}
    environment = os.environ | {"NEEDS": json.dumps(needs), "MAY_SKIP": may_skip}
    return subprocess.run(
        ["make", "--no-print-directory", "verdict"], cwd=PROJECT, env=environment, capture_output=True, text=True
    )


def test_all_successful_is_a_success() -> None:
    assert judge(test="success", report="success").returncode == 0


@pytest.mark.parametrize("result", ["failure", "cancelled", "skipped"])
def test_anything_else_is_a_failure_and_named(result: str) -> None:
    done = judge(test="success", report=result)
    assert done.returncode != 0
    assert done.stdout == f"Не выполнено:\nreport: {result}\n"


def test_what_the_event_does_not_call_for_may_be_skipped_and_nothing_else() -> None:
    assert judge("report", test="success", report="skipped").returncode == 0
    assert judge(" report\n", test="skipped", report="skipped").stdout == "Не выполнено:\ntest: skipped\n"


@pytest.mark.parametrize("result", ["failure", "cancelled"])
def test_what_may_be_skipped_may_not_fail(result: str) -> None:
    assert judge("report", test="success", report=result).returncode != 0


def test_a_name_that_no_job_has_is_a_failure() -> None:
    assert judge("reports", test="success", report="success").returncode != 0


def test_nothing_to_judge_is_a_failure() -> None:
    assert judge().returncode != 0
