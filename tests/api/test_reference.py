"""What codes stand for, for people at desks and systems."""

import httpx
from world import World

EMBEDDED_IS_ENOUGH = True


async def test_codes_of_activities_and_choices_have_their_words(client: httpx.AsyncClient, world: World) -> None:
    auth = world.auth("coordinator.1")
    answer = await client.get("/v1/reference", headers=auth)
    told = answer.json()
    titles = {each["code"]: each["title"] for each in told["kbli"]}
    assert {len(code) for code in titles} == {2, 3, 4, 5}
    assert all(titles.values())
    on_tablets = (await client.get("/v1/sync/reference", headers=world.auth("enumerator.1"))).json()
    assert {each["code"]: each["title"] for each in on_tablets["kbli"]}.items() <= titles.items()
    assert told["questionnaires"] == on_tablets["questionnaires"]
    again = await client.get("/v1/reference", headers={**auth, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
