"""From where somebody signs in, signs out or refreshes: what the audit trail says of it."""

from dataclasses import dataclass

from app.accounts.devices import ToldDevice


@dataclass(frozen=True, slots=True)
class Caller:
    """A request of somebody who is not signed in yet. `trace_id`: the id of the request."""

    address: str
    trace_id: str
    device: ToldDevice | None = None
