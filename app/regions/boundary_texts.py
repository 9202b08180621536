"""What is wrong in a file of boundaries, in words. Pure."""

from collections.abc import Iterable, Mapping

from app.core.problems import MAX_FAULTS, FieldError, Text
from app.regions.boundary_files import MAX_POSITIONS, MAX_POSITIONS_OF_REGION, Flaw

WORDS: Mapping[str, Text] = {
    "crs_unknown": Text(
        "Berkas ini memakai sistem koordinat lain. Simpan dalam derajat lintang dan bujur WGS 84 (EPSG:4326).",
        "The file has another system of coordinates. Save it in degrees of latitude and longitude, WGS 84 (EPSG:4326).",
    ),
    "no_features": Text("Berkas ini tidak berisi wilayah.", "The file has no regions."),
    "too_many_positions": Text(
        f"Titik sudutnya terlalu banyak: paling banyak {MAX_POSITIONS_OF_REGION} untuk satu wilayah dan {MAX_POSITIONS}"
        " untuk satu berkas. Sederhanakan, atau bagi berkasnya.",
        f"It has too many corners: at most {MAX_POSITIONS_OF_REGION} of a region and {MAX_POSITIONS} of a file."
        " Simplify it, or split the file.",
    ),
    "code_missing": Text(
        "Tidak ada kode wilayah pada kolom yang disebut.", "There is no region code in the property that was named."
    ),
    "code_not_dotted": Text(
        "Kode wilayah ditulis dengan titik menurut Kemendagri, misalnya 16.01.14.1003. Kode tanpa titik mungkin kode"
        " BPS, yang penomorannya lain.",
        "A region code is written with dots as Kemendagri has it, such as 16.01.14.1003. One without dots may be that"
        " of BPS, which numbers regions differently.",
    ),
    "region_unknown": Text(
        "Wilayah ini tidak ada, sudah dihapus, atau di luar wilayah Anda.",
        "There is no such region, or it is outside your territory.",
    ),
    "region_repeated": Text(
        "Wilayah ini sudah ada di atas. Gabungkan bagian-bagiannya menjadi satu MultiPolygon.",
        "This region is there twice. Join its parts to one MultiPolygon.",
    ),
    "geometry_missing": Text("Batas wilayah ini kosong.", "The boundary of this region is empty."),
    "geometry_not_a_polygon": Text(
        "Batas wilayah harus Polygon atau MultiPolygon.", "A boundary must be a Polygon or a MultiPolygon."
    ),
    "position_invalid": Text(
        "Titik ini bukan pasangan angka bujur dan lintang.", "This is no pair of numbers, longitude and latitude."
    ),
    "position_swapped": Text(
        "Bujur dan lintang tertukar: bujur ditulis lebih dahulu.",
        "Longitude and latitude are swapped: longitude comes first.",
    ),
    "position_not_in_degrees": Text(
        "Angka ini bukan derajat; mungkin meter (UTM). Simpan berkas dalam WGS 84 (EPSG:4326).",
        "These are no degrees; perhaps metres (UTM). Save the file in WGS 84 (EPSG:4326).",
    ),
    "position_outside_indonesia": Text("Titik ini di luar Indonesia.", "This position lies outside Indonesia."),
    "ring_too_short": Text(
        "Garis batas butuh paling sedikit tiga titik yang berbeda.",
        "A ring needs at least three corners that differ.",
    ),
    "ring_not_closed": Text(
        "Garis batas tidak tertutup: titik terakhir harus sama dengan yang pertama.",
        "The ring is not closed: the last position must be the first one again.",
    ),
    "polygon_crosses_itself": Text(
        "Garis batas memotong atau menyentuh dirinya sendiri.", "The boundary crosses or touches itself."
    ),
    "hole_outside": Text(
        "Sebuah lubang terletak di luar wilayahnya atau di dalam lubang lain.",
        "A hole lies outside its polygon or in another hole.",
    ),
    "parts_overlap": Text("Bagian-bagian wilayah ini saling menutupi.", "Parts of this region lie on one another."),
    "outside_parent": Text(
        "Sebagian besar wilayah ini terletak di luar {other}, wilayah di atasnya. Periksa kodenya.",
        "Much of this region lies outside {other}, the region above it. Look whether the code is right.",
    ),
    "leaves_outside": Text(
        "Sebagian besar {other}, yang sudah dimuat dan termasuk wilayah ini, akan terletak di luarnya. Periksa kodenya,"
        " atau muat keduanya dalam satu berkas.",
        "Much of {other}, which was loaded before and belongs to this region, would lie outside it. Look whether the"
        " code is right, or load both in one file.",
    ),
    "region_too_small": Text("Wilayah ini lebih kecil dari satu hektare.", "This region is smaller than a hectare."),
    "too_many_neighbours": Text(
        "Terlalu banyak batas yang sudah dimuat di sekitar wilayah berkas ini. Bagi berkasnya.",
        "Too many boundaries that were loaded before lie around the regions of this file. Split the file.",
    ),
    "far_from_siblings": Text(
        "Wilayah ini jauh dari wilayah lain di {other}. Periksa kodenya.",
        "This region lies far from all others of {other}. Look whether the code is right.",
    ),
    "overlaps": Text("Wilayah ini menutupi {other}.", "This region lies on {other}."),
}


def in_words(flaws: Iterable[Flaw], names: Mapping[str, str]) -> tuple[FieldError, ...]:
    """The flaws in words, the first thousand; `names` are those of regions by code."""
    return tuple(
        FieldError(flaw.pointer, flaw.code, _words(flaw, names))
        for flaw, _ in zip(flaws, range(MAX_FAULTS), strict=False)
    )


def _words(flaw: Flaw, names: Mapping[str, str]) -> Text:
    words = WORDS[flaw.code]
    other = _named(flaw.other, names)
    own = f"{_named(flaw.region, names)}: " if flaw.region else ""
    x, y = flaw.at or (0.0, 0.0)
    place_id = (
        f" (bujur {x:.5f}, lintang {y:.5f})".replace(".", ",").replace(", lintang", "; lintang") if flaw.at else ""
    )
    place_en = f" (longitude {x:.5f}, latitude {y:.5f})" if flaw.at else ""
    return Text(
        own + words.id.replace("{other}", other) + place_id, own + words.en.replace("{other}", other) + place_en
    )


def _named(code: str | None, names: Mapping[str, str]) -> str:
    return f"{names[code]} ({code})" if code is not None and code in names else str(code)
