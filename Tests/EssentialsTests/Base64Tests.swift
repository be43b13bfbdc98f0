// SPDX-License-Identifier: Apache-2.0
import Testing
import WireFormats

@Suite struct Base64Tests {
    /// RFC 4648, 10.
    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy")])
    func vectorsOfTheStandard(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded.utf8) == Array(plain.utf8))
        #expect(Base64.decode(encoded.replacing("=", with: "").utf8) == Array(plain.utf8))
    }

    @Test func bothAlphabets() {
        let bytes: [UInt8] = [0xFB, 0xEF, 0xFF, 0xFE]
        #expect(Base64.encode(bytes) == "++///g==" && Base64.encode(bytes, urlSafe: true) == "--___g")
        #expect(Base64.decode("++///g==".utf8) == bytes && Base64.decode("--___g".utf8) == bytes)
        #expect(Base64.decode("+-__".utf8) == nil)
    }

    @Test(arguments: ["Z", "Zg=", "Zg===", "Zg==x", "=Zg=", "Zh==", "Zm9", "Zg ==", "Zg\n", "Ж", "Zm9vY"])
    func othersAreRefused(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test func hex() {
        #expect(Hex.encode([0, 0xAB, 255] as [UInt8]) == "00abff")
        #expect(Hex.decode("00aBFf".utf8) == [0, 0xAB, 255])
        #expect(Hex.decode("0".utf8) == nil && Hex.decode("0g".utf8) == nil && Hex.decode("".utf8) == [])
    }
}
