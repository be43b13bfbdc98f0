#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Posts one call that asks what to do:  post-call.sh URL whsec_SECRET [FROM] [TO]
set -eu
url=$1 secret=$2 from=${3:-+79161234567} to=${4:-+74950000101}
id="test-$(date +%s%N)" stamp=$(date +%s)
body="{\"call\":\"$id\",\"event\":\"decide\",\"id\":\"$id\",\"from\":\"$from\",\"to\":\"$to\"}"
key=$(printf %s "${secret#whsec_}" | base64 -d | od -An -tx1 | tr -d ' \n')
signature=$(printf %s "$id.$stamp.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
curl -sS -w '\n' -X POST "$url" -H 'Content-Type: application/json' -H "webhook-id: $id" -H "webhook-timestamp: $stamp" \
    -H "webhook-signature: v1,$signature" -d "$body"
