"""Flags of records: pure functions of all interviews of a regency and the campaign's thresholds.

Each gives the places of what it flags, with numbers that explain it. No number gives an answer away: of money and
workers it has only the deviations.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from app.campaigns.thresholds import Thresholds
from app.quality.interviews import Interview
from app.quality.robust import Groups, Usual, usual

Numbers = dict[str, float]
Found = Iterator[tuple[int, Numbers]]
Flags = Mapping[int, Mapping[str, Numbers]]
"""By place in the list of interviews, by code."""

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""

_LOG_FLOOR = 0.25
_SHARE_FLOOR = 0.02
_METRES = 111_320.0  # of a degree of latitude
_DISTANCE_FLOOR_M = 25.0
_CELL = 4  # decimals of a degree: eleven metres
_FEWEST_POINTS = 5
_FEWEST_COLLEAGUES = 2
_DAY_S = 86_400
_BETWEEN_RESTS = 16  # records: a millisecond
_UNHEARD = 4  # enumerators who might have heard it: where there are few, an answer is not taken for a common one
_LEAST_SAID = 2.5  # what is the same has to say as much as so many answers that nobody else gives
_RARE = 3  # enumerators: what no more of them heard leads to records with the same answer, however long ago
_LED_TO = 4  # records that one rare answer leads to, the latest; and that are compared because of them
_RARE_SAME = 3  # rare answers that are the same before an earlier record is compared


def short_interviews(interviews: Sequence[Interview], thresholds: Thresholds) -> Found:
    """Much shorter than interviews about the same activity in the district."""
    timed = [(at, each, each.minutes) for at, each in enumerate(interviews) if each.minutes is not None]
    timed = [(at, each, minutes) for at, each, minutes in timed if 0 <= minutes < _DAY_S / 60]
    groups = Groups(
        ((each.group, each.district, _log(minutes)) for _, each, minutes in timed), thresholds.least_group, _LOG_FLOOR
    )
    for at, each, minutes in timed:
        around = groups.around(each.group, each.district)
        if around and -around.away(_log(minutes)) > thresholds.short_interview.deviations:
            yield at, _against(minutes=round(minutes, 1), usual=_rounded(around), around=around, of=_log(minutes))


def rapid_sequence(interviews: Sequence[Interview], thresholds: Thresholds) -> Found:
    """Ended so soon after the enumerator's interview before that it can hardly be one."""
    gaps = [
        (after, interviews[after], interviews[after].captured_s - interviews[before].captured_s)
        for before, after in _in_sequence(interviews)
    ]
    gaps = [(at, each, gap) for at, each, gap in gaps if gap < _DAY_S / 2]
    groups = Groups((("", each.district, _log(gap)) for _, each, gap in gaps), thresholds.least_group, _LOG_FLOOR)
    for at, each, gap in gaps:
        around = groups.around("", each.district)
        if around and -around.away(_log(gap)) > thresholds.rapid_sequence.deviations:
            yield at, _against(seconds=round(gap), usual=round(math.exp(around.median)), around=around, of=_log(gap))


def far_points(interviews: Sequence[Interview], thresholds: Thresholds, boxes: Mapping[str, Box]) -> Found:
    """Far from where other enumerators have their points in the village, and outside of its boundary where that is
    loaded. One colleague alone, who may have been in another hamlet, at a market or at home, is no measure: then it is
    far from the points of both."""
    villages: defaultdict[str, defaultdict[object, list[int]]] = defaultdict(lambda: defaultdict(list))
    for at, each in enumerate(interviews):
        if each.latitude is not None and each.longitude is not None:
            villages[each.region_code][each.enumerator_id].append(at)
    around = [_around(interviews, _fairly(list(people.values())), 0.0).distance for people in villages.values()]
    # Where everybody stood at one market, a shop out of it is not far.
    floor = median([each.deviation for each in around if each.of >= _FEWEST_POINTS] or [0.0])
    for village, people in villages.items():
        for who, own in people.items():
            others = [theirs for other, theirs in people.items() if other != who]
            enough = len(others) >= _FEWEST_COLLEAGUES and sum(map(len, others)) >= _FEWEST_POINTS
            compared = _fairly(others if enough else list(people.values()))
            measure = _around(interviews, compared, max(_DISTANCE_FLOOR_M, floor))
            yield from _far(interviews, thresholds, own, measure, boxes.get(village))


