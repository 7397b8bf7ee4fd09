"""Sections of a prose page: each second-level heading with what follows it, so that the layout can set them apart."""

from xml.etree.ElementTree import Element, SubElement

import markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor


class _Sectioner(Treeprocessor):
    def run(self, root: Element) -> None:
        children = list(root)
        body = root
        for child in children:
            if child.tag == "h2":
                root.remove(child)
                section = SubElement(root, "section", {"class": "cl-section"})
                section.append(child)
                body = SubElement(section, "div", {"class": "cl-section__body"})
            elif body is not root:
                root.remove(child)
                body.append(child)


class SectionsExtension(Extension):
    """Python-Markdown extension: wraps every `h2` and its text in `section.cl-section`."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Run last, when the table of contents has given the headings their ids."""
        md.treeprocessors.register(_Sectioner(md), "sections", 0)
