"""What the server's database role may do: the second wall, behind the permissions of the API.

The server signs in to PostgreSQL as a member of the group role `kumkm_api`, which owns nothing: it cannot alter, drop
or truncate a table, cannot change a stored submission or batch, and can only add to the audit trail. `kumkm migrate`
runs as the owner and grants exactly this, so that a table without a line here cannot be reached at all.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, inspect, text

from app.core.settings import SettingsError

API_ROLE = "kumkm_api"

_READ, _ADD, _KEEP, _ALL = "SELECT", "SELECT, INSERT", "SELECT, INSERT, UPDATE", "SELECT, INSERT, UPDATE, DELETE"
_PASSING = "SELECT, INSERT, DELETE"

RIGHTS: Mapping[str, str] = {
    "alembic_version": _READ,
    "data_step": _READ,
    # reference data: written by `kumkm load-reference`
    "region": _READ,
    "kbli": _READ,
    "region_boundary": _KEEP,
    # accounts and tablets
    "account": _KEEP,
    "device": _KEEP,
    "refresh_token": _ALL,
    "browser_session": _ALL,
    "passkey": _ALL,
    "api_key": _KEEP,
    "organisation_account": _ALL,
    "spent_challenge": _ALL,
    "sign_in_attempt": _ALL,
    "import_secret": _ALL,
    "numbers_asked": _KEEP,
    # the census
    "campaign": _KEEP,
    "target": _ALL,
    "target_change": _ALL,
    "team": _KEEP,
    "team_member": _ALL,
    "assignment": _ALL,
    "former_area": _ADD,
    "headcount": _ALL,
    "presence": _ALL,
    # what came in: submissions are never changed; nor are batches, changes and marks of the feed, of which old ones go
    "batch": _PASSING,
    "submission": _ADD,
    "raw_item": _KEEP,
    "record": _KEEP,
    "door": _ALL,
    "listing_entry": _KEEP,
    "listing_step": _ADD,
    "attachment": _ALL,
    "attachment_link": _ALL,
    "attachment_part": _ALL,
    # the register
    "business": _ALL,  # removed only to be written again in another regency
    "feed_mark": _PASSING,
    "identity": _ALL,
    "shared_number": _ALL,
    "number_key": _ADD,
    "duplicate_case": _KEEP,
    "coding": _KEEP,
    # what agencies were asked about numbers
    "verification_request": _ALL,
    "verification_item": _ALL,
    # decisions of supervisors, and changes for tablets
    "review": _KEEP,
    "correction": _ADD,
    "resolution": _KEEP,
    "case_assignment": _ALL,
    "counted_move": _ADD,
    "change_stream": _KEEP,
    "change": _PASSING,
    "known_filter": _ALL,
    # quality: what was found goes when it is no longer so
    "quality_record": _ALL,
    "quality_enumerator": _ALL,
    "quality_dismissal": _KEEP,
    "quality_state": _KEEP,
    # re-interviews: what a second enumerator sent is never changed
    "reinterview": _KEEP,
    "reinterview_version": _ADD,
    "reinterview_state": _KEEP,
    # statistics: an edition is never changed once it is made; one in work that nobody is at any more goes
    "statistics_edition": _ALL,
    "statistics_table": _ADD,
    # the way out
    "export_job": _ALL,
    "export_place": _ALL,
    "webhook": _ALL,
    "webhook_delivery": _ALL,
    "webhook_secret": _ALL,
    # counting
    "progress_cell": _KEEP,
    "progress_delta": _ALL,
    "progress_door_delta": _ALL,
    "progress_listing_delta": _ALL,
    "progress_day": _KEEP,
    "progress_activity": _KEEP,
    # figures that were published never change
    "cutoff": _ADD,
    "cutoff_region": _ADD,
    "cutoff_enumerator": _ADD,
    "cutoff_month": _ADD,
    "cutoff_day": _ADD,
    # logins of analysts, which only the owner makes
    "sql_reader": _READ,
    # honour: rules may be replaced, statements never change
    "honour_rule": _PASSING,
    "honour_run": _ADD,
    "honour_statement": _ADD,
    "honour_line": _ADD,
    # what server processes know of each other
    "server_process": _ALL,
    "rate_count": _ALL,
    # the trail
    "audit_event": _ADD,
    "audit_link": _ADD,
}

_MAKE_ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{API_ROLE}') THEN
        CREATE ROLE {API_ROLE} NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- another database of the same server was migrated at the same moment
END $$
"""


_MAY_MAKE_ROLES = f"""
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '{API_ROLE}')
    OR (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user)
"""


def grant(connection: Connection) -> None:
    """Give the API's role its rights on the tables that there are, and take every other right from it. Idempotent.

    Raises:
        SettingsError: the role does not exist and the caller may not make roles.
    """
    if not connection.scalar(text(_MAY_MAKE_ROLES)):
        raise SettingsError(
            f"The owner in DATABASE_URL may not make roles. Let an administrator of PostgreSQL run"
            f" `CREATE ROLE {API_ROLE} NOLOGIN` once, then run this again."
        )
    connection.execute(text(_MAKE_ROLE))
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {API_ROLE}"))
    connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {API_ROLE}"))
    present = set(inspect(connection).get_table_names())
    for table, rights in RIGHTS.items():
        if table in present:
            connection.execute(text(f'GRANT {rights} ON "{table}" TO {API_ROLE}'))
