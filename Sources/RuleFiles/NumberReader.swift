// SPDX-License-Identifier: Apache-2.0

/// Exact decimals as people write them: `300 000`, `49999.99`, `-5`.
enum NumberReader {
    /// Spaces that may stand between thousands.
    private static let spaces: Set<Character> = [" ", "\u{A0}", "\u{2009}", "\u{202F}", "\u{2007}"]
    private static let multiples: [(String, Int64)] = [
        ("тыс.", 1000), ("тыс", 1000), ("т.р.", 1000), ("k", 1000), ("к", 1000), ("thousand", 1000), ("млн.", 1_000_000),
        ("млн", 1_000_000), ("mln", 1_000_000), ("million", 1_000_000), ("m", 1_000_000), ("м", 1_000_000),
    ]
    private static let units = [
        "rub", "руб.", "руб", "р.", "р", "₽", "eur", "€", "usd", "$", "%", "days", "day", "дней", "дня", "день", "шт", "шт.", "pcs",
    ]

    /// - Parameter places: decimal places that the type keeps; the result is the number times 10^places.
    static func read(_ text: String, _ type: FactType) throws(Mistake) -> Int64 {
        if let value = plain(text, places: type.places) {
            guard type == .number || value >= 0 else { throw Mistake("a \(type.rawValue) is not below 0", fix: "a number from 0 up") }
            return value
        }
        throw mistake(text, type)
    }

    /// Digits, alone or in groups of three behind single spaces: nearly all numbers. `nil`: look closer.
    static func quick(_ text: String, places: Int) -> Int64? {
        var (value, digits, group): (Int64, Int, Int) = (0, 0, -1)
        for byte in text.utf8 {
            if (0x30...0x39).contains(byte) {
                value = value * 10 + Int64(byte - 0x30)
                digits += 1
                if group >= 0 { group += 1 }
                // Twelve digits and six places stay below 2⁶³.
                guard digits <= 12, group <= 3 else { return nil }
            } else if byte == 0x20 {
                guard group == 3 || (group == -1 && (1...3).contains(digits)) else { return nil }
                group = 0
            } else {
                return nil
            }
        }
        guard digits > 0, group == -1 || group == 3 else { return nil }
        return (0..<places).reduce(value) { value, _ in value * 10 }
    }

    /// The value of a well-formed number; `nil` for anything else.
    static func plain(_ text: String, places: Int) -> Int64? {
        if let quick = quick(text, places: places) { return quick }
        var digits: Int64 = 0
        var state = (whole: 0, group: -1, decimals: -1)
        var isNegative = false
        for (index, character) in text.enumerated() {
            if index == 0, character == "-" || character == "−" {
                isNegative = true
            } else if let digit = character.wholeNumberValue, character.isASCII {
                if state.decimals >= 0 {
                    state.decimals += 1
                    guard state.decimals <= places else {
                        if digit == 0 { continue }
                        return nil
                    }
                } else {
                    state.whole += 1
                    if state.group >= 0 { state.group += 1 }
                }
                let (scaled, overflow) = digits.multipliedReportingOverflow(by: 10)
                guard !overflow, scaled <= .max - Int64(digit) else { return nil }
                digits = scaled + Int64(digit)
            } else if spaces.contains(character) {
                guard state.decimals < 0, state.whole > 0, state.group == 3 || (state.group < 0 && state.whole <= 3) else { return nil }
                state.group = 0
            } else if character == ".", state.decimals < 0, state.whole > 0 {
                state.decimals = 0
            } else {
                return nil
            }
        }
        guard state.whole > 0, state.group < 0 || state.group == 3, state.decimals != 0 else { return nil }
        return scale(digits, by: places - max(0, min(state.decimals, places)), negative: isNegative)
    }

    private static func scale(_ digits: Int64, by zeros: Int, negative: Bool) -> Int64? {
        var value = digits
        for _ in 0..<zeros {
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = scaled
        }
        return negative ? -value : value
    }

