"""Who works in the demo's census: accounts, tablets, teams, assignments, targets. Written once, ids by name."""

from datetime import UTC, datetime
from random import Random
from uuid import NAMESPACE_DNS, UUID, uuid5

import asyncpg

from app.accounts.passwords import hash_password
from app.accounts.permissions import Scope
from app.workforce.headcount import rebuild
from kumkm_proof.demo.census import CAMPAIGN, OKU, OTHERS, QUOTA, SEED, TARGETS, Regency, team_of
from kumkm_proof.demo.fieldwork import Worker, workers_of
from kumkm_proof.demo.people import Townsfolk

PASSWORD = "demo"  # noqa: S105  (everybody may know it: only the demo lets such accounts in)

_SPACE = uuid5(NAMESPACE_DNS, "demo.kumkm.go.id")


def id_of(name: str) -> UUID:
    """The id of an account, tablet or team of the demo by its name."""
    return uuid5(_SPACE, name)


async def engage(pg: asyncpg.Connection, villages: dict[str, list[str]]) -> None:
    """Write the campaign, its targets and everybody who works in it, in the caller's transaction.

    Idempotent by name: who is there already stays. `villages` by regency.
    """
    await pg.execute(
        "INSERT INTO campaign (id, code, name, starts_on, ends_on, accepts_until, activities)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        *CAMPAIGN,
    )
    await pg.executemany(
        "INSERT INTO target (campaign_id, region_code, businesses) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [(CAMPAIGN.id, code, target) for code, target in TARGETS.items()],
    )
    staff = _Staff()
    staff.add_account("admin", "Admin Basis Data Tunggal", "admin", None)
    staff.add_account("officer.oku", "Petugas Dinas Koperasi dan UKM OKU", "officer", OKU.code)
    staff.add_account(
        "privacy.oku", "Pejabat Pelindungan Data Pribadi OKU", "officer", OKU.code, scopes=(Scope.PII_READ,)
    )
    for regency in (OKU, *OTHERS):
        staff.add_regency(regency, villages[regency.code])
    await staff.write(pg)
    await rebuild(pg, CAMPAIGN.id)


class _Staff:
    """The rows of everybody, by table."""

    def __init__(self) -> None:
        self._folk = Townsfolk(Random(SEED))
        self._since = CAMPAIGN.starts_on
        self._hired_at = datetime(2022, 3, 21, 2, 0, tzinfo=UTC)
        self._password_hash = hash_password(PASSWORD)
        self._accounts: list[tuple[object, ...]] = []
        self._devices: list[tuple[object, ...]] = []
        self._teams: list[tuple[object, ...]] = []
        self._members: list[tuple[object, ...]] = []
        self._assignments: list[tuple[object, ...]] = []

    def add_account(
        self,
        username: str,
        name: str,
        role: str,
        region: str | None,
        *,
        scopes: tuple[Scope, ...] = (),
        signs_in: bool = True,
    ) -> None:
        password_hash = self._password_hash if signs_in else None
        # Ten tablets, so that a visitor can enrol one beside the tablet that did the field work.
        self._accounts.append(
            (id_of(username), username, name, role, region, list(scopes), password_hash, True, self._hired_at, 10)
        )

    def add_regency(self, regency: Regency, villages: list[str]) -> None:
        """Coordinators with their teams, and enumerators with their tablets and assignments."""
        suffix = f".{regency.slug}" if regency.slug else ""
        for number in range(1, regency.coordinators + 1):
            username = f"coordinator{suffix}.{number}"
            self.add_account(username, self._name(number), "coordinator", regency.code, signs_in=regency == OKU)
            self._teams.append(
                (id_of(f"team{suffix}.{number}"), CAMPAIGN.id, id_of(username), regency.code, f"Tim {number}")
            )
        for worker in workers_of(regency, villages):
            team = team_of(worker.number) if regency == OKU else 1
            self._add_enumerator(regency, worker, id_of(f"team{suffix}.{team}"))

    def _add_enumerator(self, regency: Regency, worker: Worker, team_id: UUID) -> None:
        self.add_account(
            worker.username, self._name(worker.number), "enumerator", regency.code, signs_in=regency == OKU
        )
        account_id, tablet = id_of(worker.username), f"tablet of {worker.username}"
        self._devices.append((id_of(tablet), account_id, tablet, tablet, self._hired_at, self._hired_at))
        self._members.append((team_id, account_id, self._since, CAMPAIGN.id, QUOTA))
        # Its own villages say who answers for which; the regency as a whole lets everybody help out where one is ill.
        for region in (*worker.own, regency.code):
            self._assignments.append((CAMPAIGN.id, account_id, region, self._since))

    def _name(self, number: int) -> str:
        return self._folk.name("female" if number % 2 else "male")

    async def write(self, pg: asyncpg.Connection) -> None:
        for table, columns, rows in (
            (
                "account",
                "id, username, name, role, region_code, scopes, password_hash, is_demo, created_at, devices_allowed",
                self._accounts,
            ),
            ("device", "id, account_id, told_id, name, enrolled_at, last_seen_at", self._devices),
            ("team", "id, campaign_id, coordinator_id, region_code, name", self._teams),
            ("team_member", "team_id, enumerator_id, starts_on, campaign_id, quota", self._members),
            ("assignment", "campaign_id, enumerator_id, region_code, starts_on", self._assignments),
        ):
            places = ", ".join(f"${n}" for n in range(1, columns.count(",") + 2))
            await pg.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING", rows)
