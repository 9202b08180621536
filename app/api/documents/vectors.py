"""Test vectors: what the rules of the contract make of given input, for builders of clients in any language.

What comes out is computed by the server's own code, so a vector cannot say anything else than the server does.
"""

import base64
import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from app.api.documents.vectors_of_forms import forms
from app.api.documents.vectors_of_outcomes import outcomes
from app.core.canonical import canonical
from app.core.exact_json import read_exactly
from app.core.name_cleaning import is_name, tidied
from app.identifiers import numbers
from app.identifiers.known_filter import Said, bits_for, filter_of, hash64, write
from app.identifiers.phonetic_name import APOSTROPHES, LEFT_OUT, LETTERS, PAIRS, phonetic_name
from app.questionnaires.findings import MAX_DEPTH, unstorable
from app.questionnaires.size_class import size_class
from app.sync.handshake import RETRY

_TODAY = date(2022, 9, 12)
_KEY = bytes(range(32))


def vectors() -> dict[str, Any]:
    """Every file of vectors, by its name."""
    made = {
        "identifiers": _identifiers(),
        "normalisation": _normalisation(),
        "names": _names(),
        "content": _content(),
        "size_class": _size_class(),
        "outcomes": outcomes(),
        "cursors": _cursors(),
        "backoff": _backoff(),
        "known_identities": _known_identities(),
        "heard_names": _heard_names(),
        "forms": forms(),
    }
    return {f"{name}.json": content for name, content in made.items()}


def _identifiers() -> dict[str, Any]:
    parsers: Mapping[str, Callable[[str], str]] = {
        "nik": lambda text: numbers.parse_nik(text, today=_TODAY).digits,
        "nib": numbers.parse_nib,
        "cooperative_number": numbers.parse_cooperative_number,
        "npwp": numbers.parse_npwp,
        "passport": lambda text: numbers.parse_foreign_number(text, "passport"),
        "kitas": lambda text: numbers.parse_foreign_number(text, "kitas"),
        "nitku": numbers.parse_nitku,
    }
    texts = {
        "nik": (
            "1601145203850001",
            "1601 1452 0385 0001",
            "16.01.14.520385.0001",
            "160114520385000",
            "16011452038500012",
            "9901145203850001",
            "1600145203850001",
            "1601005203850001",
            "1601147203850001",
            "1601143202850001",
            "1601142902010001",
            "1601142902040001",
            "1601145203850000",
            "1601141203850001",
            "16011452O3850001",
            "",
            "\u200b1601145203850001\ufeff",
            "１６０１１４５２０３８５０００１",
        ),
        "nib": ("9120001234567", "912-000-1234567", "912000123456", "91200012345678", "0120001234567", "91200O1234567"),
        "cooperative_number": ("1601020010001", "00012", "0001", "123456789012345678901", "16.01.02-001"),
        "npwp": (
            "01.234.567.4-301.000",
            "012345674301000",
            "012345678301000",
            "0012345674301000",
            "1601145203850001",
            "9901145203850001",
            "12345",
        ),
        "passport": (
            *("A1234567", "a 123-4567", "X12345678", "123456789", "A123", "ABCDEFG"),
            *("A1234567\u00df", "\u0411123456"),
        ),
        "kitas": ("2C21JE1234-A", "2c21je1234a", "J1U1", "1" * 21),
        "nitku": ("0012345674301000000000", "0012.3456.7430.1000.000001", "001234567430100000000", ""),
    }
    cases = []
    for kind, samples in texts.items():
        for text in samples:
            try:
                cases.append({"kind": kind, "text": text, "digits": parsers[kind](text), "fault": None})
            except numbers.InvalidNumber as exc:
                cases.append({"kind": kind, "text": text, "digits": None, "fault": exc.code})
    return {
        "about": "What is typed, and the digits (of passports and residence permits, the capitals and digits) that are"
        " stored, or the code of what is wrong. The day of receipt"
        " decides the century of a NIK's birth date; where that is compared, only its two digits of the year are.",
        "today": _TODAY,
        "cases": cases,
    }


def _removed() -> Iterator[int]:
    return (point for point in range(sys.maxunicode + 1) if not numbers.stripped(chr(point)))