    /// What is wrong with a text that `plain` could not read, and what was probably meant.
    private static func mistake(_ text: String, _ type: FactType) -> Mistake {
        let meant = meant(text, type)
        let fix = meant.map { written($0, places: type.places) }
        let lower = folded(text)
        if let digits = zip(lower, lower.dropFirst()).first(where: { $0.isWholeNumber && $1 == "," }) {
            return Mistake("\"\(text)\" has a comma after \(digits.0); thousands are set apart by spaces, decimals by a point", fix: fix)
        }
        if let multiple = multiples.first(where: { lower.hasSuffix($0.0) && lower.contains(where: \.isWholeNumber) }) {
            return Mistake("\"\(multiple.0)\" in \"\(text)\" is no number; write all digits", fix: fix)
        }
        if let unit = units.first(where: { lower.hasSuffix($0) || lower.hasPrefix($0) }) {
            return Mistake("the unit \"\(unit)\" does not stand in a cell: the fact has its unit", fix: fix)
        }
        if type.places == 0, lower.contains(".") { return Mistake("a \(type.rawValue) is a whole number", fix: fix) }
        if type == .money, let point = lower.lastIndex(of: "."), lower.distance(from: point, to: lower.endIndex) > 3 {
            return Mistake("money has two decimals at the most", fix: fix)
        }
        if fix != nil { return Mistake("\"\(text)\" is not written as a number", fix: fix) }
        return Mistake("\"\(text)\" is no number", fix: "write digits, such as 300 000")
    }

    /// Whether a word multiplies the number before it: `млн`, `thousand`.
    static func isMultiple(_ word: String) -> Bool { multiples.contains { $0.0 == folded(word) } }

    /// The number that a person meant, scaled; only where there is little doubt.
    private static func meant(_ text: String, _ type: FactType) -> Int64? {
        var lower = folded(text)
        var factor: Int64 = 1
        for unit in units where lower.hasSuffix(unit) { lower = String(lower.dropLast(unit.count)).trimmed }
        for unit in units where lower.hasPrefix(unit) { lower = String(lower.dropFirst(unit.count)).trimmed }
        if let multiple = multiples.first(where: { lower.hasSuffix($0.0) }) {
            lower = String(lower.dropLast(multiple.0.count)).trimmed
            factor = multiple.1
        }
        lower = String(lower.map { ["о": "0", "o": "0", "з": "3", "l": "1"][$0] ?? $0 })
        lower.removeAll { spaces.contains($0) || $0 == "'" || $0 == "_" }
        let groups = lower.split(separator: ",", omittingEmptySubsequences: false)
        if groups.count > 1 {
            let isThousands = groups.dropFirst().allSatisfy { $0.prefix { $0 != "." }.count == 3 } && factor == 1
            lower = isThousands ? groups.joined() : groups.count == 2 ? groups.joined(separator: ".") : lower
        } else if lower.filter({ $0 == "." }).count > 1 {
            lower.removeAll { $0 == "." }
        }
        guard let value = plain(lower, places: 6) else { return nil }
        let (full, overflow) = value.multipliedReportingOverflow(by: factor)
        if overflow || (full < 0 && type != .number) { return nil }
        let unit: Int64 = type.places == 6 ? 1 : type.places == 2 ? 10_000 : 1_000_000
        return full / unit
    }

    /// A scaled number as it is written in a rule: `300 000`, `49 999.99`.
    static func written(_ value: Int64, places: Int) -> String {
        var digits = String(value.magnitude)
        while digits.count <= places { digits = "0" + digits }
        let whole = digits.dropLast(places)
        var decimals = digits.suffix(places)
        while decimals.last == "0" { decimals = decimals.dropLast() }
        if places == 2, decimals.count == 1 { decimals += "0" }
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { grouped += " " }
            grouped.append(digit)
        }
        return (value < 0 ? "-" : "") + grouped + (decimals.isEmpty ? "" : "." + decimals)
    }
}

/// Decimals as texts, for values that come from outside of files.
public enum DecimalText {
    /// - Returns: the number times 10^places; `nil` when it is no number, does not fit, or has more decimals.
    public static func value(_ text: String, places: Int) -> Int64? { NumberReader.plain(text, places: places) }
}
