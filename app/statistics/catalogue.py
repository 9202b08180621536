"""The catalogue of the statistics, for portals that harvest: DCAT-AP 3, of which stock CKAN takes every field. Pure.

A dataset is one attribute of an edition, about one region: how many businesses, by that attribute and by regions. Its
distributions are the tables of the levels below, as CSV and as JSON. Tables by two and three attributes are asked for
at the service, which the catalogue names, too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple, Self
from urllib.parse import urlencode
from uuid import UUID

from app.core.linked_data import A, Address, Statement, Value
from app.core.problems import Text
from app.regions.region_code import level_of
from app.statistics.tabulating import LEVELS
from app.statistics.variables import ATTRIBUTES, BY_NAME, COUNT_DEFINITION, REGION_LABEL

PATH = "/v1/statistics/catalogue"
SERVICE = "/v1/statistics/businesses"

_EU = "http://publications.europa.eu/resource/authority"
_LANGUAGES = tuple(Address(f"{_EU}/language/{code}") for code in ("IND", "ENG"))
_ECONOMY = Address(f"{_EU}/data-theme/ECON")
_STATISTICAL = Address(f"{_EU}/dataset-type/STATISTICAL")
_RESTRICTED = Address(f"{_EU}/access-right/RESTRICTED")
_STABLE = Address(f"{_EU}/planned-availability/STABLE")
_MEDIA = "https://www.iana.org/assignments/media-types"
_PACKAGE = Address("https://specs.frictionlessdata.io/tabular-data-package/")
_INDONESIA = Address(f"{_EU}/country/IDN")

_OFTEN = ((1, "DAILY"), (7, "WEEKLY"), (14, "BIWEEKLY"), (31, "MONTHLY"), (92, "QUARTERLY"), (183, "ANNUAL_2"))
_LEVEL_NAMES: Mapping[str, Text] = {
    "province": Text("provinsi", "province"),
    "regency": Text("kabupaten/kota", "regency"),
    "district": Text("kecamatan", "district"),
    "village": Text("desa/kelurahan", "village"),
}
_KEYWORDS = (
    Text("UMKM", "MSMEs"),
    Text("koperasi", "cooperatives"),
    Text("pelaku usaha", "businesses"),
    Text("statistik", "statistics"),
)
_TITLE = Text("Statistik KUMKM", "Statistics of cooperatives and small enterprises")
_ABOUT = Text(
    "Jumlah pelaku usaha menurut edisi, dari basis data tunggal KUMKM. Isinya dibuka dengan akun petugas atau kunci"
    " baca berlingkup statistics:read.",
    "Numbers of businesses by edition, from the single register. Read with an officer's account, or with a read-only"
    " key of the scope statistics:read.",
)
_SERVED = Text("Tabel statistik KUMKM", "Tables of the statistics")
_SERVICE_ABOUT = Text(
    "Tabel menurut sampai tiga ciri sekaligus, untuk provinsi sampai desa/kelurahan.",
    "Tables by up to three attributes at once, for provinces to villages.",
)
_METHOD = Text(
    "Dihitung sekali dari basis data tunggal pada saat edisi, dan tidak berubah sesudahnya. Sel kecil, dan sel lain"
    " yang dapat membukanya, dirahasiakan.",
    "Counted once from the single register as of the edition, and not changed after it. Small cells, and other cells"
    " that would reveal them, are suppressed.",
)
_RIGHTS = Text("Perlu akun atau kunci baca", "An account or a read-only key is needed")

Form = Literal["csv", "json"]
_FORMS: Mapping[Form, str] = {"csv": "text/csv", "json": "application/json"}
_TOTAL = "total"


class House(NamedTuple):
    """Who publishes, and where. What is empty is not said."""

    address: str
    """Of the server, with the path under which it lies."""

    publisher: str
    homepage: str
    contact: str
    email: str
    licence: str


class Place(NamedTuple):
    """A region."""

    code: str
    name: str


class Listed(NamedTuple):
    """An edition that the catalogue has; `before`: the one before it."""

    id: UUID
    as_of: datetime
    threshold: int
    campaign: str
    campaign_name: str
    starts_on: date
    every_days: int
    before: UUID | None


class DatasetPosition(NamedTuple):
    """Behind which dataset a page begins; editions go the newest first."""

    as_of: datetime
    id: UUID
    attribute: str

    def pack(self) -> bytes:
        """For a cursor."""
        return self.id.bytes + f"{self.as_of.isoformat()} {self.attribute}".encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made."""
        as_of, _, attribute = packed[16:].decode().partition(" ")
        return cls(datetime.fromisoformat(as_of), UUID(bytes=packed[:16]), attribute)


