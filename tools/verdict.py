"""Whether every job of a workflow did its work: GitHub counts a skipped job as a success, this does not.

NEEDS holds the context `needs` of GitHub Actions as JSON, MAY_SKIP the names of jobs that the event does not call for.
"""

import json
import os
import sys


def find_faults(needs: dict[str, dict[str, str]], may_skip: set[str]) -> list[str]:
    """Return a line for each job that should have succeeded and did not, and for each name that no job has."""
    if not needs:
        return ["ни одного задания: проверять нечего"]
    unknown = [f"{name}: такого задания нет, а MAY_SKIP называет его" for name in sorted(may_skip - needs.keys())]
    return unknown + [
        f"{name}: {job['result']}"
        for name, job in needs.items()
        if job["result"] != "success" and not (job["result"] == "skipped" and name in may_skip)
    ]


def main() -> int:
    """Print what is wrong; the exit code is 1 then."""
    faults = find_faults(json.loads(os.environ["NEEDS"]), set(os.environ.get("MAY_SKIP", "").split()))
    print("\n".join(["Не выполнено:", *faults]) if faults else "Все задания выполнены.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
