"""What differs only in what is asked is asked of one database: `@each(…)` instead of `@pytest.mark.parametrize(…)`."""

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., Any])


def each(wanted: str | Sequence[str], cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Run the test, which must leave nothing behind that another case would stumble over, once for every case within
    one set of fixtures; each that fails is told by itself."""
    names = [name.strip() for name in wanted.split(",")] if isinstance(wanted, str) else list(wanted)

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        async def all_of_them(subtests: pytest.Subtests, **fixtures: Any) -> None:
            for case in cases:
                said = dict(zip(names, case if len(names) > 1 else [case], strict=True))
                with subtests.test(repr(case)[:200]):
                    await test(**fixtures, **said)

        parameters = [each for name, each in inspect.signature(test).parameters.items() if name not in names]
        parameters.append(inspect.Parameter("subtests", inspect.Parameter.KEYWORD_ONLY))
        all_of_them.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # functions take any
        return all_of_them  # type: ignore[return-value]  # pytest sees the signature that is set above

    return decorate
