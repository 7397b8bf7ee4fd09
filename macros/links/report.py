"""What the check of links found, in Russian."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from macros.links.addresses import Place
from macros.links.asking import Answer, Why
from macros.links.results import DEAD_AFTER, Result, Verdict

ORDER: tuple[Verdict, ...] = ("dead", "tls", "missing", "unreachable", "moved", "refused")
"""What is told of each address, the worst first. `ok` is only counted."""

_CERTAIN: frozenset[Why] = frozenset({"expired", "self-signed", "hostname"})
"""Faults of a certificate that every browser sees. An authority that is unknown here may be known to visitors, such as
the national one in Russia, and a handshake may fail once."""

_NAMES: Mapping[Verdict, str] = {
    "ok": "открываются",
    "dead": "мёртвые",
    "tls": "с ошибкой сертификата",
    "missing": "страницы нет, но ещё не три дня",
    "unreachable": "не ответили, но ещё не три дня",
    "moved": "переехали навсегда",
    "refused": "не отвечают программам",
}

_WHY: Mapping[Why, str] = {
    "": "",
    "name": "такого имени сайта нет",
    "connection": "сервер не принимает соединение",
    "timeout": "сервер молчит",
    "cut": "сервер оборвал соединение",
    "loop": "сервер пересылает по кругу",
    "elsewhere": "сервер пересылает не на веб-страницу",
    "address": "такой адрес невозможен",
    "code": "сервер отвечает ошибкой",
    "expired": "срок сертификата истёк",
    "self-signed": "сертификат выпущен самим сайтом",
    "hostname": "сертификат выдан другому сайту",
    "issuer": "сертификат выдан центром, которому доверяют не все браузеры",
    "handshake": "не удалось установить защищённое соединение",
}

_WAIT = f"подождите: мёртвым адрес считается, если он не открылся в {DEAD_AFTER} разных дня."

_TOLD: Mapping[Verdict, tuple[str, str, str]] = {
    "dead": (
        f"адрес не открылся в {DEAD_AFTER} разных дня",
        "посетитель не сможет проверить то, что сказано со ссылкой на эту страницу.",
        "найдите эту же страницу под другим адресом или её копию в веб-архиве (web.archive.org) и поставьте его, а "
        "checked замените днём, когда проверили. Если страницы больше нигде нет, найдите другой источник.",
    ),
    "tls": (
        "браузер может предупредить об опасности",
        "по такой ссылке посетитель, возможно, увидит предупреждение вместо страницы.",
        "откройте адрес в браузере. Если он предупреждает, поставьте другой адрес той же страницы или другой источник; "
        "если страница открывается, ничего не меняйте.",
    ),
    "missing": ("страницы нет", "это может быть сбой, который завтра исправят.", _WAIT),
    "unreachable": ("сервер не ответил", "это может быть сбой, который завтра исправят.", _WAIT),
    "moved": (
        "страница переехала навсегда",
        "пересылка со старого адреса когда-нибудь кончится.",
        "откройте новый адрес; если там то же самое, поставьте его: {moved_to}",
    ),
    "refused": (
        "сайт не отвечает программам",
        "это не ошибка: людям он может открываться, но проверить это можно только в браузере.",
        "откройте адрес в браузере. Если страница на месте, ничего не меняйте.",
    ),
}


@dataclass(frozen=True)
class Outcome:
    """All addresses with their places, and the results of those that are known. `is_offline`: nobody could be asked."""

    addresses: Mapping[str, tuple[Place, ...]]
    results: Mapping[str, Result]
    is_offline: bool = False

    @property
    def has_faults(self) -> bool:
        """Whether something should certainly be mended, or nothing could be found out: `--strict` fails then."""
        return self.is_offline or any(
            result.verdict == "dead" or result.answer.why in _CERTAIN for result in self.results.values()
        )


def render_text(outcome: Outcome) -> str:
    """Return a block for each address that is not simply open, the worst first, and the count of all."""
    told = [
        _render_address(address, outcome.addresses[address], result)
        for verdict in ORDER
        for address, result in sorted(outcome.results.items())
        if result.verdict == verdict
    ]
    if outcome.is_offline:
        told.append(
            "Не ответил ни один сайт: похоже, нет сети. Ответы не записаны.\n"
            "    Как исправить: проверьте сеть и запустите проверку снова.\n"
        )
    return "\n".join([*told, _count(outcome)])


def _render_address(address: str, places: tuple[Place, ...], result: Result) -> str:
    what, why, fix = _TOLD[result.verdict]
    first, *others = (f"{file}:{line}:{column}" for file, line, column in places)
    lines = [f"{first}: {what}: {address}{_detail(result.answer)} [{result.verdict}]"]
    if others:
        lines.append(f"    Там же: {', '.join(others)}")
    lines.append(f"    Почему: {why}")
    lines.append(f"    Как исправить: {fix.format(moved_to=result.answer.moved_to)}")
    return "\n".join(lines) + "\n"


def _detail(answer: Answer) -> str:
    """What exactly the server said, in brackets, unless it adds nothing."""
    parts = [part for part in (_WHY[answer.why], f"ответ {answer.code}" if answer.code >= 400 else "") if part]
    return f" ({', '.join(parts)})" if parts else ""


def _count(outcome: Outcome) -> str:
    counts = Counter(result.verdict for result in outcome.results.values())
    known = [f"{_NAMES[verdict]} — {counts[verdict]}" for verdict in ("ok", *ORDER) if counts[verdict]]
    if unknown := len(outcome.addresses) - len(outcome.results):
        known.append(f"не проверены — {unknown}")
    return f"Внешних адресов: {len(outcome.addresses)}" + (f"; {', '.join(known)}." if known else ".")