class _Measure(NamedTuple):
    """The middle of some points, and how far from it they are."""

    middle: tuple[float, float]
    distance: Usual


def _around(interviews: Sequence[Interview], places: Sequence[int], floor: float) -> _Measure:
    points = [_point(interviews[at]) for at in places]
    middle = median(latitude for latitude, _ in points), median(longitude for _, longitude in points)
    return _Measure(middle, usual([_metres(middle, point) for point in points], floor))


def _fairly(of_people: Sequence[Sequence[int]]) -> list[int]:
    """Of nobody more points than most have: who makes up two hundred of them does not move the village."""
    most = max(_FEWEST_POINTS, int(median(map(len, of_people))))
    return [each for own in of_people for each in own[:: max(1, math.ceil(len(own) / most))]]


def _far(
    interviews: Sequence[Interview], thresholds: Thresholds, own: Sequence[int], measure: _Measure, box: Box | None
) -> Found:
    least, (middle, around) = thresholds.far_point.least_m, measure
    known = around.of >= _FEWEST_POINTS
    for at in own:
        point = _point(interviews[at])
        away = _metres(middle, point)
        far = known and away > least and around.away(away) > thresholds.far_point.deviations
        outside = None if box is None else _metres(point, _nearest(point, box))
        if far if outside is None else outside > least or (far and outside > 0):
            numbers: Numbers = {"points": around.of}
            if known:
                numbers |= {
                    "metres": round(away),
                    "usual": round(around.median),
                    "deviations": round(around.away(away), 1),
                }
            if outside is not None:
                numbers["metres_outside"] = round(outside)
            yield at, numbers


def copied_answers(interviews: Sequence[Interview], thresholds: Thresholds, rest: Callable[[], None]) -> Found:
    """Nearly the same answers as one of the enumerator's records before, or as one of a colleague's, of another
    business.

    An answer weighs by how few enumerators heard it in this activity (its information): thousand shops may agree that
    they do not export, but not in their sales and the owner's birth date. Compared are the records right before, and
    any earlier ones with the same rare answers: who copies seven interviews in turn copies none from the five before.
    """
    said, weights = _said(interviews)
    wanted = thresholds.copied_answers
    copied = set[int]()
    for own in _by_person(interviews).values():
        before = _Before(wanted.before)
        for number, at in enumerate(own):
            one = said[at]
            alike, back = before.likest(one, weights[one.interview.group])
            if alike >= wanted.alike:
                copied.add(at)
                yield at, {"alike": round(alike, 2), "records_before": back, "answers": len(one.answers)}
            before.add(one)
            if number % _BETWEEN_RESTS == 0:
                rest()
    colleagues = _Colleagues()
    for number, at in enumerate(sorted(range(len(interviews)), key=lambda at: _when(interviews[at]))):
        one = said[at]
        alike = 0.0 if at in copied else colleagues.likest(one, weights[one.interview.group])
        if alike >= wanted.alike:
            yield at, {"alike": round(alike, 2), "of_colleague": 1, "answers": len(one.answers)}
        colleagues.add(one)
        if number % _BETWEEN_RESTS == 0:
            rest()


Weight = Callable[[Iterable[int]], float]


def _said(interviews: Sequence[Interview]) -> "tuple[list[_Said], Mapping[str, Weight]]":
    """What each interview says, and what answers weigh in each activity."""
    heard = _heard(interviews)
    people: defaultdict[str, set[object]] = defaultdict(set)
    for each in interviews:
        people[each.group].add(each.enumerator_id)
    weights = {group: _weigher(heard[group], len(of)) for group, of in people.items()}
    said = []
    for each in interviews:
        answers, counts = frozenset(each.answers), heard[each.group]
        rare = [answer for answer in answers if counts[answer] <= _RARE]
        said.append(_Said(each, answers, weights[each.group](answers), rare))
    return said, weights


def _weigher(heard: Mapping[int, int], people: int) -> Weight:
    """What answers weigh, in units of one that only one enumerator heard."""
    most = people + _UNHEARD
    return lambda said: sum(math.log(most / heard[one]) for one in said) / math.log(most)


class _Said(NamedTuple):
    """What an interview says, how much that weighs, and what of it hardly anybody else heard."""

    interview: Interview
    answers: frozenset[int]
    weight: float
    rare: Sequence[int]


