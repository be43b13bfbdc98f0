// SPDX-License-Identifier: Apache-2.0

/// Base 64 as RFC 4648 writes it, in both alphabets, without Foundation.
public enum Base64 {
    /// Reads one alphabet or the other, never both in one text; padding may be missing, but not be wrong.
    /// - Returns: `nil` for any other byte, for a length that can't be, and for bits left over (RFC 4648, 3.5).
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        // Outer `nil`: the bytes do not lie together.
        if let found = text.withContiguousStorageIfAvailable({ decoded($0) }) { return found }
        return Array(text).withUnsafeBufferPointer { decoded($0) }
    }

    private static func decoded(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var padding = 0
        while padding < text.count, text[text.count - 1 - padding] == UInt8(ascii: "=") { padding += 1 }
        let characters = text.count - padding
        guard characters % 4 != 1, padding == 0 || (text.count % 4 == 0 && padding < 3) else { return nil }
        // Which of the two alphabets' own signs were met, and whether anything else was.
        var met: UInt8 = 0
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        let out = [UInt8](unsafeUninitializedCapacity: characters * 3 / 4) { out, count in
            for index in 0..<characters {
                let value = values[Int(text[index])]
                met |= value & 0xC0
                buffer = buffer << 6 | UInt32(value & 63)
                bits += 6
                guard bits >= 8 else { continue }
                bits -= 8
                out[count] = UInt8(truncatingIfNeeded: buffer >> bits)
                count += 1
            }
        }
        // 0xC0 is both alphabets in one text, or a byte of neither.
        return met == 0xC0 || buffer & ((1 << bits) - 1) != 0 ? nil : out
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

    /// The value of each byte; 0x40 marks a sign of the standard alphabet alone, 0x80 one of the URL-safe, 0xC0 a byte of neither.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xC0, count: 256)
        for (value, letter) in letters.enumerated() { values[Int(letter)] = UInt8(value) }
        for (marks, signs) in [(0x40 as UInt8, "+/"), (0x80, "-_")] {
            for (index, sign) in signs.utf8.enumerated() { values[Int(sign)] = marks | UInt8(62 + index) }
        }
        return values
    }()

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
        if let found = text.withContiguousStorageIfAvailable({ decoded($0) }) { return found }
        return Array(text).withUnsafeBufferPointer { decoded($0) }
    }

    private static func decoded(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(text.count / 2)
        for index in stride(from: 0, to: text.count, by: 2) {
            guard let high = hexValue(text[index]), let low = hexValue(text[index + 1]) else { return nil }
            out.append(high << 4 | low)
        }
        return out
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