class Measured(NamedTuple):
    """The bytes of a distribution, as they are answered in Indonesian, without a content coding."""

    size: int
    sha256: str


class Dataset(NamedTuple):
    """One attribute of an edition, or none: how many there are in all. `levels`: on which it is tabulated."""

    edition: Listed
    attribute: str
    levels: tuple[str, ...]

    @property
    def position(self) -> DatasetPosition:
        """Where it is in the list."""
        return DatasetPosition(self.edition.as_of, self.edition.id, self.attribute)


Sizes = Mapping[tuple[Dataset, str, Form], Measured]
"""What is known of distributions: by dataset, level and form."""


def datasets_of(edition: Listed, given: Mapping[str, Sequence[str]], region_code: str) -> list[Dataset]:
    """The datasets of an edition about a region: of the two levels below it, as far as tables are given there."""
    own = level_of(region_code).value
    at = LEVELS.index(own) if own in LEVELS else len(LEVELS)
    below = LEVELS[at + 1 : at + 3]
    found = []
    for attribute in ("", *(each.name for each in ATTRIBUTES)):
        levels = tuple(level for level in below if attribute in given.get(level, ()))
        if levels:
            found.append(Dataset(edition, attribute, levels))
    return found


def query_of(dataset: Dataset, level: str, place: Place) -> dict[str, str]:
    """How a distribution is asked for."""
    by = f"region,{dataset.attribute}" if dataset.attribute else "region"
    edition = dataset.edition
    return {"by": by, "region": place.code, "level": level, "campaign": edition.campaign, "edition": str(edition.id)}


def catalogue(
    house: House, place: Place, datasets: Sequence[Dataset], sizes: Sizes, page: str, following: str | None
) -> Iterator[Statement]:
    """A page of the catalogue about a region. `page` and `following`: the addresses of this page and of the next."""
    pen = _Pen(house, place)
    yield from pen.catalogue(datasets)
    yield Statement(Address(page), A, Address("hydra:PartialCollectionView"))
    if following is not None:
        yield Statement(Address(page), "hydra:next", Address(following))
    for dataset in datasets:
        yield from pen.dataset(dataset)
        yield from pen.series(dataset)
        for level in dataset.levels:
            for form in _FORMS:
                yield from pen.distribution(dataset, level, form, sizes.get((dataset, level, form)))


