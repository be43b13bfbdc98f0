// SPDX-License-Identifier: Apache-2.0
import CallModel
public import Decisions

extension CellWording {
    /// A set of values as a cell would say it: `under 300 000`, `site, shop`, `not other`, `20:00 to 09:00`.
    public func set(_ values: IntervalSet) -> String {
        guard case .scale(let domain) = fact.domain else { return words("any", "любое") }
        if values == IntervalSet([domain]) { return words("known", "известно") }
        switch fact.type {
        case .choice, .yesNo, .weekday: return listed(values, domain)
        case .time: return times(values)
        default: return values.ranges.map { range($0, domain) }.joined(separator: ", ")
        }
    }

    private func words(_ english: String, _ russian: String) -> String { language == .ru ? russian : english }

    /// Each value, or those that are left out where these are fewer.
    private func listed(_ values: IntervalSet, _ domain: ClosedRange<Int64>) -> String {
        let rest = values.complement(in: domain)
        func texts(_ set: IntervalSet) -> String {
            set.ranges.flatMap { Array($0.clamped(to: domain)) }.map { value($0) }.joined(separator: ", ")
        }
        let count = { (set: IntervalSet) in set.ranges.reduce(0) { $0 + $1.count } }
        return count(rest) * 2 < count(values) ? "\(words("not", "не")) \(texts(rest))" : texts(values)
    }

    private func times(_ values: IntervalSet) -> String {
        var ranges = values.ranges
        if ranges.count > 1, let first = ranges.first, let last = ranges.last, first.lowerBound == 0, last.upperBound == 1439 {
            ranges = [last.lowerBound...(1440 + first.upperBound)] + ranges.dropFirst().dropLast()
        }
        return ranges.map { range in
            let (start, end) = (value(range.lowerBound), value((range.upperBound + 1) % 1440))
            if range.upperBound == 1439 { return "\(words("from", "с")) \(start)" }
            return range.lowerBound == 0 ? "\(words("before", "раньше")) \(end)" : words("\(start) to \(end)", "от \(start) до \(end)")
        }.joined(separator: ", ")
    }

    /// A range of a scale with the bound that is written shorter: `under 300 000` rather than `at most 299 999.99`.
    private func range(_ range: ClosedRange<Int64>, _ domain: ClosedRange<Int64>) -> String {
        if range.lowerBound == range.upperBound { return value(range.lowerBound) }
        let isDate = fact.type == .date
        if range.lowerBound <= domain.lowerBound {
            let (last, next) = (value(range.upperBound), value(range.upperBound + 1))
            if isDate { return "\(words("until", "до")) \(last)" }
            return next.count < last.count ? "\(words("under", "меньше")) \(next)" : "\(words("at most", "не больше")) \(last)"
        }
        if range.upperBound >= domain.upperBound {
            let (first, previous) = (value(range.lowerBound), value(range.lowerBound - 1))
            if isDate { return "\(words("from", "с")) \(first)" }
            return previous.count < first.count ? "\(words("over", "больше")) \(previous)" : "\(words("at least", "не меньше")) \(first)"
        }
        let (last, next) = (value(range.upperBound), value(range.upperBound + 1))
        if next.count < last.count { return words("\(value(range.lowerBound)) to below \(next)", "от \(value(range.lowerBound)) и меньше \(next)") }
        return "\(value(range.lowerBound)) .. \(last)"
    }
}
