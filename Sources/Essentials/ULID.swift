// SPDX-License-Identifier: Apache-2.0

/// A 128-bit identifier that sorts by its time: 48 bits of Unix milliseconds, then 80 random bits.
///
/// Written as 26 characters of Crockford's base 32 (github.com/ulid/spec). Calls, leads, decisions and outbox
/// entries carry one, minted when they are first seen.
public struct ULID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    public init(at instant: Instant, random: some RandomSource) {
        let bytes = random.bytes(10)
        let milliseconds = UInt64(clamping: instant.unixMilliseconds) & 0xFFFF_FFFF_FFFF
        high = milliseconds << 16 | UInt64(bytes[0]) << 8 | UInt64(bytes[1])
        low = bytes[2...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads the 26-character form, in either case; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        // An array first: over the generic view each byte would be a call through a table, and every stored row has several.
        let bytes = Array(text.utf8)
        guard bytes.count == 26 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            let value = Self.values[Int(byte)]
            guard value < 32, index > 0 || value < 8 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value)
        }
        self.high = high
        self.low = low
    }

    public var description: String {
        var bytes = [UInt8](repeating: 0, count: 26)
        var (high, low) = (high, low)
        for index in stride(from: 25, through: 0, by: -1) {
            bytes[index] = Self.alphabet[Int(low & 31)]
            low = low >> 5 | high << 59
            high >>= 5
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    public static func < (left: ULID, right: ULID) -> Bool { (left.high, left.low) < (right.high, right.low) }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, byte) in alphabet.enumerated() {
            values[Int(byte)] = UInt8(value)
            values[Int(byte | 0x20)] = byte >= 0x41 ? UInt8(value) : values[Int(byte | 0x20)]
        }
        return values
    }()
}
