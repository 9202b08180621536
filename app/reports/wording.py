"""The texts of reports, in Indonesian and in English. Pure."""

from app.core.problems import Text

LEVELS = {
    "province": Text("provinsi", "provinces"),
    "regency": Text("kabupaten/kota", "regencies"),
    "district": Text("kecamatan", "districts"),
    "village": Text("desa/kelurahan", "villages"),
    "neighbourhood": Text("SLS", "neighbourhoods"),
}
BELOW = {
    "nation": "province",
    "province": "regency",
    "regency": "district",
    "district": "village",
    "village": "neighbourhood",
    "neighbourhood": "neighbourhood",
}
SOURCE = Text(
    "Sumber: Basis Data Tunggal KUMKM. Masuk = pelaku usaha unik, dihitung menurut hari diterima server.",
    "Source: the single register of KUMKM. Entered = unique businesses, counted by the day the server took them.",
)
BY_CAPTURE = Text(
    "Sumber: Basis Data Tunggal KUMKM. Masuk = pelaku usaha unik, dihitung menurut hari pengisian.",
    "Source: the single register of KUMKM. Entered = unique businesses, counted by the day they were filled in.",
)


def level_below(level: str, language: str) -> str:
    """What the regions right below one of that level are called."""
    return LEVELS[BELOW[level]].in_language(language)
