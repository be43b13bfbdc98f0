# SPDX-License-Identifier: Apache-2.0
"""More rows of bad_input.py, by their number in docs/bad-inputs.md: framing, paths, encodings, forms, XML, telephony meaning, floods."""
import base64
import gzip
import json
import urllib.parse
import zlib

CLOSED = "closed"


def framing(m):
    good = m.body()[1]
    yield 5, "a space before Content-Length's number", m.request(m.body()[1], drop=("Content-Length",), more=[f"Content-Length:  {len(good)}"]), {200, 400, 401, CLOSED}, {}
    yield 6, "Transfer-Encoding: chunked, identity", m.request(b"", drop=("Content-Length",), more=["Transfer-Encoding: chunked, identity"]), {400, 501, CLOSED}, {}
    yield 6, "a tab before the colon of Transfer-Encoding", m.request(b"", drop=("Content-Length",), more=["Transfer-Encoding\t: chunked"]), {400, 501, CLOSED}, {}
    chunked = {"drop": ("Content-Length",), "more": ["Transfer-Encoding: chunked"]}
    yield 7, "a chunk without its final CRLF", m.request(b"5\r\nhelloX0\r\n\r\n", **chunked), {400, 401, CLOSED}, {"half_close": True}
    yield 7, "a chunk extension of 1 MB", m.request(b"5;" + b"a" * (1 << 20) + b"\r\nhello\r\n0\r\n\r\n", **chunked), {400, 401, 413, CLOSED}, {"wait_s": 20}
    yield 8, "a bare CR in a header", m.request(m.body()[1], more=["X-A: b\rX-B: c"]), {400, CLOSED}, {}
    yield 8, "bare LF as line ends", m.request(m.body()[1]).replace(b"\r\n", b"\n", 3), {200, 400, 401, CLOSED}, {}
    yield 10, "a header name with a space", m.request(m.body()[1], more=["X A: b"]), {400, CLOSED}, {}
    yield 10, "a header name in UTF-8", m.request(m.body()[1], more=["Ключ: b"]), {400, CLOSED}, {}
    yield 13, "absolute-form", m.request(m.body()[1], target="http://other/hooks/demo"), {200, 400, 401, 404}, {}
    yield 13, "authority-form", m.request(b"", method="CONNECT", target="127.0.0.1:22"), {400, 404, 405, 501, CLOSED}, {}
    for path in ("//hooks/demo", "/hooks//demo", "/hooks/demo;x", "/hooks/%c0%ae%c0%ae/x", "/hooks/demo/%2e%2e/nobody", "/hooks/%ff"):
        yield 14, f"path {path}", m.request(m.body()[1], target=path), {200, 400, 401, 404, 405}, {}
    yield 15, "1,000 requests at once over one connection", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 1000, {200}, {}
    yield 16, "a body on GET", m.request(m.body()[1], method="GET"), {200, 400, 401, 404, 405}, {}
    yield 17, "Expect: 100-continue, then nothing", m.request(b"", length=50, more=["Expect: 100-continue"]), {100, 408, 417, CLOSED}, {"wait_s": 25}
    yield 18, "upgrade to h2c", m.request(m.body()[1], more=["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"]), {200, 400, 401, CLOSED}, {}
    yield 18, "upgrade to websocket", m.request(b"", method="GET", target="/", more=["Connection: Upgrade", "Upgrade: websocket"]), {303, 400, 401, 404, CLOSED}, {}
    yield 19, "HTTP/1.0", m.request(m.body()[1], version="1.0"), {200, 400, 401, 505, CLOSED}, {}
    yield 20, "a method in lower case", m.request(m.body()[1], method="post"), {400, 401, 404, 405, 501, CLOSED}, {}
    yield 20, "the method PRI", m.request(b"", method="PRI"), {400, 401, 404, 405, 501, CLOSED}, {}
    yield 21, "half-closed after the head", m.request(b"", length=100), {400, 408, CLOSED}, {"half_close": True}
    yield 22, "reset in the middle of the body", m.request(m.body()[1])[:-30], {CLOSED, 400, "silent"}, {"reset": True}
    yield 23, "a body of a byte a second", m.request(b"", length=100) + b"x" * 30, {408, CLOSED}, {"wait_s": 40, "pace": (1, 0.05)}
    yield 25, "a trailer that sets Content-Length", m.request(b"5\r\nhello\r\n0\r\nContent-Length: 100\r\n\r\n", **chunked), {400, 401, CLOSED}, {}
    yield 26, "a cookie of 8 KB", m.request(b"", method="GET", target="/", more=["Cookie: a=" + "x" * 8192]), {400, 431, CLOSED}, {}
    yield 26, "60 cookies, the session twice", m.request(
        b"", method="GET", target="/", more=["Cookie: " + "; ".join(f"c{i}=1" for i in range(60)) + "; session=a; session=b"]), {303, 400, 401}, {}


