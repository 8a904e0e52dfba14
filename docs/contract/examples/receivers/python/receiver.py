"""Receives callbacks (encoding json): checks that they are from the service, keeps each of them once, answers, and acts in order.

Needs COTEJO_SECRET (whsec_…; two, separated by a comma, while it is being changed) and RECEIVED, a folder of its own; PORT is where it
listens. Put TLS in front of it. Python 3.8 or newer, nothing besides.
"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRETS = [base64.b64decode(secret[len("whsec_"):]) for secret in os.environ["COTEJO_SECRET"].split(",")]
TOLERANCE_SECONDS = 300
RECEIVED = pathlib.Path(os.environ["RECEIVED"])
KEPT, STATES = RECEIVED / "kept", RECEIVED / "states"
for folder in (KEPT, STATES):
    folder.mkdir(parents=True, exist_ok=True)
ACTING = threading.Lock()


def is_genuine(webhook_id, timestamp, signatures, body):
    """Whether the call is from the service, whole, and not an old one that somebody kept."""
    if not re.fullmatch(r"[\w-]{1,64}", webhook_id, re.ASCII) or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    expected = [b"v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)) for secret in SECRETS]
    given = signatures.encode("latin-1").split(b" ")
    return any([hmac.compare_digest(one, other) for one in expected for other in given])


def keep(webhook_id, body):
    """Puts the call on the disk under its ID. False: it was there already, because an answer of ours got lost."""
    with tempfile.NamedTemporaryFile(dir=RECEIVED) as draft:
        draft.write(body)
        draft.flush()
        os.fsync(draft.fileno())
        try:
            os.link(draft.name, KEPT / webhook_id)  # takes place once, however many come at the same time
            return True
        except FileExistsError:
            return False


def act(fields):
    """Acts on a status. One that was told once more on demand does not set the verification back."""
    file = STATES / str(int(fields["ID"]))
    with ACTING:
        before = int(file.read_text()) if file.exists() else 0
        if int(fields["Estado"]) <= before:
            return
        file.write_text(str(fields["Estado"]))
        print(fields["ID"], fields["Estado"], flush=True)  # your own work goes here, or into a queue


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        webhook_id = self.headers.get("webhook-id", "")
        timestamp, signatures = self.headers.get("webhook-timestamp", ""), self.headers.get("webhook-signature", "")
        if not is_genuine(webhook_id, timestamp, signatures, body):
            return self.answer(401)
        fields = json.loads(body)
        if "challenge" in fields:  # asked once, when the address is saved: do you want these calls?
            return self.answer(200, fields["challenge"].encode())
        is_new = keep(webhook_id, body)
        # The next status of this verification comes when this one is answered: answer first, work afterwards.
        self.answer(204)
        if is_new:
            act(fields)

    def answer(self, status, body=b""):
        self.send_response(status)
        if status != 204:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_):
        """Says nothing: addresses and headers are not for logs."""


# What was kept and not acted on, because this program was stopped in between, is acted on now.
for file in sorted(KEPT.iterdir(), key=lambda file: [int(part) for part in re.findall(r"\d+", file.name)]):
    act(json.loads(file.read_bytes()))

ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8090"))), Receiver).serve_forever()
