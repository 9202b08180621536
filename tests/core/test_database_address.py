"""What DATABASE_URL may say, and that no sentence about it repeats it."""

import pytest

from app.core.database_address import Place, fault_of, places_of, with_login, without_password
from app.core.settings import SettingsError, database_url_from_environment

EMBEDDED_IS_ENOUGH = True
A, B = Place("a", 5432), Place("b", 5433)
LOGIN = "postgresql://u:hunter2@"


@pytest.mark.parametrize(
    ("url", "places"),
    [
        ("postgresql://a/d", (A,)),
        ("postgres://u:p@a:5432/d", (A,)),
        ("postgresql:///d", ()),
        ("postgresql://u@/d?host=/run/pg", (Place("/run/pg", 5432),)),
        ("postgresql://u@%2Frun%2Fpg:5433/d", (Place("/run/pg", 5433),)),
        ("postgresql://u:p@a:5432,b:5433/d?target_session_attrs=read-write", (A, B)),
        ("postgresql://a,b:5433/d?target_session_attrs=primary", (A, B)),
        ("postgresql:///d?host=a,b&port=5432,5433", (A, B)),
        ("postgresql://a,b/d?port=5432,5433", (A, B)),
        ("postgresql:///d?host=a,b:5433&sslmode=require", (A, B)),
        ("postgresql://a,b/d?port=6000", (Place("a", 6000), Place("b", 6000))),
        ("postgresql://[::1]:5433,[fe80::1]/d", (Place("::1", 5433), Place("fe80::1", 5432))),
        ("postgresql://a/d?target_session_attrs=any", (A,)),
    ],
)
def test_an_address_names_its_machines(url: str, places: tuple[Place, ...]) -> None:
    assert fault_of(url) is None
    assert places_of(url) == places


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://u:hunter2@a/d", "postgresql://user:password@host/database"),
        ("host=a,b password=hunter2 dbname=d", "postgresql://user:password@host/database"),
        (LOGIN + "a/d#x", "postgresql://user:password@host/database"),
        (LOGIN + "a/d?host", "postgresql://user:password@host/database"),
        (LOGIN + "[::1/d", "postgresql://user:password@host/database"),
        (LOGIN + "a,,b/d", "one of the machines"),
        (LOGIN + "a,/d", "one of the machines"),
        (LOGIN + "a:x,b/d", "one of the machines"),
        (LOGIN + "::1,b/d", "one of the machines"),
        ("postgresql://u:hunter2@x@a,b/d", "%40"),
        (LOGIN + "/d?host=a&host=b", "each said once"),
        (LOGIN + "a/d?host=b", "each said once"),
        (LOGIN + "a:1,b/d?port=5", "each said once"),
        (LOGIN + "a,b,c/d?port=1,2", "as many ports"),
        (LOGIN + "a,b/d?port=1,x", "as many ports"),
        (LOGIN + "a:0,b/d", "as many ports"),
        (LOGIN + "a:65536/d", "as many ports"),
        (LOGIN + "a,b/d?target_session_attrs=any", "read-write or primary"),
        (LOGIN + "a,b/d?target_session_attrs=standby", "read-write or primary"),
        (LOGIN + "a/d?target_session_attrs=nonsense", "read-write or primary"),
    ],
)
def test_a_wrong_address_is_told_by_a_sentence_without_any_of_it(
    url: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(SettingsError, match="DATABASE_URL") as fault:
        database_url_from_environment()
    assert told in str(fault.value)
    assert "hunter2" not in str(fault.value)
    assert fault.value.__cause__ is None


def test_the_usual_port_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    assert places_of("postgresql://a,b:5433/d") == (Place("a", 6543), B)


def test_another_login_has_the_same_machines() -> None:
    changed = with_login("postgresql://u:old@a:5432,b:5433/d?sslmode=require", "x@y", "p:/?#@")
    assert changed == "postgresql://x%40y:p%3A%2F%3F%23%40@a:5432,b:5433/d?sslmode=require"
    assert places_of(changed) == (A, B)
    assert with_login("postgresql:///d?host=/run", "x", None) == "postgresql://x@/d?host=/run"


def test_the_password_is_apart_for_programs_whose_arguments_others_see() -> None:
    assert without_password("postgresql://u:p%40@a:5432,b/d") == ("postgresql://u@a:5432,b/d", "p@")
    assert without_password("postgresql://u@/d?host=/run") == ("postgresql://u@/d?host=/run", None)
    assert without_password("postgresql:///d") == ("postgresql:///d", None)
