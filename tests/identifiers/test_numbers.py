"""How NIK, NIB, cooperative number and NPWP are read, and that a fault never quotes them."""

from datetime import date

import lokal.nik
import lokal.npwp
import lokal.provinces
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identifiers.numbers import (
    PROVINCES,
    InvalidNumber,
    mask,
    parse_cooperative_number,
    parse_nib,
    parse_nik,
    parse_npwp,
)

TODAY = date(2022, 9, 12)
births = st.dates(date(1930, 1, 1), date(2022, 9, 11))


def nik_of(birth: date, *, woman: bool, serial: int, district: str = "160114") -> str:
    day = birth.day + (40 if woman else 0)
    return f"{district}{day:02}{birth:%m%y}{serial:04}"


@given(births, st.booleans(), st.integers(1, 9999))
def test_a_nik_tells_where_and_to_whom_it_was_issued(birth: date, woman: bool, serial: int) -> None:
    nik = parse_nik(nik_of(birth, woman=woman, serial=serial), today=TODAY)
    assert (nik.province_code, nik.regency_code, nik.district_code) == ("16", "16.01", "16.01.14")
    assert nik.sex == ("female" if woman else "male")
    assert nik.born_on(birth)
    assert not nik.born_on(birth.replace(year=birth.year - 1) if (birth.month, birth.day) != (2, 29) else TODAY)


@given(births, st.text(st.sampled_from(" .-\t\u200b\u00a0"), max_size=3))
def test_signs_between_digits_are_no_matter(birth: date, sign: str) -> None:
    digits = nik_of(birth, woman=False, serial=7)
    assert parse_nik(sign + sign.join(digits) + sign, today=TODAY).digits == digits


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "nik_not_16_digits"),
        ("160114520385000", "nik_not_16_digits"),
        ("16011452038500011", "nik_not_16_digits"),
        ("160114520385000A", "nik_not_16_digits"),
        ("١٦٠١١٤٥٢٠٣٨٥٠٠٠١", "nik_not_16_digits"),
        ("１６０１１４５２０３８５０００１", "nik_not_16_digits"),
        ("0001145203850001", "nik_province_unknown"),
        ("9901145203850001", "nik_province_unknown"),
        ("1600145203850001", "nik_region_zero"),
        ("1601005203850001", "nik_region_zero"),
        ("1601140003850001", "nik_birth_date_impossible"),
        ("1601143102850001", "nik_birth_date_impossible"),
        ("1601147203850001", "nik_birth_date_impossible"),
        ("1601144003850001", "nik_birth_date_impossible"),
        ("1601145213850001", "nik_birth_date_impossible"),
        ("1601145203850000", "nik_serial_zero"),
    ],
)
def test_what_cannot_be_a_nik(text: str, code: str) -> None:
    with pytest.raises(InvalidNumber) as caught:
        parse_nik(text, today=TODAY)
    assert caught.value.code == code
    assert not text or text not in repr(caught.value)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_coded_fault(text: str) -> None:
    for parse in (lambda text: parse_nik(text, today=TODAY), parse_nib, parse_cooperative_number, parse_npwp):
        try:
            found = parse(text)
        except InvalidNumber as fault:
            assert fault.code  # noqa: PT017  (either way is right)
        else:
            digits = getattr(found, "digits", found)
            assert digits.isascii()
            assert digits.isdigit()


@given(st.from_regex(r"[0-9]{13}", fullmatch=True))
def test_a_nib_has_13_digits_and_keeps_its_zeros(digits: str) -> None:
    assert parse_nib(digits) == digits
    for wrong in (digits[1:], digits + "0", digits[:-1] + "x"):
        with pytest.raises(InvalidNumber):
            parse_nib(wrong)


@pytest.mark.parametrize(("digits", "fits"), [("1234", False), ("01234", True), ("1" * 20, True), ("1" * 21, False)])
def test_a_cooperative_number_has_5_to_20_digits(digits: str, fits: bool) -> None:
    if fits:
        assert parse_cooperative_number(digits) == digits
    else:
        with pytest.raises(InvalidNumber):
            parse_cooperative_number(digits)


def test_an_npwp_has_its_check_digit() -> None:
    assert parse_npwp("01.312.166.0-091.000") == "013121660091000"
    with pytest.raises(InvalidNumber, match="npwp_checksum"):
        parse_npwp("01.312.166.1-091.000")
    with pytest.raises(InvalidNumber, match="npwp_not_15_or_16_digits"):
        parse_npwp("12345")


def test_a_mask_shows_six_digits_at_most() -> None:
    assert mask("1601145203850001") == "1601**********01"
    assert mask("12345") == "*****"


@given(st.text("0123456789", max_size=24))
def test_a_mask_hides_at_least_half(digits: str) -> None:
    shown = mask(digits)
    assert len(shown) == len(digits)
    assert shown.count("*") * 2 >= len(digits)


@given(
    st.one_of(
        st.from_regex(r"\A[0-9]{14,17}\Z"),
        st.builds(
            "{}{:02d}{:02d}{:02d}{:02d}{:02d}{:04d}".format,
            st.sampled_from(["16", "11", "96", "20", "00", "95"]),
            st.integers(0, 2),
            st.integers(0, 2),
            st.integers(0, 73),
            st.integers(0, 13),
            st.sampled_from([0, 1, 22, 23, 24, 99]),
            st.integers(0, 2),
        ),
        st.builds("0{:09d}{:06d}".format, st.integers(0, 10**9 - 1), st.integers(0, 10**6 - 1)),
    )
)
def test_numbers_are_read_as_a_library_of_another_hand_reads_them(digits: str) -> None:
    faults = {"format": "nik_not_16_digits", "province": "nik_province_unknown", "wilayah": "nik_region_zero"}
    faults |= {"birth_date": "nik_birth_date_impossible", "serial": "nik_serial_zero"}
    theirs = lokal.nik.parse_nik(digits, reference_date=TODAY)
    try:
        ours = parse_nik(digits, today=TODAY)
    except InvalidNumber as exc:
        assert theirs.errors
        assert exc.code == faults[theirs.errors[0].code]  # noqa: PT017  (either way is right)
    else:
        assert theirs.valid
        assert (ours.digits, ours.province_code, ours.regency_code, ours.district_code) == (
            theirs.nik,
            theirs.province_code,
            theirs.regency_code,
            theirs.district_code,
        )
        assert (ours.birth_date.isoformat(), ours.sex == "female") == (theirs.birth_date, theirs.gender == "P")
    their_npwp = lokal.npwp.parse_npwp(digits)
    try:
        assert parse_npwp(digits) == their_npwp.digits
    except InvalidNumber as exc:
        # They do not look at the check digit.
        assert exc.code == "npwp_checksum" or not their_npwp.valid  # noqa: PT017  (either way is right)
    assert lokal.provinces.PROVINCES.keys() == PROVINCES
