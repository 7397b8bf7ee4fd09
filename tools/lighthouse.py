"""Prints Lighthouse's scores (mobile) of the built site: home, a list, an item, an organisation, in both languages.

Ends with 1 when a score is below 100, unless `--any` is given. What Lighthouse measures depends on the machine: it is
no test. Usage: python tools/lighthouse.py [--any] [FOLDER]
"""

import gzip
import json
import os
import subprocess
import sys
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.conftest import StaticHandler  # noqa: E402
from tools.browser import find_chromium  # noqa: E402 (the path comes first)


class CompressingHandler(StaticHandler):
    """Compresses text, as any hosting does."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in (".html", ".css", ".js", ".svg") or not path.is_file():
            super().do_GET()
            return
        body = gzip.compress(path.read_bytes(), 9)
        self.send_response(200)
        self.send_header("Content-Type", f"{self.guess_type(path)}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu"


def find_pages(folder: Path) -> list[str]:
    """Home, the list of news, the latest item, the first organisation; each in both languages."""
    items = sorted(path.name for path in (folder / "news").iterdir() if path.name[:2] == "20" and len(path.name) > 4)
    organisations = sorted(path.parent.name for path in (folder / "organisations").glob("*/index.html"))
    paths = ["", "news/", f"news/{items[-1]}/", f"organisations/{organisations[0]}/"]
    return [prefix + path for prefix in ("", "en/") for path in paths]


def examine(address: str) -> dict[str, object]:
    """Run Lighthouse on one page and return its report."""
    program = ROOT / "tools" / "node" / "node_modules" / "lighthouse" / "cli" / "index.js"
    run = subprocess.run(
        ["node", program, address, "--output=json", "--quiet", f"--chrome-flags={FLAGS}"],
        env={**os.environ, "CHROME_PATH": find_chromium()},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if run.returncode:
        sys.exit(run.stderr)
    report: dict[str, object] = json.loads(run.stdout)
    return report


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--any"]
    folder = Path(arguments[0] if arguments else ROOT / "site").resolve(strict=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(CompressingHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    worst = 100
    print("perf  a11y  best  seo   LCP, s  CLS    KiB   page")
    for path in find_pages(folder):
        report = examine(f"http://127.0.0.1:{server.server_port}/{path}")
        scores = [round(100 * report["categories"][name]["score"]) for name in CATEGORIES]  # type: ignore[index]
        audits = report["audits"]
        lcp, cls, size = (
            audits[name]["numericValue"]  # type: ignore[index]
            for name in ("largest-contentful-paint", "cumulative-layout-shift", "total-byte-weight")
        )
        print("".join(f"{score:<6}" for score in scores), f"{lcp / 1000:<7.2f} {cls:<6.3f} {size / 1024:<5.1f} /{path}")
        worst = min(worst, *scores)
        for name in CATEGORIES:
            for ref in report["categories"][name]["auditRefs"]:  # type: ignore[index]
                audit = audits[ref["id"]]  # type: ignore[index]
                if ref["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                    print(f"      {audit['id']}: {audit['title']} {audit.get('displayValue', '')}")
    if worst < 100 and "--any" not in sys.argv:
        sys.exit(1)


if __name__ == "__main__":
    main()
