"""What a page could do if the checks let it through: nothing."""

from pathlib import Path

import pytest
from jinja2 import TemplateError

from macros.content.problems import Problem
from macros.content.prose import read_page
from macros.render.prose import CallsOnly

PAYLOADS = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ cluster.__globals__ }}",
    "{{ cluster.__globals__['os'].popen('id').read() }}",
    "{{ cluster.__init__.__globals__.__builtins__.open('/etc/passwd').read() }}",
    "{{ cluster.__code__.co_filename }}",
    "{{ cluster.__closure__ }}",
    "{{ self.__init__.__globals__.__builtins__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ config }}",
    "{{ config.site_dir }}",
    "{{ plugin }}",
    "{{ plugin.conf.plugins }}",
    "{{ git.author }}",
    "{{ environment.system }}",
    "{{ page.file.abs_src_path }}",
    "{{ files }}",
    "{{ navigation.items }}",
    "{{ extra }}",
    "{{ macros_info() }}",
    "{{ now() }}",
    "{{ context() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ range(10**9) | list }}",
    "{{ dict(a=1) }}",
    "{{ 'x' | attr('__class__') }}",
    "{{ ['id'] | map('upper') | list }}",
    "{{ '%s' | format(config) }}",
    "{{ '{0.__class__}'.format(cluster) }}",
    "{{ 'a'.join(config) }}",
    "{{ cluster('name', **config) }}",
    "{{ cluster(name=config) }}",
    "{{ cluster(cluster('name')) }}",
    "{{ (cluster)('name').__class__ }}",
    "{%- import 'os' as os -%}{{ os }}",
    "{% include '/etc/passwd' %}",
    "{% extends 'main.html' %}",
    "{% from 'x' import y %}{{ y }}",
    "{% set x = cluster.__globals__ %}{{ x }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{% if config %}leak{% endif %}",
    "{% raw %}{{ config }}{% endraw %}",
    "{# {{ config }} #}",
    "{{- config -}}",
    '{{ "\\x5f\\x5fclass\\x5f\\x5f" }}',
    "{{ 7 * 7 }}",
    "{{ config\n}}",
)
INERT = ("{% raw %}", "{#", '{{ "\\x5f', "{{ 7", "{{ 'a'.join", "{% if config")
"""Run nothing and show nothing of ours even when rendered."""


def cluster(name: str = "") -> str:
    return f"<{name}>"


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("around", ["{}", "# {}", "| a |\n| --- |\n| {} |", "```\n{}\n```", '- [a](b "{}")'])
def test_template_syntax_is_refused_with_its_place(payload: str, around: str) -> None:
    text = "---\ntitle: A\ndescription: B\n---\n\n" + around.replace("{}", payload) + "\n"
    problems = read_page("docs/ru/a.md", "ru", "a.md", text).problems
    calls = [call for call in read_page("docs/ru/a.md", "ru", "a.md", text).calls if call.name not in ("cluster",)]
    told: list[Problem | object] = [*problems, *calls]
    assert told, "neither refused nor told to be an unknown macro"
    assert all(problem.line >= 6 and problem.column >= 1 for problem in problems)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_the_checks_miss_finds_nothing(payload: str, tmp_path: Path) -> None:
    environment = CallsOnly({"cluster": cluster})
    secrets = {"config": "SECRET", "plugin": "SECRET", "git": "SECRET", "page": "SECRET", "files": "SECRET"}
    try:
        shown = environment.from_string(payload).render(**secrets)
    except TemplateError:
        return
    except (TypeError, ValueError, KeyError):
        return  # the call itself went wrong
    assert payload.startswith(INERT) or shown in ("<<name>>",), shown
    assert "SECRET" not in shown


def test_a_call_of_a_macro_is_rendered() -> None:
    assert CallsOnly({"cluster": cluster}).from_string("A {{ cluster('name') }} B").render(page=1) == "A <name> B"
