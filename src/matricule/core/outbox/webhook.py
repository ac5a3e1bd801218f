"""The signed address where a mail provider tells us of mails that came back.

Signature and headers of Standard Webhooks 1.0.0: ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature:
v1,<base64 HMAC-SHA-256 of id.timestamp.body>``, key: the setting ``email_webhook_secret``.
Body: ``{"message_id": "<…>", "kind": "hard"|"soft"}``.
"""

import base64
import hashlib
import hmac
import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from matricule.core import clock, config
from matricule.core.outbox import bounces

TOLERANCE = 300
"""Seconds that a signed call may be old or early; a repeated call changes nothing anyway."""
BODY_MAX = 65_536


def sign(call_id: str, timestamp: str, body: bytes, secret: str) -> str:
    """Return the value of ``webhook-signature`` for this call."""
    digest = hmac.digest(secret.encode(), f"{call_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode()


@csrf_exempt
@require_POST
def bounced(request: HttpRequest) -> HttpResponse:
    """Write one bounce: 204 written or unknown, 400 a body we cannot read, 401 unsigned, 404 not set up."""
    secret = config.current().email_webhook_secret
    if not secret:
        return HttpResponse(status=404)
    if int(request.headers.get("content-length") or 0) > BODY_MAX:
        return HttpResponse(status=413)
    if not _signed(request, secret):
        return HttpResponse(status=401)
    news = _news(request.body)
    if news is None:
        return HttpResponse(status=400)
    bounces.bounce(news[0], kind=news[1])
    return HttpResponse(status=204)


def _signed(request: HttpRequest, secret: str) -> bool:
    call_id = request.headers.get("webhook-id", "")
    timestamp = request.headers.get("webhook-timestamp", "")
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(clock.wall().timestamp() - int(timestamp)) > TOLERANCE:
        return False
    right = sign(call_id, timestamp, request.body, secret).encode()
    given = request.headers.get("webhook-signature", "").encode()
    # several signatures, separated by spaces, while a key is being replaced
    return any(hmac.compare_digest(right, one) for one in given.split(b" "))


def _news(body: bytes) -> tuple[str, str] | None:
    try:
        said = json.loads(body)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    message_id, kind = said.get("message_id"), said.get("kind")
    if not isinstance(message_id, str) or kind not in {bounces.HARD, bounces.SOFT}:
        return None
    return message_id, kind
