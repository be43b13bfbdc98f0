// SPDX-License-Identifier: Apache-2.0

/// A public telephone number in E.164: `+` and at most 15 digits. Prints masked; the digits leave through `e164`.
///
/// Made by `PhoneNumbers` (libphonenumber) only, so that the same caller is the same value everywhere.
public struct PhoneNumber: Hashable, Comparable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The number with its `+`, for storing, comparing and sending; never for a log.
    public let e164: String

    /// Takes `+` and 1…15 ASCII digits as they are; `nil` for anything else. Does not normalise.
    public init?(e164: String) {
        let bytes = e164.utf8
        guard bytes.first == UInt8(ascii: "+"), (2...16).contains(bytes.count),
            bytes.dropFirst().allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        self.e164 = e164
    }

    /// The digits without `+`.
    public var digits: Substring { e164.dropFirst() }

    /// `+7916*****67`: country and area to be recognised by, the last two digits to be told apart by.
    public var masked: String {
        let digits = Array(digits)
        guard digits.count > 7 else { return "+" + String(repeating: "*", count: digits.count) }
        let shown = digits.count - 7
        return "+" + String(digits[..<shown]) + String(repeating: "*", count: 5) + String(digits[(shown + 5)...])
    }

    public var description: String { masked }
    public var debugDescription: String { masked }
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    public static func < (left: PhoneNumber, right: PhoneNumber) -> Bool { left.e164 < right.e164 }
}
