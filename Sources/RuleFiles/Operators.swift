// SPDX-License-Identifier: Apache-2.0

/// What a test may begin with, in English, in Russian and as a symbol (RULES.md 4.6, 4.14).
enum Operator: CaseIterable {
    case atLeast, over, atMost, under, after, before, from, until, inList, startsWith, contains, endsWith, hasAny, hasAll, hasNone

    /// The English words first: they are what fixes and the canonical form say.
    var spellings: [String] { Self.spellingsOf[self] ?? [] }

    private static let spellingsOf = Dictionary(uniqueKeysWithValues: allCases.map { ($0, $0.written) })

    private var written: [String] {
        switch self {
        case .atLeast: ["at least", "не меньше", ">="]
        case .over: ["over", "больше", ">"]
        case .atMost: ["at most", "не больше", "<="]
        case .under: ["under", "меньше", "<"]
        case .after: ["after", "после"]
        case .before: ["before", "раньше"]
        case .from: ["from", "с"]
        case .until: ["until", "до"]
        case .inList: ["in list", "в списке"]
        case .startsWith: ["starts with", "начинается с"]
        case .contains: ["contains", "содержит"]
        case .endsWith: ["ends with", "кончается на"]
        case .hasAny: ["has any", "есть любое"]
        case .hasAll: ["has all", "есть все"]
        case .hasNone: ["has none", "нет ни одного"]
        }
    }

    var english: String { spellings[0] }

    /// Which operators a type takes.
    static func allowed(for type: FactType) -> [Operator] {
        switch type {
        case .count, .number, .days, .money, .duration: [.atLeast, .over, .atMost, .under]
        case .time: [.after, .before, .from, .until]
        case .date: [.after, .before, .from, .until, .inList]
        case .phone: [.inList, .startsWith]
        case .text: [.inList, .startsWith, .contains, .endsWith]
        case .choice: [.inList]
        case .tags: [.hasAny, .hasAll, .hasNone]
        case .yesNo, .weekday: []
        }
    }

    /// The operator that means the same for another type: `over 09:00` is `after 09:00`.
    func counterpart(for type: FactType) -> Operator? {
        let pairs: [(Operator, Operator)] = [(.over, .after), (.under, .before), (.atLeast, .from), (.atMost, .until)]
        for (number, clock) in pairs {
            if self == number, Self.allowed(for: type).contains(clock) { return type == .time && clock == .until ? nil : clock }
            if self == clock, Self.allowed(for: type).contains(number) { return number }
        }
        return nil
    }

    /// The operator at the beginning of a test, with what follows it.
    static func leading(_ text: String) -> (operator: Operator, rest: String, length: Int)? {
        var best: (Operator, String, Int)?
        guard let first = text.unicodeScalars.first, !("0"..."9").contains(first), let near = byFirst[lowercased(first)] else { return nil }
        for (candidate, spelling) in near {
            if (best?.2 ?? 0) < spelling.count {
                guard let rest = rest(of: text, after: spelling) else { continue }
                best = (candidate, rest.text, spelling.count)
            }
        }
        return best.map { ($0.0, $0.1, text.unicodeScalars.count - $0.1.unicodeScalars.count) }
    }

    private static func lowercased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII { return ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar }
        return scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
    }

    /// Operators by the first letter of a spelling.
    private static let byFirst = Dictionary(
        grouping: allCases.flatMap { candidate in candidate.spellings.map { (candidate, $0) } }, by: { $0.1.unicodeScalars.first ?? " " })

    /// What follows a word or symbol at the beginning of a text; `nil` when it does not begin so.
    static func rest(of text: String, after spelling: String) -> (text: String, isEmpty: Bool)? {
        guard let first = text.unicodeScalars.first, let wanted = spelling.unicodeScalars.first, lowercased(first) == wanted else { return nil }
        guard text.count >= spelling.count, text.prefix(spelling.count).lowercased() == spelling else { return nil }
        let rest = text.dropFirst(spelling.count)
        let isWord = spelling.last?.isLetter == true
        if isWord, let next = rest.first, !next.isWhitespace { return nil }
        let trimmed = String(rest.drop(while: \.isWhitespace))
        return (trimmed, trimmed.isEmpty)
    }

    /// Spellings that people try, and what they should write.
    static let attempts: [(String, String)] = [
        ("more than", "over"), ("greater than", "over"), ("above", "over"), ("less than", "under"), ("below", "under"),
        ("not less than", "at least"), ("no less than", "at least"), ("not more than", "at most"), ("no more than", "at most"),
        ("minimum", "at least"), ("maximum", "at most"), ("up to", "at most"), ("earlier than", "before"), ("later than", "after"),
        ("since", "from"), ("till", "until"), ("более", "больше"), ("свыше", "больше"), ("выше", "больше"), ("менее", "меньше"), ("ниже", "меньше"),
        ("не менее", "не меньше"), ("не более", "не больше"), ("от", "не меньше"), ("is", ""), ("equals", ""), ("==", ""), ("=", ""),
        ("!=", "not"), ("<>", "not"), ("≠", "not"), ("≥", "at least"), ("≤", "at most"), ("in", "in list"), ("not in", "not in list"),
        ("begins with", "starts with"), ("начиная с", "начинается с"), ("заканчивается на", "кончается на"),
    ]
}
