"""The workflows of GitHub: what they run, may do and cannot skip. Each rule has a planted fault; zizmor has its own."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
WORKFLOWS = {path.name: path.read_text("utf-8") for path in sorted((PROJECT / ".github" / "workflows").iterdir())}
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
DEPLOYER = {"pages": "write", "id-token": "write"}
PROPOSER = {"contents": "write", "pull-requests": "write"}
READ = ("contents", "pull-requests", "checks")
ALWAYS_ON_BAD = " || ".join(f"contains(needs.*.result, '{result}')" for result in ("failure", "cancelled", "skipped"))
MAY_BE_SKIPPED = {
    "pages": "vars.PUBLISH_PAGES != 'no'",
    "server": "(vars.PUBLISH_SSH != ''|inputs.target == 'server')",
    "storage": "(vars.PUBLISH_S3 != ''|inputs.target == 'storage')",
}
"""Jobs that do not run at every event, and the end of their condition."""
Workflow = dict[str, Any]
Rule = Callable[[Workflow], Iterator[str]]


def parse(text: str) -> Workflow:
    # BaseLoader: YAML 1.1 would read the key `on` as true.
    loaded: Workflow = yaml.load(text, yaml.BaseLoader)
    return loaded


def steps(workflow: Workflow) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in workflow["jobs"].items():
        for step in job.get("steps", ()):
            yield name, step


def check_commands(workflow: Workflow) -> Iterator[str]:
    """A step calls a make target, or an action, or fails on a condition."""
    for job, step in steps(workflow):
        command = re.fullmatch(
            r'make ([a-z0-9-]+)(?: (?:TARGET|ARGS)=(?:"[^"`\\{}]*"|[a-z:.-]+))*', step.get("run", "")
        )
        guards = step.get("run") == "exit 1" and "if" in step
        if "uses" not in step and not guards and (command is None or command[1] not in TARGETS):
            yield f"{job}: {step['run']}"


def check_permissions(workflow: Workflow) -> Iterator[str]:
    """A job reads at most. Only the one that deploys to Pages writes, and it runs no code of ours; and that which
    proposes upgrades, which no pull request starts.
    """
    for name, job in workflow["jobs"].items():
        deploys = [step.get("uses", "").split("@")[0] for step in job.get("steps", ())] == ["actions/deploy-pages"]
        proposes = name == "upgrade" and workflow["on"].keys() == {"schedule", "workflow_dispatch"}
        allowed = DEPLOYER if deploys else PROPOSER if proposes else dict.fromkeys(READ, "read")
        if not job.get("permissions", {"all": ""}).items() <= allowed.items():
            yield f"{name}: {job.get('permissions')}"


def check_secrets(workflow: Workflow) -> Iterator[str]:
    """Secrets belong to an environment, and to workflows that no pull request starts."""
    for name, job in workflow["jobs"].items():
        if "secrets." in str(job) and ("environment" not in job or "pull_request" in workflow["on"]):
            yield name


def check_limits(workflow: Workflow) -> Iterator[str]:
    """A job has a limit of time; nobody cancels a deployment."""
    for name, job in workflow["jobs"].items():
        concurrency = job.get("concurrency") or workflow["concurrency"]
        if "uses" not in job and "timeout-minutes" not in job:
            yield f"{name}: no limit"
        if "environment" in job and concurrency["cancel-in-progress"] != "false":
            yield f"{name}: may be cancelled"


def check_uploads(workflow: Workflow) -> Iterator[str]:
    """An uploaded site holds .well-known, which the actions leave out unless told otherwise."""
    for name, step in steps(workflow):
        options = step.get("with", {})
        if "upload" in step.get("uses", "") and "site" in options["path"] and "include-hidden-files" not in options:
            yield name


def check_skipping(workflow: Workflow) -> Iterator[str]:
    """No job is skipped quietly: GitHub would count it as a success."""
    for name, job in workflow["jobs"].items():
        condition = job.get("if", "always()").removesuffix(" }}")
        follows = re.fullmatch(r"\$\{\{ !cancelled\(\) && needs\.(\w+)\.result == 'success'( && .+)?", condition)
        if follows and follows[1] == job["needs"]:
            condition = (follows[2] or "always()").removeprefix(" && ")
        if condition != "always()" and not re.fullmatch(MAY_BE_SKIPPED.get(name, "never"), condition):
            yield f"{name}: {condition}"
    if "pull_request" in workflow["on"]:
        verdict = workflow["jobs"].get("verdict", {"needs": [], "steps": [{}]})
        if set(verdict["needs"]) != workflow["jobs"].keys() - MAY_BE_SKIPPED.keys() - {"verdict"}:
            yield "verdict: needs"
        if verdict.get("if") != "always()" or verdict["steps"] != [{"if": ALWAYS_ON_BAD, "run": "exit 1"}]:
            yield "verdict: does not judge"


PLANTED: list[tuple[Rule, str, str, str]] = [
    (check_commands, "check.yml", "run: make test", "run: pytest"),
    (check_commands, "check.yml", "run: make test", "run: make test && curl evil.example"),
    (check_commands, "check.yml", "run: make test", "run: make tests"),
    (check_permissions, "publish.yml", "contents: read", "contents: write"),
    (check_permissions, "publish.yml", "      - id: deploy\n", "      - run: make build\n      - id: deploy\n"),
    (check_secrets, "rollback.yml", "    environment: server\n", ""),
    (check_secrets, "publish.yml", "  push:\n", "  pull_request:\n  push:\n"),
    (check_permissions, "upgrade.yml", "  workflow_dispatch:\n", "  pull_request:\n"),
    (check_limits, "check.yml", "    timeout-minutes: 30\n", ""),
    (check_limits, "publish.yml", "cancel-in-progress: false", "cancel-in-progress: true"),
    (check_uploads, "publish.yml", "          include-hidden-files: true\n", ""),
    (check_skipping, "check.yml", "  verdict:\n", "  verdikt:\n"),
    (check_skipping, "check.yml", "    if: always()\n", ""),
    (check_skipping, "check.yml", " || contains(needs.*.result, 'skipped')", ""),
    (check_skipping, "check.yml", "needs: [content, code]", "needs: [content]"),
    (
        check_skipping,
        "publish.yml",
        "needs.check.result == 'success' }}",
        "needs.check.result == 'success' && vars.X }}",
    ),
]


@pytest.mark.parametrize("name", WORKFLOWS)
@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, *_ in PLANTED), ids=lambda rule: rule.__name__)
def test_a_workflow_keeps_every_rule(rule: Rule, name: str) -> None:
    assert list(rule(parse(WORKFLOWS[name]))) == []


@pytest.mark.parametrize(("rule", "name", "old", "new"), PLANTED)
def test_a_planted_fault_is_found(rule: Rule, name: str, old: str, new: str) -> None:
    assert old in WORKFLOWS[name]
    assert list(rule(parse(WORKFLOWS[name].replace(old, new))))


def test_the_local_script_runs_what_the_workflow_runs() -> None:
    assert (PROJECT / ".ci/run").read_text().splitlines()[-1] == "make test"
    assert "make test" in {step.get("run") for _, step in steps(parse(WORKFLOWS["check.yml"]))}


@pytest.mark.parametrize("used", ["@3d3c42e5aac5ba805825da76410c181273ba90b1", "@v7"])
def test_make_lint_finds_an_action_that_is_not_pinned(tmp_path: Path, used: str) -> None:
    shutil.copytree(PROJECT / ".github", tmp_path / ".github")
    planted = WORKFLOWS["check.yml"].replace("@3d3c42e5aac5ba805825da76410c181273ba90b1", used)
    (tmp_path / ".github/workflows/check.yml").write_text(planted, "utf-8")
    lines = subprocess.run(["make", "-n", "lint"], cwd=PROJECT, capture_output=True, text=True).stdout.splitlines()
    (command,) = [line.split() for line in lines if "zizmor" in line]
    done = subprocess.run([*command[:-1], tmp_path / command[-1]], cwd=PROJECT, capture_output=True, text=True)
    assert (done.returncode != 0) == (used == "@v7"), done.stdout