class _Before:
    """The interviews of one enumerator so far."""

    def __init__(self, near: int) -> None:
        self._near = near
        self._all: list[_Said] = []
        self._led_to: defaultdict[tuple[str, int], list[int]] = defaultdict(list)

    def add(self, one: _Said) -> None:
        for answer in one.rare:
            key = one.interview.group, answer
            self._led_to[key] = [*self._led_to[key][1 - _LED_TO :], len(self._all)]
        self._all.append(one)

    def likest(self, one: _Said, weight: Weight) -> tuple[float, int]:
        """How much of what the answers say is the same as in the likest one before, and how many records before."""
        number, group = len(self._all), one.interview.group
        found = Counter(earlier for answer in one.rare for earlier in self._led_to[group, answer])
        led_to = (earlier for earlier, same in found.most_common(_LED_TO) if same >= _RARE_SAME)
        best = (0.0, 0)
        for earlier in {*range(max(0, number - self._near), number), *led_to}:
            other = self._all[earlier]
            if other.interview.group == group and not _same_business(one.interview, other.interview):
                best = max(best, (_alike(one, other, weight), earlier - number))
        return best[0], -best[1] if best[0] else 0


class _Colleagues:
    """The interviews of all enumerators so far, by their rare answers: of each enumerator the latest few."""

    def __init__(self) -> None:
        self._led_to: defaultdict[tuple[str, int], defaultdict[object, list[_Said]]] = defaultdict(
            lambda: defaultdict(list)
        )

    def add(self, one: _Said) -> None:
        for answer in one.rare:
            own = self._led_to[one.interview.group, answer][one.interview.enumerator_id]
            own.append(one)
            del own[:-_LED_TO]

    def likest(self, one: _Said, weight: Weight) -> float:
        """How much of what the answers say is the same as in the likest one of somebody else."""
        mine, others, found = one.interview, dict[object, _Said](), Counter[object]()
        for answer in one.rare:
            for who, theirs in self._led_to[mine.group, answer].items():
                for other in theirs if who != mine.enumerator_id else ():
                    if not _perhaps_one_business(mine, other.interview):
                        others[other.interview.record_id] = other
                        found[other.interview.record_id] += 1
        led_to = (others[each] for each, same in found.most_common(_LED_TO) if same >= _RARE_SAME)
        return max((_alike(one, other, weight) for other in led_to), default=0.0)


def _alike(one: _Said, other: _Said, weight: Weight) -> float:
    """How much of what two interviews say is the same; nothing where that says too little."""
    common = weight(one.answers & other.answers)
    return common / max(one.weight, other.weight) if common >= _LEAST_SAID else 0.0


def _perhaps_one_business(one: Interview, other: Interview) -> bool:
    """Two enumerators may have met one owner, each for himself: that is a duplicate, and no copy."""
    return _same_business(one, other) or not (one.owner and other.owner) or bool(one.owner & other.owner)


def _same_business(one: Interview, other: Interview) -> bool:
    same = one.business_id is not None and one.business_id == other.business_id
    return same or (one.number is not None and one.number == other.number)


def _heard(interviews: Sequence[Interview]) -> Mapping[str, Counter[int]]:
    """By activity group, how many enumerators heard each answer."""
    heard: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for own in _by_person(interviews).values():
        said: defaultdict[str, set[int]] = defaultdict(set)
        for at in own:
            said[interviews[at].group].update(interviews[at].answers)
        for group, answers in said.items():
            heard[group].update(answers)
    return heard


def out_of_range(interviews: Sequence[Interview], thresholds: Thresholds) -> Found:
    """Money or workers far from those of the same activity in the district."""
    by_kind: defaultdict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for each in interviews:
        for kind, amount in each.amounts:
            by_kind[kind].append((each.group, each.district, amount))
    groups = {kind: Groups(values, thresholds.least_group, 2 * _LOG_FLOOR) for kind, values in by_kind.items()}
    for at, each in enumerate(interviews):
        numbers: Numbers = {}
        for kind, amount in each.amounts:
            around = groups[kind].around(each.group, each.district)
            if around and abs(around.away(amount)) > thresholds.out_of_range.deviations:
                numbers[kind.removeprefix("/")] = round(around.away(amount), 1)
        if numbers:
            yield at, numbers


