// SPDX-License-Identifier: Apache-2.0

/// MACs made with openssl: `printf '{"call":"1"}' | openssl dgst -sha256 -hmac key`.
enum HMACSamples {
    static let sha256Hex = "fdb42e514a75770fcf2537fc06ac25f1799e3de9991f0d8120d2de5640e19f60"
    static let sha256Base64 = "/bQuUUp1dw/PJTf8Bqwl8XmePemZHw2BINLeVkDhn2A="
    static let sha1Hex = "c5b5c8d917b13d761e000f925a1ef1e94172784b"
    static let sha1Base64 = "xbXI2RexPXYeAA+SWh7x6UFyeEs="
    static let sha512Hex =
        "5aa95655890f16133ba8f5939d5bfa565e709b6bb2d8cb8e5adf49fb4f5c0bad9b577dab2f28439ca81c74a00f158feb9cd2765b1d4a3471077b8cfed82ecb78"
    /// Over `1772445600000.https://hooks.example/hooks/t?x=1{"call":"1"}`.
    static let timedHex = "3308ed66c3c10dcc6b65f3a920f4acea3a43b497b5fd25dc48d672b8802af4a8"
}
