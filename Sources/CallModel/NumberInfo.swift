// SPDX-License-Identifier: Apache-2.0
import CPhoneNumber

/// What libphonenumber knows of a public number beside its E.164 form.
public struct NumberInfo: Hashable, Sendable {
    /// What kind of line it is, as far as its digits tell. `fixedOrMobile` where a country does not tell them apart (the USA, Canada).
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case fixed, mobile
        case fixedOrMobile = "fixed or mobile"
        case tollFree = "toll-free"
        case premium
        case sharedCost = "shared cost"
        case voip = "VoIP"
        case personal, pager
        /// A universal access number of a company.
        case company
        case voicemail, unknown
    }

    /// The number exists in its country's plan; otherwise only its length is possible.
    public let isValid: Bool
    public let kind: Kind
    /// ISO 3166 (`RU`); `nil` for numbers of no single country.
    public let country: String?
    private let areas: [Language: String]

    /// Town, district or, where the digits tell no more, country: `Moscow`, `Москва`. `nil` where nothing is known.
    public func area(_ language: Language) -> String? { areas[language] }

    init(of number: PhoneNumber) {
        var info = cpn_info()
        let isKnown = number.e164.withCString { cpn_describe($0, &info) } == 1
        isValid = isKnown && info.is_valid == 1
        // In the order of PhoneNumberUtil::PhoneNumberType.
        let kinds: [Kind] = [
            .fixed, .mobile, .fixedOrMobile, .tollFree, .premium, .sharedCost, .voip, .personal, .pager, .company, .voicemail, .unknown,
        ]
        kind = isKnown && kinds.indices.contains(Int(info.type)) ? kinds[Int(info.type)] : .unknown
        let letters = withUnsafeBytes(of: info.region) { Array($0.prefix { $0 != 0 }) }
        country = letters.isEmpty ? nil : String(decoding: letters, as: UTF8.self)
        areas = Dictionary(
            uniqueKeysWithValues: Language.allCases.compactMap { language in NumberInfo.area(number, language).map { (language, $0) } })
    }

    private static func area(_ number: PhoneNumber, _ language: Language) -> String? {
        var buffer = [CChar](repeating: 0, count: 200)
        let length = number.e164.withCString { text in language.rawValue.withCString { cpn_area(text, $0, &buffer, buffer.count) } }
        return length == 0 ? nil : String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// What sort of caller a PBX named.
public enum CallerKind: String, Hashable, Sendable, CaseIterable {
    /// A public number.
    case number
    case withheld
    /// A number inside the company: two to six digits.
    case `extension`
    /// An emergency, directory or service number of the country's networks.
    case short
    /// A SIP address whose user is no number.
    case sip
    /// Anything else.
    case unreadable
}

extension PhoneNumbers {
    private static let infos = NumberMemory<PhoneNumber, NumberInfo>()

    /// What is known of a number. Remembered, since a first look takes some ten microseconds, and a country's first some milliseconds.
    public func info(of number: PhoneNumber) -> NumberInfo { PhoneNumbers.infos.value(number) { NumberInfo(of: number) } }

    /// - Parameter region: the country whose short numbers are meant.
    public func kind(of caller: Caller, region: String) -> CallerKind {
        switch caller {
        case .number: return .number
        case .withheld: return .withheld
        case .unreadable(let text):
            let user = PhoneNumbers.addressUser(text)
            let digits = user ?? text
            guard (2...6).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return user == nil ? .unreadable : .sip
            }
            return digits.withCString { digits in region.withCString { cpn_is_short(digits, $0) } } == 1 ? .short : .extension
        }
    }
}
