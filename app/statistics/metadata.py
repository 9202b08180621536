"""The variables of the statistics with their metadata, in one language. Pure."""

from typing import Any

from app.core.problems import Text
from app.statistics.schemas import VariableOut
from app.statistics.variables import (
    ATTRIBUTES,
    COUNT,
    COUNT_DEFINITION,
    REGION,
    REGION_DEFINITION,
    REGION_LABEL,
)

_UNIT = Text("pelaku usaha", "businesses")
_MEASURE = Text("jumlah pelaku usaha unik", "number of unique businesses")
_PERIOD = Text("keadaan pada saat edisi (as_of)", "state at the moment of the edition (as_of)")
_CATEGORY = Text("ciri kategorik", "categorical attribute")
_NONE = Text("tanpa satuan", "none")
_KEMENDAGRI = Text("Kode wilayah administrasi Kemendagri", "Kemendagri codes of administrative regions")
_REGION = Text("Wilayah", "Region")
_PLACE = Text("Desa/kelurahan lokasi usaha", "Village where the business is")
_SOURCE = Text("region_code setiap isian", "region_code of each item")
_BUSINESS = Text("Pelaku usaha", "Business")
_REGISTER = Text("Basis data tunggal KUMKM", "The single register")
_DERIVED = Text("Dihitung dari isian yang berlaku", "Counted from the records in force")


def variables(language: str) -> list[VariableOut]:
    """The measure, the region, then the attributes."""

    def said(text: Text) -> str:
        return text.in_language(language)

    dimension = {"role": "dimension", "measure": said(_CATEGORY), "unit": said(_NONE), "period": said(_PERIOD)}
    return [
        VariableOut(
            name="businesses",
            label=said(COUNT),
            role="measure",
            concept=said(_BUSINESS),
            definition=said(COUNT_DEFINITION),
            classification="-",
            measure=said(_MEASURE),
            unit=said(_UNIT),
            period=said(_PERIOD),
            question=said(_DERIVED),
            source=said(_REGISTER),
            codes={},
        ),
        VariableOut(
            name=REGION,
            label=said(REGION_LABEL),
            concept=said(_REGION),
            definition=said(REGION_DEFINITION),
            classification=said(_KEMENDAGRI),
            question=said(_PLACE),
            source=said(_SOURCE),
            codes={},
            **_typed(dimension),
        ),
        *(
            VariableOut(
                name=each.name,
                label=said(each.label),
                concept=said(each.concept),
                definition=said(each.definition),
                classification=said(each.classification),
                question=said(each.question),
                source=said(each.source),
                codes={code: said(text) for code, text in each.labels.items()},
                **_typed(dimension),
            )
            for each in ATTRIBUTES
        ),
    ]


def _typed(dimension: dict[str, str]) -> dict[str, Any]:
    return dict(dimension)
