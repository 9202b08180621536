"""The phonetic key of a name: different spellings of one name give the same few letters. Pure.

The known-identities filter binds each number to it. Tablets of every make compute it by themselves, so this is a part
of the contract: `openapi/README.md` has the steps, `vectors/heard_names.json` has examples. It changes only with the
filter's format.
"""

import re
import unicodedata

LENGTH = 6
"""Letters of a key at most: what a third name or a cut off second one would add is left out."""

APOSTROPHES = "'`´‘’ʻʼ"
FATHER = ("bin", "binti")
LEFT_OUT = frozenset(
    (
        # what people are called by, before and behind their names
        "h",
        "hj",
        "haji",
        "hajah",
        "hajjah",
        "kh",
        "kyai",
        "kiai",
        "ust",
        "ustad",
        "ustadz",
        "ustaz",
        "ustadzah",
        "tgk",
        "bpk",
        "bapak",
        "bp",
        "pak",
        "ibu",
        "bu",
        "sdr",
        "sdri",
        "saudara",
        "saudari",
        "tn",
        "tuan",
        "ny",
        "nyonya",
        "nn",
        "nona",
        "mas",
        "mbak",
        "mba",
        "bang",
        "abang",
        "kak",
        "alm",
        "almh",
        "almarhum",
        "almarhumah",
        "dr",
        "drs",
        "dra",
        "drg",
        "drh",
        "ir",
        "prof",
        "se",
        "sh",
        "spd",
        "pd",
        "spdi",
        "sag",
        "ag",
        "si",
        "ssi",
        "skom",
        "kom",
        "sip",
        "ip",
        "sos",
        "ssos",
        "st",
        "stp",
        "tp",
        "sp",
        "skm",
        "kes",
        "skep",
        "kep",
        "ns",
        "keb",
        "spt",
        "pt",
        "shut",
        "hum",
        "ak",
        "amd",
        "ama",
        "mm",
        "mpd",
        "msi",
        "mkes",
        "mh",
        "mt",
        "ma",
        "mba",
        "phd",
        "bsc",
        "msc",
        # Muhammad and Siti, which stand before names and are left out as often
        "muhammad",
        "muhamad",
        "muhammed",
        "muhamed",
        "mohammad",
        "mohamad",
        "mohammed",
        "mohamed",
        "mochammad",
        "mochamad",
        "mokhammad",
        "mokhamad",
        "muchammad",
        "muchamad",
        "mukhammad",
        "mukhamad",
        "moh",
        "moch",
        "mokh",
        "muh",
        "much",
        "mhd",
        "mohd",
        "muhd",
        "md",
        "siti",
        "sitti",
        "sity",
        # what businesses and cooperatives are called
        "koperasi",
        "kop",
        "kud",
        "ksp",
        "ksu",
        "kpri",
        "kopkar",
        "unit",
        "desa",
        "simpan",
        "pinjam",
        "serba",
        "usaha",
        "cv",
        "ud",
        "pd",
        "fa",
        "toko",
        "warung",
        "kios",
        "kedai",
        "depot",
        "rumah",
        "makan",
    )
)
PAIRS = (("tj", "c"), ("dj", "s"), ("kh", ""), ("ch", ""), ("ck", "k"))
LETTERS = {"v": "p", "f": "p", "q": "k", "x": "ks", "j": "s", "z": "s", "h": ""}

_SINGLE = str.maketrans(LETTERS)
_PLAIN = re.compile(r"[a-z]+")
_DOUBLED = re.compile(r"(.)\1+", re.DOTALL)
_VOWELS = ("a", "e", "i", "o", "u")
_SILENT = str.maketrans("", "", "aeiouwy")


def phonetic_name(name: str) -> str:
    """The phonetic key; empty for a name without letters."""
    before, _, _ = name.partition(",")
    words = _words(before) or _words(name)
    for said in FATHER:
        if said in words[1:]:
            words = words[: words.index(said, 1)]
    telling = [word for word in words if word not in LEFT_OUT and not (len(word) == 1 and "a" <= word <= "z")]
    text = "".join(map(_sound, telling)) or "".join(map(_sound, words)) or "".join(words)
    return _key(_DOUBLED.sub(r"\1", text))


def phonetic_words(name: str) -> frozenset[str]:
    """The phonetic keys of the words of a person's name, to compare it word by word; none where it has only words that
    are left out as often as they are written, or initials.
    """
    before, _, _ = name.partition(",")
    words = _words(before) or _words(name)
    for said in FATHER:
        if said in words[1:]:
            words = words[: words.index(said, 1)]
    telling = (word for word in words if word not in LEFT_OUT and len(word) > 1)
    return frozenset(key for word in telling if (key := _key(_sound(word))))


def _words(text: str) -> list[str]:
    """The words of a text: letters without their marks. Apostrophes are removed; any other character that is not a
    letter separates words."""
    if text.isascii():
        return _PLAIN.findall(text.lower().replace("'", "").replace("`", ""))
    kept = []
    for sign in unicodedata.normalize("NFKD", text.lower()).lower():
        kind = unicodedata.category(sign)[0]
        if kind != "M" and sign not in APOSTROPHES:
            kept.append(sign if kind == "L" else " ")
    return "".join(kept).split()


def _key(text: str) -> str:
    first = "a" if text[:1] in _VOWELS else text[:1]
    return (first + text[1:].translate(_SILENT))[:LENGTH]


def _sound(word: str) -> str:
    for written, heard in PAIRS:
        word = word.replace(written, heard)
    return _DOUBLED.sub(r"\1", word.translate(_SINGLE))