class _Pen:
    """Writes what is said of each thing."""

    def __init__(self, house: House, place: Place) -> None:
        self._house, self._place = house, place
        self._root = f"{house.address}{PATH}?{urlencode({'region': place.code})}"
        self._service = Address(house.address + SERVICE)
        self._publisher, self._contact = self._of("publisher"), self._of("contact")
        self._where, self._how, self._rights = self._of("region"), self._of("method"), self._of("rights")

    def _of(self, *name: object) -> Address:
        return Address(f"{self._root}#{'.'.join(map(str, name))}")

    def _named(self, dataset: Dataset, *more: str) -> Address:
        return self._of(dataset.edition.id, dataset.attribute or _TOTAL, *more)

    def _series(self, dataset: Dataset) -> Address:
        return self._of(dataset.edition.campaign, dataset.attribute or _TOTAL)

    def catalogue(self, datasets: Sequence[Dataset]) -> Iterator[Statement]:
        """What is the same on every page, and which datasets are on this one."""
        itself = Address(self._root)
        yield Statement(itself, A, Address("dcat:Catalog"))
        yield from _texts(itself, "dct:title", _joined(_TITLE, f": {self._place.name}"))
        yield from _texts(itself, "dct:description", _ABOUT)
        yield Statement(itself, "foaf:homepage", Address(f"{self._house.address}/statistik"))
        yield Statement(itself, "dcat:themeTaxonomy", Address(f"{_EU}/data-theme"))
        yield Statement(itself, "dct:spatial", self._where)
        if datasets:
            yield Statement(itself, "dct:modified", _moment(max(each.edition.as_of for each in datasets)))
        yield from self._common(itself)
        yield from self._licensed(itself)
        yield from self._people()
        yield from self._surroundings()
        yield Statement(itself, "dcat:service", self._service)
        for each in datasets:
            yield Statement(itself, "dcat:dataset", self._named(each))

    def _common(self, thing: Address) -> Iterator[Statement]:
        """Who publishes, whom to ask, and in which languages."""
        yield Statement(thing, "dct:publisher", self._publisher)
        if self._house.contact or self._house.email:
            yield Statement(thing, "dcat:contactPoint", self._contact)
        for language in _LANGUAGES:
            yield Statement(thing, "dct:language", language)

    def _licensed(self, thing: Address) -> Iterator[Statement]:
        if self._house.licence:
            yield Statement(thing, "dct:license", Address(self._house.licence))

    def _people(self) -> Iterator[Statement]:
        house = self._house
        yield Statement(self._publisher, A, Address("foaf:Agent"))
        yield Statement(self._publisher, "foaf:name", Value(house.publisher))
        if house.homepage:
            yield Statement(self._publisher, "foaf:homepage", Address(house.homepage))
        if house.email:
            yield Statement(self._publisher, "foaf:mbox", Address(f"mailto:{house.email}"))
        if house.contact or house.email:
            yield Statement(self._contact, A, Address("vcard:Organization"))
            yield Statement(self._contact, "vcard:fn", Value(house.contact or house.publisher))
        if house.email:
            yield Statement(self._contact, "vcard:hasEmail", Address(f"mailto:{house.email}"))

    def _surroundings(self) -> Iterator[Statement]:
        """The region, the method, the rights, the service."""
        yield Statement(self._where, A, Address("dct:Location"))
        yield Statement(self._where, "skos:prefLabel", Value(self._place.name))
        yield Statement(self._where, "dct:identifier", Value(self._place.code))
        if level_of(self._place.code).value == "nation":
            yield Statement(self._where, "skos:exactMatch", _INDONESIA)
        yield Statement(self._how, A, Address("dct:ProvenanceStatement"))
        yield from _texts(self._how, "rdfs:label", _METHOD)
        yield Statement(self._rights, A, Address("dct:RightsStatement"))
        yield from _texts(self._rights, "rdfs:label", _RIGHTS)
        yield Statement(self._service, A, Address("dcat:DataService"))
        yield from _texts(self._service, "dct:title", _SERVED)
        yield from _texts(self._service, "dct:description", _SERVICE_ABOUT)
        yield Statement(self._service, "dcat:endpointURL", self._service)
        yield Statement(self._service, "dcat:endpointDescription", Address(f"{self._house.address}/openapi.json"))
        yield Statement(self._service, "dct:accessRights", _RESTRICTED)
        yield from self._common(self._service)
        yield from self._licensed(self._service)

    def dataset(self, dataset: Dataset) -> Iterator[Statement]:
        """One attribute of an edition."""
        itself, edition = self._named(dataset), dataset.edition
        local = edition.as_of.astimezone(UTC).date().isoformat()
        title = _title(dataset.attribute, self._place, f"{edition.campaign_name}, {local}")
        yield Statement(itself, A, Address("dcat:Dataset"))
        yield from _texts(itself, "dct:title", title)
        yield from _texts(itself, "dct:description", _description(dataset))
        yield Statement(
            itself, "dct:identifier", Value(f"{edition.id}/{dataset.attribute or _TOTAL}/{self._place.code}")
        )
        yield Statement(itself, "dcat:version", Value(local))
        yield Statement(itself, "dct:issued", _moment(edition.as_of))
        yield Statement(itself, "dct:modified", _moment(edition.as_of))
        yield Statement(itself, "dct:type", _STATISTICAL)
        yield Statement(itself, "dcat:theme", _ECONOMY)
        yield Statement(itself, "dct:accessRights", _RESTRICTED)
        yield Statement(itself, "dct:accrualPeriodicity", _often(edition.every_days))
        yield Statement(itself, "dct:provenance", self._how)
        yield Statement(itself, "dct:spatial", self._where)
        yield Statement(itself, "dcat:landingPage", Address(f"{self._house.address}/statistik"))
        yield Statement(itself, "foaf:page", Address(f"{self._house.address}/v1/statistics/variables"))
        yield from self._common(itself)
        for keyword in (*_KEYWORDS, *((BY_NAME[dataset.attribute].label,) if dataset.attribute else ())):
            yield from _texts(itself, "dcat:keyword", keyword)
        period = self._named(dataset, "period")
        yield Statement(itself, "dct:temporal", period)
        yield Statement(period, A, Address("dct:PeriodOfTime"))
        yield Statement(period, "dcat:startDate", Value(edition.starts_on.isoformat(), type="xsd:date"))
        yield Statement(period, "dcat:endDate", Value(local, type="xsd:date"))
        yield Statement(itself, "dcat:inSeries", self._series(dataset))
        if edition.before is not None:
            yield Statement(itself, "dcat:prev", self._of(edition.before, dataset.attribute or _TOTAL))
        for level in dataset.levels:
            for form in _FORMS:
                yield Statement(itself, "dcat:distribution", self._named(dataset, level, form))

    def series(self, dataset: Dataset) -> Iterator[Statement]:
        """The same attribute in all editions of the campaign."""
        itself, edition = self._series(dataset), dataset.edition
        yield Statement(itself, A, Address("dcat:DatasetSeries"))
        yield from _texts(itself, "dct:title", _title(dataset.attribute, self._place, edition.campaign_name))
        yield from _texts(itself, "dct:description", COUNT_DEFINITION)
        yield Statement(itself, "dct:accrualPeriodicity", _often(edition.every_days))
        yield Statement(itself, "dct:spatial", self._where)
        yield from self._common(itself)

    def distribution(self, dataset: Dataset, level: str, form: Form, known: Measured | None) -> Iterator[Statement]:
        """A table as a file."""
        itself, edition = self._named(dataset, level, form), dataset.edition
        query = urlencode(query_of(dataset, level, self._place))
        service = self._service.iri
        file = Address(f"{service}.csv?{query}" if form == "csv" else f"{service}?{query}")
        format_ = Address(f"{_EU}/file-type/{form.upper()}")
        yield Statement(itself, A, Address("dcat:Distribution"))
        name = _LEVEL_NAMES[level]
        yield from _texts(
            itself, "dct:title", Text(f"Per {name.id} ({form.upper()})", f"By {name.en} ({form.upper()})")
        )
        yield from _texts(itself, "dct:description", _of_file(dataset, level))
        yield Statement(itself, "dcat:accessURL", file)
        yield Statement(itself, "dcat:downloadURL", file)
        yield Statement(itself, "dcat:accessService", self._service)
        yield Statement(itself, "dcat:mediaType", Address(f"{_MEDIA}/{_FORMS[form]}"))
        yield Statement(itself, "dct:format", format_)
        yield Statement(format_, A, Address("dct:IMT"))
        yield Statement(format_, "rdfs:label", Value(form.upper()))
        yield Statement(itself, "dct:issued", _moment(edition.as_of))
        yield Statement(itself, "dct:modified", _moment(edition.as_of))
        yield Statement(itself, "dcatap:availability", _STABLE)
        yield Statement(itself, "dct:rights", self._rights)
        for language in _LANGUAGES:
            yield Statement(itself, "dct:language", language)
        yield from self._licensed(itself)
        if form == "csv":
            yield Statement(itself, "dct:conformsTo", _PACKAGE)
            yield Statement(itself, "foaf:page", Address(f"{service}/datapackage.json?{query}"))
        if known is not None:
            yield Statement(itself, "dcat:byteSize", Value(str(known.size), type="xsd:nonNegativeInteger"))
            checksum = self._named(dataset, level, form, "sha256")
            yield Statement(itself, "spdx:checksum", checksum)
            yield Statement(checksum, A, Address("spdx:Checksum"))
            yield Statement(checksum, "spdx:algorithm", Address("spdx:checksumAlgorithm_sha256"))
            yield Statement(checksum, "spdx:checksumValue", Value(known.sha256, type="xsd:hexBinary"))


