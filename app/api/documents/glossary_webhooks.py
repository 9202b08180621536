"""The fields of webhooks, as in `glossary.py`."""

from collections.abc import Mapping

from app.api.documents.glossary import CURSOR, Term

_URL = "https://sistem.dinas.example.go.id/kumkm"
_WEBHOOK = "01832f3e-0000-7000-8000-0000000000d1"
_SOME_DAY = "2022-09-13T07:30:00+07:00"

WEBHOOK_TERMS: Mapping[str, Term] = {
    "WebhookIn.account": Term("Akun sistem", "User name of the system account that receives.", "bps.oku"),
    "WebhookIn.cursor": Term("Kursor umpan", "Behind which it begins.", None),
    "WebhookOut.account": Term("Akun sistem", "User name of the system account that receives.", "bps.oku"),
    "WebhookMade.account": Term("Akun sistem", "User name of the system account that receives.", "bps.oku"),
    "Resuming.cursor": Term("Kursor umpan", "Behind which it goes on.", None),
    "ExportIn.id": Term("Nomor ekspor", "The client's own id, or null.", None),
    "ApiKeyIn.id": Term("Nomor kunci", "The client's own id, or null.", None),
    "Rotating.id": Term("Nomor penggantian", "The client's own id of the rotation.", None),
    "Resuming.begins": Term("Mulai dari", "Where it goes on; by default where it was.", None),
    "WebhookOut.state": Term("Keadaan", "`halted` waits until somebody decides.", "active"),
    "WebhookMade.state": Term("Keadaan", "`halted` waits until somebody decides.", "active"),
    "DeliveryOut.state": Term("Keadaan", "`dead`: given up, can be sent again.", "delivered"),
    "DeliveryOut.changes": Term("Jumlah perubahan", "How many changes of the feed it has.", 100),
    "DeliveryOut.status": Term("Jawaban", "HTTP status of the last answer.", 204),
    "DeliveryOut.attempts": Term("Jumlah percobaan", "How often it was sent.", 1),
    "PingOut.status": Term("Jawaban", "HTTP status of the answer.", 204),
    "WebhookIn.url": Term("URL", "Where it is sent to.", _URL),
    "WebhookChange.url": Term("URL", "Where it is sent to.", _URL),
    "WebhookOut.url": Term("URL", "Where it is sent to.", _URL),
    "WebhookMade.url": Term("URL", "Where it is sent to.", _URL),
    "WebhooksOut.next_cursor": Term("Kursor berikutnya", "Where the next page begins.", CURSOR),
    "after_dead_letter": Term("Setelah kiriman gagal", "What follows a delivery that is given up.", "halt"),
    "attempted_at": Term("Percobaan terakhir", "When it was sent last.", _SOME_DAY),
    "begins": Term("Mulai dari", "With every business there is, or with the next change.", "now"),
    "content": Term("Isi kiriman", "Ids alone, or businesses as in the feed.", "ids"),
    "dead_letter": Term("Kiriman gagal", "What is done with the delivery at which it halted.", "send"),
    "dead_letters": Term("Kiriman gagal", "Deliveries that were given up.", 0),
    "delivered": Term("Sampai", "Whether the receiver answered 2xx.", example=True),
    "delivered_at": Term("Terakhir sampai", "When the last delivery arrived.", _SOME_DAY),
    "duration_ms": Term("Lama (ms)", "Of the last attempt, in milliseconds.", 84),
    "failures": Term("Gagal berturut-turut", "Failed attempts of the delivery that is next.", 0),
    "fault": Term("Sebab", "Why there was no answer.", None),
    "former_hours": Term("Rahasia lama (jam)", "How long the former secret signs, too.", 24),
    "former_secret_until": Term("Rahasia lama sampai", "Until when former secrets sign, too.", None),
    "halted_for": Term("Sebab berhenti", "Why somebody has to decide.", None),
    "made_at": Term("Dibuat", "When it was made.", _SOME_DAY),
    "max_changes": Term("Perubahan per kiriman", "The most changes that come together.", 100),
    "next_attempt_at": Term("Percobaan berikutnya", "When it is tried again.", None),
    "pending": Term("Menunggu", "Deliveries that wait to be sent.", 0),
    "secret": Term("Rahasia", "Signs deliveries; shown only once.", "whsec_QSBzZWNyZXQgZm9yIGV4YW1wbGVzIG9ubHk="),
    "sequence": Term("Nomor kiriman", "Counts the deliveries of a webhook.", 1295),
    "webhook_id": Term("Nomor webhook", "Id of the subscription.", _WEBHOOK),
    "settled_at": Term("Selesai", "When it arrived, was given up, or skipped.", _SOME_DAY),
}
