// SPDX-License-Identifier: Apache-2.0
import Crypto
import Essentials
import Foundation
import WireFormats

/// What a placeholder does to its value. An absent value stays absent, except under `default`.
enum Filter: Sendable, Hashable {
    /// Instants (RFC 3339 text) as Unix seconds or milliseconds, as RFC 3339 in seconds, as `2026-10-05 09:30:00` in UTC.
    case unix, unixMilliseconds, iso, utc
    /// Seconds as `mm:ss`, or as milliseconds.
    case minutesSeconds, milliseconds
    /// A text of digits as a JSON number; any scalar as a text.
    case number, text
    /// A decimal without its fraction, as a JSON number.
    case whole
    case digits, lower, upper
    /// `base64url padded` keeps its `=`.
    case base64, base64url, base64urlPadded
    /// Percent-encoded, for an address inside a body.
    case url
    /// `&`, `<`, `>` and quotes as HTML writes them.
    case html
    /// The date of an instant, `2026-10-05`, and the parts of an instant in UTC as numbers.
    case date
    case part(InstantText.Part)
    /// Seconds as minutes, begun ones counted.
    case minutes
    /// JSON of the value, as a text.
    case json
    /// `'` and `\` escaped for a query in single quotes.
    case quoted
    /// A name-based id in a namespace of ours (RFC 9562, 5.5): the same key gives the same id.
    case uuid5
    case cut(Int)
    /// The last digits of a number: what is the same however the rest is written.
    case last(Int)
    case orElse(String)
    /// A text of the recipe's own wherever there is a value.
    case then(String)
    /// The value's place in a table of the recipe; `else` there stands for all others.
    case table(String)
    /// The words before the last one; the last one alone.
    case firstWords, lastWord

    static let names: [String: Filter] = [
        "unix": .unix, "unix ms": .unixMilliseconds, "iso": .iso, "utc": .utc, "mm:ss": .minutesSeconds, "ms": .milliseconds,
        "number": .number, "text": .text, "whole": .whole, "digits": .digits, "lower": .lower, "upper": .upper, "base64": .base64,
        "base64url": .base64url,
        "json": .json, "quoted": .quoted, "uuid5": .uuid5, "first words": .firstWords, "last word": .lastWord,
        "base64url padded": .base64urlPadded, "url": .url, "html": .html, "date": .date, "minutes": .minutes,
        "year": .part(.year), "month": .part(.month), "day": .part(.day), "hour": .part(.hour), "minute": .part(.minute),
        "second": .part(.second),
    ]

    /// Reads `cut 50`, `last 10`, `default "x"`, `then "x"`, `by table` or one of `names`.
    init?(_ text: String) {
        if let filter = Filter.names[text] {
            self = filter
        } else if let rest = text.dropping("cut "), let length = Int(rest), length > 0 {
            self = .cut(length)
        } else if let rest = text.dropping("last "), let length = Int(rest), length > 0 {
            self = .last(length)
        } else if let rest = text.dropping("default "), let quoted = Filter.unquoted(rest) {
            self = .orElse(quoted)
        } else if let rest = text.dropping("then "), let quoted = Filter.unquoted(rest) {
            self = .then(quoted)
        } else if let rest = text.dropping("by "), !rest.isEmpty {
            self = .table(rest)
        } else {
            return nil
        }
    }

    private static func unquoted(_ text: String) -> String? {
        text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : nil
    }

    /// A list is changed element by element, but for `json`.
    func apply(_ value: JSON?, tables: [String: [String: String]] = [:]) -> JSON? {
        if case .orElse(let text) = self { return value ?? .string(text) }
        guard let value else { return nil }
        switch self {
        case .json: return .string(value.text)
        case .then(let text): return .string(text)
        case .table(let name): return (value.scalarText.flatMap { tables[name]?[$0] } ?? tables[name]?["else"]).map(JSON.string)
        default: break
        }
        if case .array(let elements) = value { return .array(elements.compactMap { apply($0) }) }
        guard let text = value.scalarText else { return value }
        return applied(to: text)
    }

    private func applied(to text: String) -> JSON? {
        switch self {
        case .unix: InstantText.parse(text).map { JSON($0.unixSeconds) }
        case .unixMilliseconds: InstantText.parse(text).map { JSON($0.unixMilliseconds) }
        case .iso: InstantText.parse(text).map { .string(InstantText.isoSeconds($0)) }
        case .utc: InstantText.parse(text).map { .string(InstantText.utc($0)) }
        case .minutesSeconds: Int(text).map { .string(String(format: "%02d:%02d", $0 / 60, $0 % 60)) }
        case .milliseconds: Int64(text).map { JSON($0.multipliedReportingOverflow(by: 1000).partialValue) }
        case .number: (try? JSON.parse(text)).flatMap { if case .number = $0 { $0 } else { nil } }
        case .text: .string(text)
        case .whole: Int64(text.prefix { $0 != "." }).map { JSON($0) }
        case .digits: .string(text.filter(\.isASCIIDigit))
        case .lower: .string(text.lowercased())
        case .upper: .string(text.uppercased())
        case .uuid5: .string(Filter.uuid5(text))
        case .cut(let length): .string(String(text.prefix(length)))
        case .firstWords: Filter.words(text).first
        case .lastWord: Filter.words(text).last
        case .json, .orElse: .string(text)
        case .last(let length): .string(String(text.filter(\.isASCIIDigit).suffix(length)))
        default: Filter.encoded(self, text)
        }
    }

    private static func encoded(_ filter: Filter, _ text: String) -> JSON? {
        switch filter {
        case .base64: .string(Data(text.utf8).base64EncodedString())
        case .base64url: .string(base64url(text).replacing("=", with: ""))
        case .base64urlPadded: .string(base64url(text))
        case .url: .string(percentEncoded(text))
        case .html: .string(html(text))
        case .quoted: .string(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))
        case .date: InstantText.parse(text).map { .string(String(InstantText.isoSeconds($0).prefix(10))) }
        case .part(let part): InstantText.parse(text).map { JSON(InstantText.part(part, of: $0)) }
        case .minutes: Int64(text).map { JSON(($0 + 59) / 60) }
        default: .string(text)
        }
    }

    private static func base64url(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }

    private static func html(_ text: String) -> String {
        let names: [(String, String)] = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;")]
        return names.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    /// "Ivan Petrov" → "Ivan" and "Petrov"; of one word there is no first part.
    private static func words(_ text: String) -> (first: JSON?, last: JSON?) {
        let words = text.split(separator: " ")
        guard let last = words.last else { return (nil, nil) }
        return (words.count > 1 ? .string(words.dropLast().joined(separator: " ")) : nil, .string(String(last)))
    }

    private static func uuid5(_ name: String) -> String {
        // 2f6c1d0e-7a54-5b5e-9d0c-6b1c5a0f4e11: drawn once for this product.
        let namespace: [UInt8] = [0x2F, 0x6C, 0x1D, 0x0E, 0x7A, 0x54, 0x5B, 0x5E, 0x9D, 0x0C, 0x6B, 0x1C, 0x5A, 0x0F, 0x4E, 0x11]
        var bytes = Array(Insecure.SHA1.hash(data: namespace + Array(name.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = bytes.map { String(format: "%02x", $0) }.joined()
        let cuts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return cuts.map { String(Array(hex)[$0]) }.joined(separator: "-")
    }
}

extension Character {
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
