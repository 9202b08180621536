"""Mirrors the register into SQLite: `KUMKM_URL=… KUMKM_CLIENT=… KUMKM_SECRET=… python mirror.py register.sqlite`."""

import json
import os
import sqlite3
import sys

import httpx

db = sqlite3.connect(sys.argv[1])
db.execute("CREATE TABLE IF NOT EXISTS business (id TEXT PRIMARY KEY, said TEXT)")
db.execute("CREATE TABLE IF NOT EXISTS place (cursor TEXT)")
secrets = {"client_id": os.environ["KUMKM_CLIENT"], "client_secret": os.environ["KUMKM_SECRET"]}
with httpx.Client(base_url=os.environ["KUMKM_URL"], timeout=60) as api:
    token = api.post("/v1/auth/token", data={"grant_type": "client_credentials", "scope": "feed:read", **secrets})
    headers = {"Authorization": f"Bearer {token.raise_for_status().json()['access_token']}"}
    while True:
        place = db.execute("SELECT cursor FROM place").fetchone()
        answer = api.get("/v1/feed", headers=headers, params={"limit": 1000, **({"cursor": place[0]} if place else {})})
        if answer.status_code == 410:  # the server's database was restored: start again
            db.executescript("DELETE FROM business; DELETE FROM place")
            continue
        page = answer.raise_for_status().json()
        with db:  # what the page brought and where it ends, together or not at all
            for change in page["items"]:
                db.execute("DELETE FROM business WHERE id = ?", (change["business_id"],))
                if change["kind"] == "business":
                    row = (change["business_id"], json.dumps(change["business"]))
                    db.execute("INSERT INTO business VALUES (?, ?)", row)
            db.execute("DELETE FROM place")
            db.execute("INSERT INTO place VALUES (?)", (page["next_cursor"],))
        if not page["more"]:
            break