def bodies(m):
    good = m.body()[1]
    for name, packed in (("gzip", gzip.compress(good)), ("deflate", zlib.compress(good)), ("br", b"\x0b\x02\x80" + good[:20]), ("gzip", gzip.compress(b"0" * 50_000_000))):
        yield 24, f"a body in {name} ({len(packed)} bytes)", m.request(packed, more=[f"Content-Encoding: {name}"]), {400, 401, 415}, {}
    yield 30, "20,000 keys", m.request(("{" + ",".join(f'"k{i}":1' for i in range(20_000)) + "}").encode()), {400, 413}, {}
    yield 31, "a key twice", m.request(m.body()[1].replace(b'"event": "decide"', b'"event": "dance", "event": "decide"')), {200, 400}, {}
    for number in ("-0", "9007199254740993", "1" * 400, "NaN", "-", "1e-999"):
        yield 32, f"the number {number[:20]}", m.request(m.body(wait_s=1)[1].replace(b'"wait_s": 1', b'"wait_s": ' + number.encode())), {200, 400}, {}
    for name, body in (("a BOM", b"\xef\xbb\xbf" + good), ("UTF-16", good.decode().encode("utf-16")), ("cp1251", m.body(name="X?Y")[1].replace(b"X?Y", "Иван".encode("cp1251"))),
                       ("koi8-r", m.body(name="X?Y")[1].replace(b"X?Y", "Иван".encode("koi8-r"))), ("overlong UTF-8", m.body(name="X?Y")[1].replace(b"X?Y", b"X\xc0\xafY"))):
        yield 33, f"a body with {name}", m.request(body), {200, 400}, {}
    for name in ("\u202egnp.exe", "a\u200bb", "e" + "\u0301" * 10_000, "👩‍👩‍👧", "ﬁ\u0041\u030a"):
        yield 34, f"the name {name[:6]!r}", m.request(json.dumps(json.loads(m.body()[1]) | {"name": name}).encode()), {200}, {}
    yield 35, "a string that fills 256 KB and one byte", m.request(b'{"a":"' + b"x" * (256 * 1024 + 1 - 8) + b'"}'), {413}, {}
    yield 36, "two content types", m.request(m.body()[1], more=["Content-Type: text/xml"]), {200, 400, 415}, {}
    yield 36, "a charset that lies", m.request(m.body()[1], drop=("Content-Type",), more=["Content-Type: application/json; charset=utf-16"]), {200, 400, 415}, {}
    yield 40, "__proto__ and $ref", m.request(json.dumps(json.loads(m.body()[1]) | {"__proto__": {"admin": True}, "$ref": "#/x", "constructor": {}}).encode()), {200}, {}


