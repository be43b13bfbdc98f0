# SPDX-License-Identifier: Apache-2.0
"""Every dialect's recorded stories, signed anew by `callsieve play` and posted to a running service as a PBX would.

    python3 Tests/Rigs/dialects.py

Beside the manifest's own test, which reads the requests without a network: here each goes over a socket, is verified, stored, and told again
by the API. Telnyx and Standard Webhooks with a public key are left out, since only their senders can sign.
"""
import itertools
import json
import os
import pathlib
import shutil
import tempfile

from rig.service import ROOT, Service
from rig.verdict import Verdict

FIXTURES = ROOT / "Tests" / "PBXTests" / "Fixtures" / "pbx"
STORIES = ("answered", "missed", "anonymous", "disorder")
# Test secrets of the samples (Fixtures/pbx/README.md).
SECRETS = {
    "aircall": {"token_in_body": "callsieve-test-aircall-token"},
    "asterisk": {"bearer": "callsieve-test-asterisk-token"},
    "bitrix24": {"application_token": "51610fefc120afg4b628cc82d6298cce"},
    "callrail": {"signing": "callsieve-test-callrail-signing-key"},
    "cloudevents": {"bearer": "callsieve-test-cloudevents-token"},
    "freeswitch": {"user": "freeswitch", "password": "callsieve-test-password"},
    "itoolabs": {"crm_token": "callsieve-test-crm-token"},
    "mango": {"api_key": "callsieve0test0vpbx0key0000000001", "api_salt": "callsieve0test0vpbx0salt000000001"},
    "plivo": {"auth_token": "callsieve-test-plivo-auth-token"},
    "ringcentral": {"verification_token": "callsieve-test-verification-token"},
    "signalwire": {"signing": "callsieve-test-signalwire-signing-key"},
    "sipuni": {"token": "callsieve-test-sipuni-path-token"},
    "telphin": {"token": "callsieve-test-telphin-path-token"},
    "twilio": {"auth_token": "callsieve-test-twilio-auth-token"},
    "uis": {"token": "callsieve-test-uis-path-token"},
    "vonage": {"signature_secret": "callsieve-test-vonage-signature-secret-0001"},
    "zadarma": {"api_secret": "callsieve-test-zadarma-secret"},
}
ANSWERED_AT = {"freeswitch": "user/201@pbx.example", "plivo": "12025550150", "signalwire": "+12025550150", "twilio": "+12025550150", "vonage": "12025550150"}
COUNTRY = {name: "US" for name in ("aircall", "callrail", "plivo", "ringcentral", "signalwire", "twilio", "vonage")}
# What is no inbound call by itself.
NO_CALL = {"handshake", "outgoing", "source", "result"}


def configured(folder):
    def change(configuration):
        for name, secrets in SECRETS.items():
            references = {}
            for secret, text in secrets.items():
                file = folder / f"{name}-{secret}"
                file.write_text(text)
                os.chmod(file, 0o600)
                references[secret] = {"file": str(file)}
            source = {"dialect": name, "base url": "https://hooks.callsieve.example", "country": COUNTRY.get(name, "RU")}
            token = references.pop("token", None)
            source |= {"token": token} if token else {"secrets": references}
            configuration["sources"][name] = source
        configuration["targets"] = {"answer": ANSWERED_AT}
    return change


def stories():
    """(provider, story, its rows of the manifest), in the manifest's order."""
    rows = [row for row in json.loads((FIXTURES / "manifest.json").read_text()) if row["provider"] in SECRETS and row["verdict"] == "valid"]
    def story(row):
        return row["provider"], pathlib.Path(row["file"]).name.split("-")[0]
    for (provider, name), found in itertools.groupby(rows, story):
        if name in STORIES:
            yield provider, name, list(found)


def main():
    verdict = Verdict("dialects")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="callsieve-dialects-"))
    expected, played, requests, bad = {}, 0, 0, []
    with Service(folder, configured(folder)) as service:
        service.start()
        for provider, story, rows in stories():
            done = service.command("play", "--source", provider, *[str(FIXTURES / row["file"]) for row in rows])
            played, requests = played + 1, requests + len(rows)
            if done.returncode:
                bad.append(f"{provider} {story}: {done.stdout}{done.stderr}".strip())
            calls = {row["call"] for row in rows if row["kind"] not in NO_CALL and row["call"]}
            expected.setdefault(provider, set()).update(calls)
        known = {provider: set() for provider in expected}
        for call in service.api().pages("/api/v1/calls"):
            known[call["source"]].add(call["call_id"])
        heard = service.command("sources", "--json")
        status = service.stop()
    wrong = [f"{name}: {sorted(expected[name] ^ known[name])[:4]}" for name in expected if expected[name] != known[name]]
    print(f"  {played} stories of {len(expected)} dialects, {requests} requests, {sum(map(len, known.values()))} calls")
    verdict.check("each story was played to its end", not bad, "; ".join(bad)[:600])
    verdict.check("each dialect's calls are known, and no others", not wrong, "; ".join(wrong)[:600])
    refused = [row for row in json.loads(heard.stdout) if row.get("refused_at")]
    verdict.check("no request was refused", not refused, str(refused)[:300])
    verdict.check("at least 35 stories were there to play", played >= 35, str(played))
    verdict.same("exit status after SIGTERM", status, 0)
    if not verdict.failed:
        shutil.rmtree(folder, ignore_errors=True)
    verdict.end()


if __name__ == "__main__":
    main()
