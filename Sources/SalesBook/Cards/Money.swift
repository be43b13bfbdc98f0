// SPDX-License-Identifier: Apache-2.0

/// An amount in whole minor units (kopecks, cents) of an ISO 4217 currency; never floating point (MEASURES.md G1).
public struct Money: Hashable, Sendable {
    /// Minor units; negative for a refund. At most `minorMax` either way.
    public let minor: Int64
    /// Three upper-case letters.
    public let currency: String

    /// Ten trillion roubles: far above any deal, and a million of them still add up inside `Int64`.
    public static let minorMax: Int64 = 1_000_000_000_000_000

    public init(minor: Int64, currency: String) {
        self.minor = minor
        self.currency = currency
    }

    /// Reads `300000`, `300 000.50`, `-12.5`: digits, thousands apart by (any width of) space, a point and at most the currency's digits.
    ///
    /// A comma is refused, not guessed at: `12,500` is twelve and a half in one country and twelve thousand in another.
    ///
    /// - Parameter field: the name that an error speaks of.
    /// - Throws: `BookError.invalid` saying what would be right.
    public static func parse(_ text: String, currency: String, field: String = "amount") throws(BookError) -> Money {
        guard isCurrency(currency) else {
            throw .invalid("currency", en: "three upper-case letters are needed, like RUB", ru: "нужны три заглавные буквы, например RUB")
        }
        guard !text.contains(",") else {
            throw .invalid(field, en: "write kopecks and cents after a point: 12.50", ru: "копейки пишут через точку: 12.50")
        }
        guard let minor = minorUnits(text, digits: digits(of: currency)) else {
            throw .invalid(
                field, en: "an amount is needed, like 300000 or 300 000.50", ru: "нужна сумма, например 300000 или 300 000.50")
        }
        return Money(minor: minor, currency: currency)
    }

    /// The plain form for programs: `300000.00`.
    public var decimal: String {
        let digits = Money.digits(of: currency)
        let (whole, fraction) = minor.magnitude.quotientAndRemainder(dividingBy: Money.scale(digits))
        let sign = minor < 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let tail = String(fraction)
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - tail.utf8.count) + tail
    }

    /// The form for people: `300 000.00 RUB`, thousands apart by no-break spaces.
    public var readable: String {
        let parts = decimal.split(separator: ".", maxSplits: 1)
        let negative = decimal.hasPrefix("-")
        let whole = Array(parts[0].drop { $0 == "-" })
        var grouped = negative ? "−" : ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { grouped += "\u{A0}" }
            grouped.append(digit)
        }
        return grouped + (parts.count > 1 ? ".\(parts[1])" : "") + "\u{A0}" + currency
    }

    static func isCurrency(_ text: String) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy { (0x41...0x5A).contains($0) }
    }

    /// Digits after the point (ISO 4217, list one, "minor unit"); two unless listed.
    private static func digits(of currency: String) -> Int {
        switch currency {
        case "JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "RWF", "XAF", "XOF", "XPF", "KMF", "DJF", "GNF", "BIF", "VUV": 0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        default: 2
        }
    }

    private static func scale(_ digits: Int) -> UInt64 { (0..<digits).reduce(1) { value, _ in value * 10 } }

    private static func minorUnits(_ text: String, digits: Int) -> Int64? {
        var rest = Substring(text.trimmingSpaces())
        let negative = rest.first == "-" || rest.first == "−"
        if negative { rest = rest.dropFirst() }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let whole = ungrouped(first) else { return nil }
        let fraction = parts.count > 1 ? parts[1] : ""
        guard parts.count == 1 || !fraction.isEmpty, fraction.utf8.count <= digits, isDigits(fraction) else { return nil }
        let padded = whole + fraction + String(repeating: "0", count: digits - fraction.utf8.count)
        guard padded.utf8.count <= 18, let value = Int64(padded), value <= minorMax else { return nil }
        return negative ? -value : value
    }

    /// Digits with their thousands joined; `nil` where a group is not of three.
    private static func ungrouped(_ text: Substring) -> String? {
        let groups = text.split(omittingEmptySubsequences: false, whereSeparator: \.isSpaceInNumber)
        guard let head = groups.first, !head.isEmpty, groups.allSatisfy({ isDigits($0) }) else { return nil }
        guard groups.count == 1 || (head.utf8.count <= 3 && groups.dropFirst().allSatisfy { $0.utf8.count == 3 }) else { return nil }
        return groups.joined()
    }

    private static func isDigits(_ text: Substring) -> Bool { text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
}

extension Character {
    /// Space, no-break space, narrow no-break space, thin space: what people and spreadsheets put between thousands.
    fileprivate var isSpaceInNumber: Bool { self == " " || self == "\u{A0}" || self == "\u{202F}" || self == "\u{2009}" }
}

extension String {
    /// The text without white space at its ends.
    func trimmingSpaces() -> String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(self[first...last])
    }
}
