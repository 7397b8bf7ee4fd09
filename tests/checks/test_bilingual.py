"""Two texts beside each other."""

from macros.checks.bilingual import Twin, compare_numbers


def test_addresses_and_calls_are_no_numbers() -> None:
    ru, en = '[верфь](yard-2.md "Верфь") {{ news(limit=3) }}', "[yard](yard.md)"

    assert not list(compare_numbers(Twin((), "yard", ru, en, ("a", 1, 1), ("b", 1, 1))))
