// SPDX-License-Identifier: Apache-2.0
public import Decisions

/// The types that facts.yaml knows (RULES.md 4.6).
public enum FactType: String, Hashable, Sendable, CaseIterable {
    case choice
    case yesNo = "yes/no"
    case count
    case number
    case days
    case money
    case duration
    case time
    case weekday
    case date
    case phone
    case text
    case tags

    /// Decimal places kept: a number is a multiple of 10^-places.
    public var places: Int {
        switch self {
        case .number: 6
        case .money: 2
        default: 0
        }
    }

    /// Values as whole numbers: hundredths of money, milliseconds, minutes of the day, days since 1970, digits of a phone.
    /// - Parameter words: how many words a choice declares.
    public func domain(words: Int) -> Domain {
        switch self {
        case .choice: .scale(0...Int64(max(1, words) - 1))
        case .yesNo: .scale(0...1)
        case .count, .days: .scale(0...1_000_000_000_000)
        case .number: .scale(-Self.numberMax...Self.numberMax)
        case .money: .scale(0...100_000_000_000_000_000)
        case .duration: .scale(0...1_000_000_000_000_000)
        case .time: .scale(0...1439)
        case .weekday: .scale(0...6)
        case .date: .scale(CivilDate.first...CivilDate.last)
        case .phone: .scale(DigitKey.domain)
        case .text: .text
        case .tags: .tags
        }
    }

    static let numberMax: Int64 = 9_000_000_000_000_000_000

    /// Values can be less and greater.
    public var hasOrder: Bool {
        switch self {
        case .count, .number, .days, .money, .duration, .time, .date: true
        default: false
        }
    }
}