def _texts(thing: Address, predicate: str, text: Text) -> Iterable[Statement]:
    for language in ("id", "en"):
        yield Statement(thing, predicate, Value(text.in_language(language), language=language))


def _joined(text: Text, end: str) -> Text:
    return Text(text.id + end, text.en + end)


def _title(attribute: str, place: Place, end: str) -> Text:
    label = BY_NAME[attribute].label if attribute else REGION_LABEL
    return Text(
        f"Jumlah pelaku usaha menurut {label.id.lower()}, {place.name} ({end})",
        f"Number of businesses by {label.en.lower()}, {place.name} ({end})",
    )


def _description(dataset: Dataset) -> Text:
    threshold = dataset.edition.threshold
    of = BY_NAME[dataset.attribute].definition if dataset.attribute else None
    first = COUNT_DEFINITION if of is None else Text(f"{COUNT_DEFINITION.id} {of.id}", f"{COUNT_DEFINITION.en} {of.en}")
    return Text(
        f"{first.id} Sel di bawah {threshold} pelaku usaha dirahasiakan.",
        f"{first.en} Cells of fewer than {threshold} businesses are suppressed.",
    )


def _of_file(dataset: Dataset, level: str) -> Text:
    """What a distribution has, and in which language it is what its checksum is of."""
    name = _LEVEL_NAMES[level]
    return Text(
        f"Satu baris per {name.id}"
        + (" dan kode" if dataset.attribute else "")
        + ". Ukuran dan checksum adalah dari jawaban berbahasa Indonesia.",
        f"One row per {name.en}"
        + (" and code" if dataset.attribute else "")
        + ". Size and checksum are those of the answer in Indonesian.",
    )


def _moment(moment: datetime) -> Value:
    return Value(moment.astimezone(UTC).isoformat(), type="xsd:dateTime")


def _often(days: int) -> Address:
    """How often there is a new edition, as the EU's list of frequencies has it."""
    word = next((word for most, word in _OFTEN if days <= most), "ANNUAL")
    return Address(f"{_EU}/frequency/{word}")
