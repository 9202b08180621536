"""What a sign-in, an account or a tablet that is over means to the reference client."""

import asyncpg
import httpx
import pytest
from field import CAMPAIGN, Field, once, problem, sent_item, states
from world import nik

from kumkm_tablet.network import Offline, Refused, SignInNeeded
from kumkm_tablet.outbox import State
from kumkm_tablet.tablet import Tablet

EMBEDDED_IS_ENOUGH = True


async def test_a_token_that_ends_on_the_way_is_renewed_and_the_batch_sent_again(field: Field) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    tablet.wire.before = once(problem(401, "not_signed_in"))
    assert (await tablet.sync()).outcomes == {"accepted": 1}
    assert len({each.url for each in tablet.wire.batches()}) == 1


async def test_a_lost_answer_to_a_refresh_does_not_end_the_session(field: Field) -> None:
    tablet = await field.enrolled()
    tablet.wire.after = once(httpx.ReadError("cut"), httpx.ReadError("cut"), only="/auth/token")
    await tablet.network.refresh()
    await tablet.network.refresh()
    tablet.outbox.set("access_token", "expired")
    await tablet.sync()


async def test_a_refresh_whose_answers_were_lost_is_taken_up_again_by_the_next_start(field: Field) -> None:
    tablet = await field.enrolled()
    tablet.wire.after = once(*[httpx.ReadError("cut")] * tablet.policy.attempts, only="/auth/token")
    with pytest.raises(Offline):
        await tablet.network.refresh()
    tablet.outbox.set("access_token", "expired")
    await Tablet(tablet.http, tablet.outbox, tablet.policy).sync()


async def test_a_session_that_is_over_says_so_and_keeps_all(field: Field, pg: asyncpg.Connection) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await pg.execute("DELETE FROM refresh_token")
    tablet.outbox.set("access_token", "expired")
    with pytest.raises(SignInNeeded):
        await tablet.sync()
    assert states(tablet) == [State.QUEUED]


async def test_a_closed_account_keeps_all(field: Field, pg: asyncpg.Connection) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await pg.execute("UPDATE account SET deactivated_at = now() WHERE username = 'enumerator.1'")
    with pytest.raises(Refused) as told:
        await tablet.sync()
    assert told.value.code == "account_deactivated"
    assert states(tablet) == [State.QUEUED]


async def test_a_revoked_tablet_hands_over_and_keeps_what_is_held(field: Field, pg: asyncpg.Connection) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await pg.execute("UPDATE device SET revoked_at = now()")
    report = await tablet.sync()
    assert (report.device_state, report.outcomes) == ("revoked", {"held": 1})
    assert states(tablet) == [State.KEPT]
