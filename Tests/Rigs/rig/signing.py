# SPDX-License-Identifier: Apache-2.0
"""Standard Webhooks, as the callsieve dialect and the generic-webhook recipe use it; Mango's own scheme."""
import base64
import hashlib
import hmac
import os


def new_secret():
    return "whsec_" + base64.b64encode(os.urandom(32)).decode()


def key_of(secret):
    return base64.b64decode(secret.removeprefix("whsec_"))


def signature(secret, message_id, timestamp, body):
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()


def headers(secret, message_id, timestamp, body):
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message_id, timestamp, body),
    }


def mango_sign(api_key, salt, json_text):
    return hashlib.sha256((api_key + json_text + salt).encode()).hexdigest()