def empty_answers(interviews: Sequence[Interview], thresholds: Thresholds) -> Found:
    """More questions without an answer than usual for the activity in the district."""
    groups = Groups(
        ((each.group, each.district, each.empty) for each in interviews), thresholds.least_group, _SHARE_FLOOR
    )
    wanted = thresholds.empty_answers
    for at, each in enumerate(interviews):
        around = groups.around(each.group, each.district)
        if around and around.away(each.empty) > wanted.deviations and each.empty - around.median > wanted.least_excess:
            yield at, _against(share=round(each.empty, 3), usual=round(around.median, 3), around=around, of=each.empty)


def repeated_numbers(interviews: Sequence[Interview], thresholds: Thresholds) -> Found:
    """The NIK of many records."""
    count = Counter(each.number for each in interviews if each.number is not None)
    for at, each in enumerate(interviews):
        if each.number is not None and count[each.number] >= thresholds.repeated_number.records:
            yield at, {"records": count[each.number]}


def short_names(interviews: Sequence[Interview], thresholds: Thresholds) -> Found:
    """The business or its owner has a name of hardly a letter."""
    for at, each in enumerate(interviews):
        if each.letters <= thresholds.short_names.letters:
            yield at, {"letters": each.letters}


def same_points(interviews: Sequence[Interview], thresholds: Thresholds, doubtful: set[int]) -> Found:
    """Many records of one enumerator at one point that are no market: `doubtful` in time or answers, or of several
    villages, or in several villages one such point for most of the records. At a market interviews take their time and
    answers differ, even where others record there, too; nobody has a market in each village and hardly a shop beside.
    """
    wanted = thresholds.same_point
    for own in _by_person(interviews).values():
        cells: defaultdict[tuple[float, float], list[int]] = defaultdict(list)
        for at in own:
            if interviews[at].latitude is not None and interviews[at].longitude is not None:
                latitude, longitude = _point(interviews[at])
                cells[round(latitude, _CELL), round(longitude, _CELL)].append(at)
        crowded = [places for places in cells.values() if len(places) >= wanted.records]
        everywhere = {village for places in crowded for village in _villages(interviews, places)}
        most = sum(map(len, crowded)) >= wanted.doubtful * sum(map(len, cells.values()))
        for places in crowded:
            share = sum(at in doubtful for at in places) / len(places)
            villages = len(_villages(interviews, places))
            numbers: Numbers = {"records": len(places), "villages": villages, "doubtful_share": round(share, 2)}
            if most and len(everywhere) >= wanted.villages:
                numbers["villages_with_one"] = len(everywhere)
            elif share < wanted.doubtful and villages < wanted.villages:
                continue
            yield from ((at, numbers) for at in places)


def _villages(interviews: Sequence[Interview], places: Iterable[int]) -> set[str]:
    return {interviews[at].region_code for at in places}


def _against(*, around: Usual, of: float, **numbers: float) -> Numbers:
    return {**numbers, "deviations": round(around.away(of), 1), "compared_with": around.of}


def _rounded(around: Usual) -> float:
    return round(math.exp(around.median), 1)


def _log(value: float) -> float:
    """Of minutes or seconds; what is less than a hundredth counts as that."""
    return math.log(max(0.01, value))


def _by_person(interviews: Sequence[Interview]) -> Mapping[object, list[int]]:
    """The places of each enumerator's interviews, in the order in which they ended."""
    found: defaultdict[object, list[int]] = defaultdict(list)
    for at, each in enumerate(interviews):
        found[each.enumerator_id].append(at)
    for own in found.values():
        own.sort(key=lambda at: _when(interviews[at]))
    return found


def _when(each: Interview) -> tuple[float, bytes]:
    return each.captured_s, each.record_id.bytes


def _in_sequence(interviews: Sequence[Interview]) -> Iterator[tuple[int, int]]:
    for own in _by_person(interviews).values():
        yield from pairwise(own)


def _point(each: Interview) -> tuple[float, float]:
    return each.latitude or 0.0, each.longitude or 0.0


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Over a plane: villages are small, and Indonesia is near the equator."""
    east = (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return math.hypot(one[0] - other[0], east) * _METRES


def _nearest(point: tuple[float, float], box: Box) -> tuple[float, float]:
    west, south, east, north = box
    return min(max(point[0], south), north), min(max(point[1], west), east)
