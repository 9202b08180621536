"""A client of KUMKM for systems that read: figures, the register, exports, the feed, and webhooks."""

from kumkm_client.client import Client
from kumkm_client.credentials import ApiKey, ClientCredentials
from kumkm_client.errors import ApiProblem, CursorLost, FieldFault, KumkmError, NotWhole, Unreachable, WrongSignature
from kumkm_client.exports import ExportedFile
from kumkm_client.feed import Business, FeedPage, Merged, MovedOut
from kumkm_client.rows import DateRow, EnumeratorRow, Figures, RegionRow
from kumkm_client.webhooks import Delivery, Webhook

__all__ = [
    "ApiKey",
    "ApiProblem",
    "Business",
    "Client",
    "ClientCredentials",
    "CursorLost",
    "DateRow",
    "Delivery",
    "EnumeratorRow",
    "ExportedFile",
    "FeedPage",
    "FieldFault",
    "Figures",
    "KumkmError",
    "Merged",
    "MovedOut",
    "NotWhole",
    "RegionRow",
    "Unreachable",
    "Webhook",
    "WrongSignature",
]
