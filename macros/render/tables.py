"""Tables of editors: they scroll by themselves where the screen is narrow, and align by class."""

from xml.etree.ElementTree import Element

import markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

_CLASSES = {"text-align: right;": "cl-right", "text-align: center;": "cl-center", "text-align: left;": ""}


class _Tables(Treeprocessor):
    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for index, child in enumerate(parent):
                if child.tag == "table":
                    parent[index] = box = Element("div", {"class": "cl-table", "tabindex": "0"})
                    box.append(child)
        for cell in (*root.iter("th"), *root.iter("td")):
            # A strict Content-Security-Policy forbids the style attribute that Python-Markdown 3.11 sets.
            if name := _CLASSES[cell.attrib.pop("style", "text-align: left;")]:
                cell.set("class", name)


class TablesExtension(Extension):
    """Python-Markdown extension: puts each table into `div.cl-table` and turns alignment into classes."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Run when the tables stand."""
        md.treeprocessors.register(_Tables(md), "cl-tables", 3)
