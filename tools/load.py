"""How many requests a second one worker of nginx answers with the built site's precompressed files, on loopback.

Publishes `site/` into a temporary folder, serves that by nginx, asks for one page by wrk for eight seconds, prints the
command and what it measured. Ends with 1 below the least number. Usage: python tools/load.py [SITE]
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.servers import find_program, has_brotli, run_nginx  # noqa: E402 (the path comes first)

LEAST = 10_000
SECONDS = 8
CONNECTIONS = 50


def measure(port: int) -> float:
    """Run wrk once; returns requests a second, 0 if any answer was not 200."""
    coding = "br" if has_brotli() else "gzip"
    command = [
        *(find_program("wrk"), "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{SECONDS}s"),
        *("--header", f"Accept-Encoding: {coding}", f"http://127.0.0.1:{port}/"),
    ]
    print(shlex.join(command), flush=True)
    run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS + 20, check=True)
    print(run.stdout)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", run.stdout)
    return float(rate[1]) if rate and "Non-2xx" not in run.stdout and "Socket errors" not in run.stdout else 0


def main() -> int:
    site = Path(sys.argv[1] if len(sys.argv) > 1 else "site")
    with tempfile.TemporaryDirectory() as folder:
        root, work = Path(folder, "www"), Path(folder, "nginx")
        root.mkdir()
        work.mkdir()
        # nginx drops root's rights; the folder above is for its owner alone.
        Path(folder).chmod(0o755)
        publish = [sys.executable, "-m", "macros", "publish", f"dir:{root}", "--site", str(site)]
        subprocess.run(publish, cwd=ROOT, check=True)
        with run_nginx(work, root / "current") as port:
            rate = measure(port)
    print(
        f"{rate:,.0f} requests a second; at least {LEAST:,} are wanted. Load of the machine: {os.getloadavg()[0]:.1f}"
    )
    return 0 if rate >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
