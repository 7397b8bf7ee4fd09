"""The check of links from beginning to end: read, ask what is due, keep, tell."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Event

from macros.content.loading import load_draft
from macros.content.summary import add_summary
from macros.links.addresses import find_addresses
from macros.links.asking import Answer, Asker, host_of
from macros.links.report import Outcome, render_text
from macros.links.results import Result, join_answer, load_results, save_results

HOSTS = 8
"""As many hosts are asked at once, each one address after another."""

KEPT = Path(".cache") / "links.json"
PROBES = 3


def agent_of(site_url: str) -> str:
    """Return how we introduce ourselves: a header takes ASCII only, and nothing that would end it."""
    address = "".join(character if "!" <= character <= "~" else "?" for character in site_url)
    return f"cluster-site-links/1 (+{address})" if address else "cluster-site-links/1"


def run_links(root: Path, today: date, asker: Asker, say: Callable[[str], None], summary: Path | None) -> Outcome:
    """Ask what is due of all addresses below `root`, keep the answers, and tell the outcome."""
    addresses = find_addresses(load_draft(root, today)[0])
    kept = {address: result for address, result in load_results(root / KEPT).items() if address in addresses}
    due = [address for address in addresses if address not in kept or not kept[address].is_trusted(today)]
    if due:
        say(f"Внешних адресов: {len(addresses)}, спрашиваем: {len(due)}. Это может занять несколько минут.")
    answers: dict[str, Answer] = {}
    results, offline = kept, False
    try:
        ask_all(due, asker, answers)
        offline = is_offline(answers, kept, asker)
    finally:
        if not offline:
            results = kept | {address: join_answer(kept.get(address), answers[address], today) for address in answers}
        save_results(root / KEPT, results)
    outcome = Outcome(addresses, results, offline)
    report = render_text(outcome)
    say(report)
    if summary is not None:
        add_summary(summary, "Внешние ссылки", report)
    return outcome


def ask_all(addresses: Iterable[str], asker: Asker, answers: dict[str, Answer]) -> None:
    """Ask several hosts at once, each one address after another, and put each answer into `answers` as it comes."""
    hosts: dict[str, list[str]] = {}
    for address in addresses:
        hosts.setdefault(host_of(address), []).append(address)

    stopped = Event()

    def ask_host(mine: list[str]) -> None:
        for address in mine:
            if not stopped.is_set():
                answers[address] = asker.ask(address)

    executor = ThreadPoolExecutor(HOSTS)
    try:
        list(executor.map(ask_host, hosts.values()))
    finally:
        # Whoever interrupts waits for the requests under way, and for no more.
        stopped.set()
        executor.shutdown(cancel_futures=True)


def is_offline(answers: Mapping[str, Answer], kept: Mapping[str, Result], asker: Asker) -> bool:
    """Whether it is our own network that is at fault: nobody answered, nor does anybody who did before."""
    if not answers or any(answer.has_come for answer in answers.values()):
        return False
    known = [address for address, result in kept.items() if result.answer.has_come and address not in answers]
    if not known:
        return len({host_of(address) for address in answers}) > 1
    return not any(asker.ask(address).has_come for address in known[:PROBES])
