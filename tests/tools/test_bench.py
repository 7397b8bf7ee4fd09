"""The benchmark, in its smallest run: all sites have all news, and the ratio is that of the medians."""

import re
import subprocess
import sys

import pytest

from tests.built import IS_LONG, PROJECT


@pytest.mark.skipif(not IS_LONG, reason="as `make bench`, nightly: LONG=1")
def test_the_smallest_run_tells_the_ratio_of_what_it_measured() -> None:
    command = [sys.executable, "-m", "tools.bench", "--news=60", "--rounds=1", "--skip=hugo,check,serve"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    ours, stock = map(float, re.findall(r"^\| cold build, \w+ \| ([\d.]+) s", done.stdout, re.MULTILINE))
    (ratio,) = re.findall(r"ours/stock ([\d.]+)", done.stdout)
    assert abs(float(ratio) - ours / stock) < 0.02
