// SPDX-License-Identifier: Apache-2.0

/// Base 64 as RFC 4648 writes it, in both alphabets, without Foundation.
public enum Base64 {
    /// Reads one alphabet or the other, never both in one text; padding may be missing, but not be wrong.
    /// - Returns: `nil` for any other byte, for a length that can't be, and for bits left over (RFC 4648, 3.5).
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(text.count / 4 * 3 + 3)
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        var (characters, padding, standard, url) = (0, 0, false, false)
        for byte in text {
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = value(of: byte, standard: &standard, url: &url) else { return nil }
            characters += 1
            buffer = buffer << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: buffer >> bits))
                buffer &= (1 << bits) - 1
            }
        }
        let lengthIsRight = characters % 4 != 1 && (padding == 0 || (characters + padding) % 4 == 0 && padding < 3)
        guard lengthIsRight, buffer == 0, !(standard && url) else { return nil }
        return out
    }

    /// With padding in the standard alphabet, without it in the URL-safe one.
    public static func encode(_ bytes: some Sequence<UInt8>, urlSafe: Bool = false) -> String {
        let alphabet = urlSafe ? urlAlphabet : standardAlphabet
        var out: [UInt8] = []
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                out.append(alphabet[Int(buffer >> bits & 63)])
            }
            buffer &= 0xFF
        }
        if bits > 0 { out.append(alphabet[Int(buffer << (6 - bits) & 63)]) }
        while !urlSafe, out.count % 4 != 0 { out.append(UInt8(ascii: "=")) }
        return String(decoding: out, as: UTF8.self)
    }

    private static func value(of byte: UInt8, standard: inout Bool, url: inout Bool) -> UInt8? {
        switch byte {
        case 0x41...0x5A: return byte - 0x41
        case 0x61...0x7A: return byte - 0x61 + 26
        case 0x30...0x39: return byte - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "/"):
            standard = true
            return byte == UInt8(ascii: "+") ? 62 : 63
        case UInt8(ascii: "-"), UInt8(ascii: "_"):
            url = true
            return byte == UInt8(ascii: "-") ? 62 : 63
        default: return nil
        }
    }

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    private static let standardAlphabet = letters + Array("+/".utf8)
    private static let urlAlphabet = letters + Array("-_".utf8)
}

/// Bytes as lower-case hexadecimal digits, and back.
public enum Hex {
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var out: [UInt8] = []
        for byte in bytes {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Either case; `nil` for an odd number of digits or anything else.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(text.count / 2)
        var high: UInt8?
        for byte in text {
            guard let value = hexValue(byte) else { return nil }
            if let first = high {
                out.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return out
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