def _ranges(points: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Runs of points that follow each other, by their first and last ones."""
    for _, run in groupby(enumerate(points), lambda each: each[1] - each[0]):
        those = [point for _, point in run]
        yield those[0], those[-1]


def _normalisation() -> dict[str, Any]:
    return {
        "about": "Blanks, dots, dashes and signs that show nothing are taken out of numbers; nothing else is: `removed`"
        " has them as ranges of code points, from and to. Digits are 0 to 9: those of other scripts, and wide ones, are"
        " refused, since what they stand for was not typed.",
        "removed": [f"{first:04X}-{last:04X}" for first, last in _ranges(_removed())],
        "cases": [
            {"text": text, "stripped": numbers.stripped(text)}
            for text in (*_TYPED, *(f"16{sign}01" for sign in _SIGNS))
        ],
    }


_TYPED = (
    "1601 1452",
    "16.01-14",
    "\t16\u00a001\n",
    "16\u200b01",
    "16\u206001",
    "\ufeff1601",
    "16_01",
    "16/01",
    "",
    "16,01",
    "16:01",
    "\u202a16 – 01\u202c",
    "１６０１",
    "١٦٠١",
)
_SIGNS = (
    "\u1680\u2000\u2007\u2009\u200a\u202f\u205f\u2800\u3000\u0085\u2028"
    "\u00ad\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u207b\u2212\u2e3a"
    "\u301c\u3030\ufe58\ufe63\uff0d\u00b7\u2024\u2027\uff0e\u3002"
    "\u200c\u200d\u200e\u200f\u202e\u2061\u2064\u2066\u2069\u206a\u061c\u034f\u180e\u3164\ufe0f\U000e0020"
)
"""Signs between digits: blanks, then dashes and dots, then what shows nothing."""


def _names() -> dict[str, Any]:
    return {
        "about": "What names somebody or something (`x-name`): it has a letter or a digit of any script. In the"
        " register it stands in the normal form NFC, without signs that show nothing.",
        "cases": [{"text": text, "names": is_name(text), "kept": tidied(text)} for text in _NAMED],
    }


_NAMED = (
    "Warung Bu Sari",
    "ꦮꦫꦸꦁꦱꦫꦶ",
    "ᬯᬭᬸᬂ",
    "وارُوڠ ساري",
    "莎莉小吃店",
    "சாரி கடை",
    "क्‍षेत्र",
    "Ma'ruf",
    "Café ☕",
    "Cafe\u0301",
    "99",
    "٩٩",
    "☕☕",
    "-",
    "...",
    "–",
    "  ",
    "",
    "\u200b",
    "\u202e\u202c",
    "\u3164",
    "\u0640",
    "\u202eiraS uB\u202c",
    "Sari\u200b\u00ad  Dewi\n",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿 Inggris",
    "👨‍👩‍👧 Keluarga",
)


def _content() -> dict[str, Any]:
    record_id = "01832f3e-8a40-7000-8000-000000000001"
    items: tuple[dict[str, Any], ...] = (
        {"record_id": record_id, "revision": 1, "answers": {"legal_name": "Warung Bu Sari", "kbli": "47112"}},
        {"revision": 1, "answers": {"kbli": "47112", "legal_name": "Warung Bu Sari"}, "record_id": record_id},
        {"answers": {"b": None, "a": [1, 2.5, True, ""], "é": "ä", "😀": '\\"/'}},
        {"answers": {"text": "baris\nbaru\ttab\u0001", "empty": {}, "list": []}},
        {"location": {"latitude": -4.1266, "longitude": 104.1702, "accuracy_m": 6.5}},
        {"answers": {"annual_sales_idr": 9223372036854775807, "zero": 0, "half": 0.5, "less": -0.25}},
    )
    return {
        "about": "An item as canonical JSON and its SHA-256: keys sorted by code point, no blanks, UTF-8, only quotes,"
        " backslashes and control signs escaped, whole numbers as digits, others in their shortest form without an"
        " exponent. Null is not the same as left out. `texts` are JSON as it is typed or sent: a number without a"
        " fraction and an exponent keeps its digits, every other one is the double that it reads as; `large` has whole"
        " numbers that a client whose numbers are doubles has not. `refused` has no canonical form: such an item is"
        " invalid.",
        "cases": [{"item": item, **_hashed(item)} for item in items],
        "texts": [
            {"text": text, **_hashed(read_exactly(text.encode())), "large": any(map(text.__contains__, _LARGE))}
            for text in _TEXTS
        ],
        "refused": [
            {"text": text, "code": unstorable(read_exactly(text.encode()))[0].code}
            for text in (*_REFUSED, '{"a":' * MAX_DEPTH + "{}" + "}" * MAX_DEPTH)
        ],
    }


def _hashed(item: Any) -> dict[str, str]:
    content = canonical(item)
    return {"canonical": content.decode(), "sha256": hashlib.sha256(content).hexdigest()}


_LARGE = ("9007199254740993", "18446744073709551615", "9223372036854775807")
_TEXTS = (
    '{"a":1.0,"b":1e2,"c":-0.0,"d":-0,"e":1E+2,"f":100e-2}',
    '{"a":1e-7,"b":0.0000001,"c":1e-6,"d":0.000001,"e":-1.5e-9}',
    '{"a":1e16,"b":1e20,"c":1e21,"d":1e22,"e":123456789012345680000.0}',
    '{"a":9007199254740991,"b":-9007199254740991,"c":9007199254740992.0}',
    '{"a":9007199254740993,"b":9223372036854775807,"c":18446744073709551615}',
    '{"location":{"latitude":0.00005,"longitude":109.0,"accuracy_m":6.0}}',
    '{"location":{"latitude":-0.00000449,"longitude":104.17020000000001,"accuracy_m":4.800000190734863}}',
    '{"a":0.1,"b":0.30000000000000004,"c":5e-324,"d":2.2250738585072014e-308,"e":1.7976931348623157e308}',
    '{"\\ud83d\\ude00":1,"\\uffff":2,"\\ue000":3,"z":4,"Z":5,"":6,"\\u00e9":7,"e\\u0301":8}',
    '{ "b" : [ ] , "a" : { } , "c" : [ 1.50 , true , null , "1.0" , ",5.0," ] }',
    '{"a":"\\u0041\\/\\u00e4\\u007f\\u2028\\b\\f\\n\\r\\t\\u001f\\\\\\""}',
)
_REFUSED = (
    '{"a":NaN}',
    '{"a":-Infinity}',
    '{"a":1e400}',
    '{"a":18446744073709551616}',
    '{"a":1,"a":1}',
    '{"a":"\\ud800"}',
    '{"a":"\\u0000"}',
)


def _size_class() -> dict[str, Any]:
    billion = 1_000_000_000
    cases = (
        (None, None),
        (0, None),
        (1, None),
        (2 * billion, None),
        (2 * billion + 1, None),
        (15 * billion, None),
        (15 * billion + 1, None),
        (50 * billion, None),
        (50 * billion + 1, None),
        (None, billion),
        (None, billion + 1),
        (0, 5 * billion),
        (0, 5 * billion + 1),
        (None, 10 * billion),
        (None, 10 * billion + 1),
        (1, 90 * billion),
    )
    return {
        "about": "PP 7/2021, article 35: by annual sales where it has sold, else by founding capital; upper bounds are"
        " inclusive.",
        "cases": [
            {"annual_sales_idr": sales, "founding_capital_idr": capital, "size_class": size_class(sales, capital)}
            for sales, capital in cases
        ],
    }


def _cursors() -> dict[str, Any]:
    page = {"status": 200, "next_cursor": "c2", "more": False}
    return {
        "about": "Which cursor the next request for changes has. A cursor is opaque: keep it with what it brought, in"
        " one transaction; null is a request without one.",
        "cases": [
            {"kept": None, "answer": {**page, "next_cursor": "c1", "more": True}, "then": "c1", "reconcile": False},
            {"kept": "c1", "answer": page, "then": "c2", "reconcile": False},
            {"kept": "c2", "answer": {**page, "next_cursor": "c2"}, "then": "c2", "reconcile": False},
            {"kept": "c2", "answer": None, "then": "c2", "reconcile": False},
            {"kept": "c2", "answer": {"status": 503, "code": "overloaded"}, "then": "c2", "reconcile": False},
            {"kept": "c2", "answer": {"status": 410, "code": "cursor_outdated"}, "then": None, "reconcile": True},
        ],
    }


def _backoff() -> dict[str, Any]:
    first, factor, longest = RETRY.first_s, RETRY.factor, RETRY.longest_s
    cases = [
        {"attempt": attempt, "retry_after": None, "at_least_s": 0, "at_most_s": min(longest, first * factor**attempt)}
        for attempt in range(10)
    ]
    waits = [
        {"attempt": 0, "retry_after": "17", "at_least_s": 17, "at_most_s": None},
        {"attempt": 9, "retry_after": "1", "at_least_s": 1, "at_most_s": None},
    ]
    return {
        "about": "How long to wait after the attempt of that number, counted from 0: evenly drawn between the bounds"
        " (full jitter), and never sooner than Retry-After.",
        "retry": RETRY.model_dump(),
        "cases": [*cases, *waits],
    }


def _known_identities() -> dict[str, Any]:
    inside = [("nik", f"16011452038500{number:02d}", "Siti Aminah") for number in range(1, 41)]
    inside += [("nib", "9120001234567", "Sari"), ("cooperative_number", "1601020010001", "KUD Makmur")]
    sayings = [Said(kind, digits, phonetic_name(name)) for kind, digits, name in inside]
    known = filter_of(hash64(_KEY, each) for each in sayings)
    probes = [
        *inside[:2],
        *inside[-2:],
        ("nik", "1601145203850001", "Hj. St. Amina, S.Pd"),
        ("nik", "1601145203850001", "Sari"),
        ("nik", "1601145203859998", "Siti Aminah"),
        ("cooperative_number", "9120001234567", "Sari"),
    ]
    asked = [(each, Said(each[0], each[1], phonetic_name(each[2]))) for each in probes]
    return {
        "about": "A filter in bytes (base64), and what it says of some numbers with a name; how long its fingerprints"
        " are for how many numbers.",
        "key": _KEY.hex(),
        "hashes": [
            {"kind": kind, "digits": digits, "name": name, "heard": said.heard, "hash64": hash64(_KEY, said)}
            for (kind, digits, name), said in asked
        ],
        "bits": known.bits,
        "fingerprints": known.fingerprints,
        "filter": base64.b64encode(write(_KEY, known)).decode(),
        "probes": [
            {"kind": kind, "digits": digits, "name": name, "probably_recorded": known.has(_KEY, said)}
            for (kind, digits, name), said in asked
        ],
        "lengths": [
            {"numbers": count, "bits": bits_for(count)}
            for count in (0, 1, 4_095, 4_096, 8_192, 56_700, 65_536, 1_000_000)
        ],
    }


def _heard_names() -> dict[str, Any]:
    names = (
        "Siti Aminah",
        "Hj. Siti Aminah, S.Pd.",
        "St. Amina",
        "Ibu AMINAH",
        "Muhammad Rizki Pratama",
        "M. Riski Pratama",
        "Mochammad Rizqi Pratama Putra",
        "Nurhayati",
        "Nur Hayati",
        "Noer Hayatie",
        "Achmad Fauzi",
        "Ahmad Pauji",
        "Djoko Santoso",
        "Joko Santosa, S.E.",
        "Tjahjadi",
        "Syamsul Ma'arif",
        "Samsul Maarif",
        "Abdullah bin Umar",
        "Ma’ruf",
        "Alex",
        "Ilham",
        "Usman",
        "Osman",
        "Yusuf",
        "Wati",
        "Jack",
        "Sari",
        "Dewi",
        "I Made Wijaya",
        "Ni Luh Putu",
        "Muhammad",
        "Siti",
        "H.",
        "M.",
        "Bin",
        "KUD Makmur",
        "Koperasi Unit Desa Makmur",
        "PT Sinar Jaya",
        "S\u00e1ri",
        "Sa\u0301ri",
        "\uff33\uff21\uff32\uff29",
        "\u674e\u660e",
        "\u0639\u0644\u064a",
        "Sari2",
        "Sari-Dewi",
        "123",
        "-",
        "",
    )
    return {
        "about": "Names as they are heard, for the known-identities filter; empty where a name has no letters.",
        "left_out": sorted(LEFT_OUT),
        "apostrophes": list(APOSTROPHES),
        "pairs": [list(each) for each in PAIRS],
        "letters": LETTERS,
        "cases": [{"name": name, "heard": phonetic_name(name)} for name in names],
    }
