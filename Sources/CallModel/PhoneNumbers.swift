// SPDX-License-Identifier: Apache-2.0
import CPhoneNumber

/// Reads telephone numbers as PBXs and people write them, into E.164, everywhere the same.
///
/// Understood are E.164, digits without plus, national forms of a region, `00` for `+`, a space where a `+` was lost in
/// a form, and SIP, SIPS and tel addresses. Letters are never turned into digits. Results are remembered (a bounded
/// memory shared by all values), because libphonenumber takes some ten microseconds a number. Safe to use from many threads.
public struct PhoneNumbers: Sendable {
    public init() {}

    /// Who calls, from what a PBX sent for the number.
    /// - Parameters:
    ///   - text: as it came; `nil` when the PBX sent nothing about the caller. The empty text is a withheld number.
    ///   - region: ISO 3166 code of the country whose national forms are meant.
    ///   - withheld: further words of that PBX for a withheld number, compared without case.
    /// - Returns: `nil` only for `nil`.
    public func caller(_ text: String?, region: String, withheld: [String] = []) -> Caller? {
        guard let text else { return nil }
        if withheld.contains(where: { PhoneNumbers.sameWord($0, text) }) { return .withheld }
        if let number = number(text, region: region) { return .number(number) }
        let word = PhoneNumbers.addressUser(text) ?? text
        let isWithheld = PhoneNumbers.isBlank(word) || (withheld + PhoneNumbers.withheldWords).contains { PhoneNumbers.sameWord($0, word) }
        return isWithheld ? .withheld : .unreadable(PhoneNumbers.shown(text))
    }

    /// A number in E.164; `nil` for anything that is no public number: extensions, short codes, words, two numbers in one.
    ///
    /// Written with its country code a number need only be possible by its length; in a national form it must be valid,
    /// or an extension would pass for a number of the town.
    public func number(_ text: String, region: String) -> PhoneNumber? {
        guard text.utf8.count <= PhoneNumbers.bytesMax else { return nil }
        return PhoneNumbers.memory.value(Dialled(text: text, region: region)) { PhoneNumbers.read(text, region: region) }
    }

    /// Whether libphonenumber knows the region's numbers ("RU").
    public static func knowsRegion(_ region: String) -> Bool {
        region.utf8.count == 2 && region.withCString { cpn_knows_region($0) } == 1
    }

    /// The user part of a SIP, SIPS or tel address, bare or in angle brackets (`"Ann" <sip:+7…@host>`); `nil` for other texts.
    public static func addressUser(_ text: String) -> String? {
        guard text.utf8.contains(UInt8(ascii: ":")) else { return nil }
        var rest = text[...]
        if let open = rest.lastIndex(of: "<") { rest = rest[rest.index(after: open)...] }
        let schemes = ["sip:", "sips:", "tel:"]
        guard let scheme = schemes.first(where: { rest.prefix($0.count).lowercased() == $0 }) else { return nil }
        let ends: [UInt8] = Array("@;?>".utf8)
        let user = rest.dropFirst(scheme.count).utf8.prefix { !ends.contains($0) }
        return String(decoding: user, as: UTF8.self).replacing("%2B", with: "+").replacing("%2b", with: "+")
    }

    struct Dialled: Hashable, Sendable {
        let text: String
        let region: String
    }
    private static let memory = NumberMemory<Dialled, PhoneNumber?>()

    /// Longer texts are no numbers: a SIP address has room in it.
    static let bytesMax = 256

    /// Words that systems put for a number that the caller withheld (RFC 3323 and the habits of Asterisk, FreeSWITCH and carriers).
    static let withheldWords = [
        "anonymous", "restricted", "private", "withheld", "unavailable", "unknown", "<unknown>", "hidden", "blocked", "anonymous.invalid",
    ]

    private static func read(_ text: String, region: String) -> PhoneNumber? {
        guard var digits = candidate(addressUser(text) ?? text) else { return nil }
        let isInternational: Bool
        if digits.hasPrefix("+") {
            isInternational = true
        } else if digits.hasPrefix("00") {
            digits = "+" + digits.dropFirst(2)
            isInternational = true
        } else {
            isInternational = false
        }
        if let (number, isValid) = library(digits, region: region), isInternational || isValid { return number }
        // Digits without plus from abroad, as Mango, Plivo and Vonage write them.
        guard !isInternational, digits.utf8.count >= 10, let (number, isValid) = library("+" + digits, region: region), isValid else { return nil }
        return number
    }

    /// Digits with perhaps a `+`, from text that holds nothing but digits and the usual separators; `nil` for anything else.
    private static func candidate(_ text: String) -> String? {
        var out = ""
        var hasDigit = false
        for (index, scalar) in text.unicodeScalars.enumerated() {
            switch scalar {
            case "+", "\u{FF0B}":
                guard !hasDigit, out.isEmpty else { return nil }
                out = "+"
            case "(", ")", "-", ".", "/", "\u{2010}", "\u{2011}", "\u{2013}", "\u{A0}": break
            case " ": if index == 0 { out = "+" }
            default:
                guard let digit = scalar.properties.numericType == .decimal ? scalar.properties.numericValue : nil else { return nil }
                out += String(Int(digit))
                hasDigit = true
            }
        }
        // A space in front of something that is no international number was just a space.
        if text.hasPrefix(" "), !text.hasPrefix("  "), out.utf8.count < 9 { return nil }
        return (7...20).contains(out.utf8.count) ? out : nil
    }

    private static func library(_ text: String, region: String) -> (PhoneNumber, isValid: Bool)? {
        var text = text
        var buffer = [CChar](repeating: 0, count: Int(CPN_E164_MAX))
        let found = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                region.withCString { cpn_e164(characters.baseAddress, characters.count, $0, &buffer) }
            }
        }
        guard found != 0 else { return nil }
        let e164 = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return PhoneNumber(e164: e164).map { ($0, found == 1) }
    }

    private static func sameWord(_ word: String, _ text: String) -> Bool {
        word.utf8.count == text.utf8.count && (word == text || word.lowercased() == text.lowercased())
    }

    private static func isBlank(_ text: String) -> Bool { text.utf8.allSatisfy { $0 == 0x20 } }

    /// What came, cut and without control characters, to be shown.
    private static func shown(_ text: String) -> String {
        let cut = String(decoding: text.utf8.prefix(100), as: UTF8.self)
        return String(String.UnicodeScalarView(cut.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}
