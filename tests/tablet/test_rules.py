"""Where the text of the contract says must, the kit looks: by the same numbers, and with broken clients for each."""

import random
import re
from collections import Counter
from pathlib import Path

from broken_clients import FLAWS

from kumkm_tablet.conformance.jitter import has_no_jitter, is_too_soon
from kumkm_tablet.conformance.rules import RULES
from kumkm_tablet.conformance.scenarios import SCENARIOS

TEXT = (Path(__file__).parents[2] / "openapi/README.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"\*\*\[(R\d\d)\]\*\*")
RETRY = {"first_s": 0.2, "factor": 2, "longest_s": 0.8}


def blocks() -> list[str]:
    """Paragraphs, and the points of lists, of the text."""
    return re.split(r"\n(?=[ ]*[-|#] ?)|\n\n", TEXT)


def test_every_must_of_the_text_has_a_number() -> None:
    said = [each for each in blocks() if re.search(r"\bmust\b", each) and "Where this text says" not in each]
    assert len(said) > 40
    assert [each for each in said if not NUMBER.search(each)] == []


def test_every_number_of_the_text_is_a_rule_of_the_kit_and_the_other_way() -> None:
    numbers = Counter(NUMBER.findall(TEXT.replace("a number like **[R07]**", "")))
    assert set(numbers) == set(RULES)
    assert [number for number, times in numbers.items() if times > 1] == []


def test_every_rule_is_tried_by_a_scenario() -> None:
    assert {rule for each in SCENARIOS for rule in each.rules} == set(RULES)


def test_every_rule_has_two_broken_clients_or_more() -> None:
    found = Counter(flaw.rule for flaw in FLAWS.values() if flaw.rule)
    assert [rule for rule in RULES if found[rule] < 2] == []


def test_full_jitter_is_not_blamed() -> None:
    """Of a client that retries ten times in each of three bursts, over 10,000 runs."""
    rng = random.Random(12)

    def waits(attempts: int) -> list[float]:
        return [rng.uniform(0, min(0.8, 0.2 * 2**attempt)) for attempt in range(attempts)]

    for attempts in (1, 3, 5, 10, 40):
        runs = [[waits(attempts) for _ in range(3)] for _ in range(1_000)]
        assert not any(is_too_soon(bursts, RETRY) or has_no_jitter(bursts, RETRY) for bursts in runs)


def test_bursts_without_waits_are_blamed() -> None:
    for attempts in (5, 10, 40):
        assert is_too_soon([[0.01] * attempts] * 3, RETRY)
    assert is_too_soon([[0.15, *[0.01] * 20]] * 3, RETRY)


def test_waits_that_are_not_drawn_are_blamed_also_on_a_busy_machine() -> None:
    rng = random.Random(12)
    for attempts in (5, 7, 10):
        longest = [min(0.8, 0.2 * 2**attempt) for attempt in range(attempts)]
        for share in (0.3, 1.0):
            bursts = [[wait * share + rng.uniform(0.0, 0.02) for wait in longest] for _ in range(3)]
            assert has_no_jitter(bursts, RETRY)
