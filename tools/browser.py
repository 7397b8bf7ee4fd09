"""The browser of the tests, of `verify` and of the benchmark: Chromium, found where tools/setup.sh has put it."""

import os
import shutil
from functools import cache
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import Browser, Playwright

PATIENCE = 120_000
"""Milliseconds to wait for what must come: Playwright's own limits are little on a machine that is busy."""

# Of a command's switches of this name the last holds, so those that Playwright 1.65 switches off stand here again.
_OFF = (
    "AimEnabled,AvoidCorsURLLoaderRestartOnRedirect,AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,"
    "HttpsFirstBalancedModeAutoEnable,HttpsUpgrades,LensOverlay,MediaRouter,NetworkTimeServiceQuerying,"
    "OptimizationHints,PaintHolding,PreconnectToSearch,ThirdPartyStoragePartitioning,"
    # The window around the page, of which nobody sees anything: otherwise it is a web page itself (Chromium 156),
    # and opening a context takes four times as long.
    "InitialWebUI,PreloadTopChromeWebUI,WebUILocationBar,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,WebUIOmniboxPopup,"
    "WebUIReloadButton,WebUIToolbar"
)

_FLAGS = (
    f"--disable-features={_OFF}",
    # A request to another host fails at once and never leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    # Fewer processes: a page loads in three quarters of the time (Chromium 156).
    "--in-process-gpu",
    "--renderer-process-limit=1",
    "--disable-quic",
    "--disable-sync",
    # Letters as wide as on a screen: without a window the browser fits them to whole pixels otherwise.
    "--font-render-hinting=none",
    "--no-first-run",
)


# axe parses the same few colours thousands of times: a third of what it takes (axe-core 4.12).
_PARSE_ONCE = """(() => {
  const { prototype } = axe.commons.color.Color, parse = prototype.parseString, known = new Map();
  prototype.parseString = function (text) {
    if (!known.has(text)) {
      parse.call(this, text);
      known.set(text, [this.r, this.g, this.b, this.alpha]);
    }
    [this.r, this.g, this.b, this.alpha] = known.get(text);
    return this;
  };
})()"""


@cache
def load_axe() -> str:
    """Return axe-core, to be evaluated in a page."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8") + _PARSE_ONCE


def find_chromium() -> str:
    """Return the path of the browser, or an empty text; the variable CHROMIUM names another."""
    kept = Path(".venv/browser")
    named = os.environ.get("CHROMIUM") or (kept.read_text().strip() if kept.is_file() else "")
    return named or shutil.which("chromium") or shutil.which("google-chrome") or ""


def launch(playwright: Playwright, program: str) -> Browser:
    """Start it without its sandbox, as Playwright does: root may run it, and it opens only our own pages."""
    return playwright.chromium.launch(executable_path=program, args=_FLAGS, timeout=PATIENCE)