def forms(m):
    def form(text, path="/events", kind="application/x-www-form-urlencoded"):
        return m.plain(text.encode() if isinstance(text, str) else text, f"/hooks/forms{path}", kind)
    good = "event=call&call_id=f-1&caller=%2B74955000001&called=%2B74950000101"
    yield 37, "a form", form(good), {200, 204}, {}
    for what, text in (("nested 1,000 deep", "event=call&call_id=f-2&a" + "[b]" * 1000 + "=1"), ("one name twice", good + "&call_id=f-3"), ("% at the end", good + "&x=%"),
                       ("%zz", good + "&x=%zz"), ("+ and %2B", good.replace("%2B7", "+7")), ("20,000 fields", good + "&" + "&".join(f"k{i}=1" for i in range(20_000))),
                       ("NUL in a name", good + "&a%00b=1"), ("nothing", ""), ("only separators", "&&&=&=&")):
        yield 37, f"a form: {what}", form(text), {200, 204, 400, 413}, {}
    cdr = "application/x-www-form-urlencoded"
    multipart = b"--b\r\nContent-Disposition: form-data; name=\"call_id\"\r\n\r\nm-1\r\n"
    many = b"".join(b"--b\r\nContent-Disposition: form-data; name=\"f%d\"\r\n\r\nx\r\n" % i for i in range(3_000))
    for what, body, kind in (("without an end", multipart, "multipart/form-data; boundary=b"), ("of 3,000 parts", many + b"--b--\r\n", "multipart/form-data; boundary=b"),
                             ("without a boundary", multipart, "multipart/form-data"), ("with a boundary of 71 characters", multipart, "multipart/form-data; boundary=" + "b" * 71),
                             ("with a path as file name", multipart.replace(b'name="call_id"', b'name="f"; filename="../../x"') + b"--b--\r\n", "multipart/form-data; boundary=b")):
        yield 38, f"multipart {what}", form(body, kind=kind), {400, 415}, {}
    bomb = "<!DOCTYPE a [<!ENTITY x0 'ha'>" + "".join(f"<!ENTITY x{i} '&x{i - 1};&x{i - 1};'>" for i in range(1, 40)) + "]><cdr>&x39;</cdr>"
    for what, xml in (("DTD", "<!DOCTYPE cdr SYSTEM 'http://127.0.0.1/x'><cdr/>"), ("billion laughs", bomb), ("external entity", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><cdr>&x;</cdr>"),
                      ("XInclude", "<cdr xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='file:///etc/passwd'/></cdr>"),
                      ("CDATA in pieces", "<cdr><![CDATA[a]]><![CDATA[]]]]><![CDATA[>]]></cdr>"), ("50,000 attributes", "<cdr " + " ".join(f"a{i}='1'" for i in range(20_000)) + "/>"),
                      ("a prefix without namespace", "<x:cdr/>"), ("UTF-7", "<?xml version='1.0' encoding='UTF-7'?>+ADw-cdr/+AD4-"), ("nothing closed", "<a>" * 5_000)):
        # these three mean nothing to the reader: nothing is fetched, nothing is joined
        right = {200, 400} if what in ("XInclude", "CDATA in pieces", "a prefix without namespace") else {400, 413}
        yield 39, f"XML: {what}", m.plain(xml.encode(), "/hooks/fs/x", "text/xml", basic="u:p"), right, {}
        yield 39, f"XML in a form: {what}", m.plain(("cdr=" + urllib.parse.quote(xml[:60_000])).encode(), "/hooks/fs/xmlcdr", cdr, basic="u:p"), right, {}


def meaning(m):
    def change(**fields):
        return m.request(json.dumps(json.loads(m.body()[1]) | fields).encode())
    for caller in ("٧٤٩٥٥٠٠٠٠٠١", "+7 495 500-00-01 доб. 12", "+74955000001,+74955000002", "sip:\"<script>\"@x", "00" + "7" * 30, "7-GET-FLOWERS"):
        yield 41, f"caller {caller[:20]!r}", change(**{"from": caller}), {200}, {}
    for source in ("demo", "second"):
        yield 42, f"one call id from the source {source}", m.request(m.body(call="same-id-1")[1], target=f"/hooks/{source}"), {200}, {}
    def event(name, call, **fields):
        return m.request(json.dumps({"call": call, "event": name, "from": "+74955000003", "to": "+74950000101"} | fields).encode())
    yield 43, "ended before it began", event("ended", "c43", at="2026-03-02T10:00:00Z"), {200}, {}
    yield 43, "begun after it ended", event("incoming", "c43", at="2026-03-02T09:00:00Z"), {200}, {}
    for number in (1, 2):
        yield 43, f"answered, time {number}", event("answered", "c43", id=f"a{number}"), {200}, {}
    for field, value in (("talk_s", -5), ("talk_s", 10**9), ("wait_s", 1e18), ("at", "2026-10-25T02:30:00"), ("at", "2026-06-30T23:59:60Z"), ("at", 4_294_967_296), ("at", "10000-01-01T00:00:00Z")):
        yield 43, f"{field} {value}", event("ended", f"c43{field}{value}", **{field: value}), {200, 400}, {}
    yield 44, "a transfer to itself", event("transferred", "c44", leg="c44", agent="12", sequence=1), {200}, {}
    for number in (1, 250, 500):
        yield 44, f"leg {number}", event("ringing", "c44", leg=f"leg-{number}", agent=str(number), id=f"l{number}"), {200}, {}
    yield 45, "the same call id two days later", event("incoming", "c43", at="2026-03-04T10:00:00Z", id="again"), {200}, {}
    for link in ("https://user:secret@x/r", "file:///etc/passwd", "https://x/" + "a" * 100_000, "javascript:alert(1)"):
        yield 46, f"recording {link[:24]}", event("recording", "c46", recording=link), {200}, {}
    for field, value in (("call", 17), ("wait_s", "4"), ("from", None), ("digits", 5), ("fields", {"a": {"b": [1, None]}}), ("sequence", "one"), ("agent", ["12"])):
        yield 47, f"{field} as {json.dumps(value)}", m.request(json.dumps({"call": "c47", "event": "ringing", "id": f"x{field}"} | {field: value}).encode()), {200, 400}, {}
    for text in ("'; DROP TABLE calls; --", "<img src=x onerror=alert(1)>", "a\r\nSet-Cookie: b=1", "=cmd|' /C calc'!A0", "{{lead.phone}}"):
        yield 48, f"utm {text[:16]!r}", change(fields={"utm_source": text, "utm_campaign": text}), {200}, {}


def rows(m):
    for group in (framing, bodies, forms, meaning):
        yield from group(m)


def basic(pair):
    return "Basic " + base64.b64encode(pair.encode()).decode()
