"""Build a site with no MkDocs or mkdocs-macros in reach: `python without_mkdocs.py TARGET` beside data/.

Of Material only the icons are read. The engine could be exchanged like this; test_build.py compares the two trees.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path.cwd()))
absent: dict[str, Any] = dict.fromkeys(("mkdocs", "mkdocs_macros"))
sys.modules.update(absent)

from macros.content.addresses import FOLDERS  # noqa: E402
from macros.site.build import Build  # noqa: E402

root = Path.cwd()
build = Build(root, Path(sys.argv[1]), os.environ["SITE_URL"])
build.generated = [*build.pages.values()]
build.start()
for lang, folder in FOLDERS.items():
    ignore = shutil.ignore_patterns("*.md")
    shutil.copytree(root / "docs" / lang, build.staging / folder, ignore=ignore, dirs_exist_ok=True)
build.finish()
build.swap()
build.close()
