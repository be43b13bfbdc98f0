// SPDX-License-Identifier: Apache-2.0
import Decisions
import Foundation

/// Ranges and comparisons of types that have an order. What the ends mean is the type's to say (RULES.md 4.6): both in for
/// money, durations, days of the week and dates; end out for times; for the other numbers `..` has both in, `to` the end out.
struct RangeReader {
    let fact: FactDeclaration
    private var type: FactType { fact.type }

    init(fact: FactDeclaration) { self.fact = fact }

    /// - Returns: `nil` when the text is no range.
    func range(_ text: String) throws(Mistake) -> IntervalSet? {
        guard let ends = try ends(of: text) else { return nil }
        if type == .weekday { return try weekdays(ends) }
        if type == .date { return try dates(ends) }
        if type == .time { return try times(ends) }
        let reader = ValueReader(fact: fact)
        let first = try reader.read(ends.first)
        let last = try moved(ends) { () throws(Mistake) in try reader.read(ends.last) }
        let isEndOut = ends.isWord && (type == .count || type == .number || type == .days)
        guard isEndOut ? first < last : first <= last else {
            let fix = first == last ? "\(ends.first) .. \(ends.last)" : ends.joined(ends.last, ends.first)
            throw Mistake("\"\(text)\" holds for nothing: it begins behind its end", fix: fix, code: "E02")
        }
        return IntervalSet([first...(isEndOut ? last - 1 : last)])
    }

    private struct Ends {
        let first: String
        let last: String
        let isWord: Bool
        /// Where the second value begins, in scalars.
        let offset: Int
        let joined: (String, String) -> String
    }

    private func moved<T>(_ ends: Ends, _ read: () throws(Mistake) -> T) throws(Mistake) -> T {
        do { return try read() } catch { throw error.moved(by: ends.offset) }
    }

    private func ends(of text: String) throws(Mistake) -> Ends? {
        guard text.holds("..") || text.holds(" to ") || text.holds(" до ") else {
            try refuseAttempts(text)
            return nil
        }
        if text.holds("...") { try refuseAttempts(text) }
        if let rest = Operator.rest(of: text, after: "up to"), !rest.isEmpty { throw Mistake("\"up to\" is no test", fix: "at most \(rest.text)") }
        for (head, separator) in [("", ".."), ("", " to "), ("от ", " до "), ("с ", " до ")] {
            guard folded(text).hasPrefix(head.trimmed), let place = text.range(of: separator) else { continue }
            let first = String(text[..<place.lowerBound].dropFirst(head.count)).trimmed
            let last = String(text[place.upperBound...])
            guard !first.isEmpty, !last.trimmed.isEmpty else {
                throw Mistake("a range has two ends", fix: first.isEmpty ? "at most \(last.trimmed)" : "at least \(first)")
            }
            let lead = last.prefix { $0.isWhitespace }.count
            return Ends(
                first: first, last: last.trimmed, isWord: separator != "..",
                offset: text[..<place.upperBound].unicodeScalars.count + lead
            ) { "\(head)\($0)\(separator == ".." ? " .. " : separator)\($1)" }
        }
        try refuseAttempts(text)
        return nil
    }

    /// `100-200`, `between 10 and 20`, `09:00 – 18:00`.
    private func refuseAttempts(_ text: String) throws(Mistake) {
        // Only what is looked for below has a dash, dots, or a letter of "between" or "между" in front.
        guard text.utf8.contains(where: { $0 >= 0x80 || $0 == 0x2D }) || text.holds("...") || text.utf8.first.map({ $0 | 0x20 }) == 0x62 else {
            return
        }
        var body = text
        var separators = [" - ", " – ", "–", "—", "...", "…"]
        if let rest = Operator.rest(of: text, after: "between") {
            body = rest.text
            separators = [" and "]
        } else if let rest = Operator.rest(of: text, after: "между") {
            body = rest.text
            separators = [" и "]
        } else if type == .weekday || (type != .date && text.first?.isNumber == true) {
            separators.append("-")
        }
        for separator in separators {
            let parts = body.components(separatedBy: separator).map(\.trimmed)
            guard parts.count == 2, !parts.contains("") else { continue }
            let joiner = type == .time ? "to" : ".."
            throw Mistake("\"\(text)\" is not written as a range", fix: "\(parts[0]) \(joiner) \(parts[1])")
        }
    }

    private func weekdays(_ ends: Ends) throws(Mistake) -> IntervalSet {
        let first = try TimeReader.weekday(ends.first)
        let last = try moved(ends) { () throws(Mistake) in try TimeReader.weekday(ends.last) }
        return first <= last ? IntervalSet([first...last]) : IntervalSet([first...6, 0...last])
    }

    private func times(_ ends: Ends) throws(Mistake) -> IntervalSet {
        let first = try TimeReader.time(ends.first)
        let last = try moved(ends) { () throws(Mistake) in try TimeReader.time(ends.last, isEnd: true) }
        if first == last {
            throw Mistake("a range of time that ends when it begins holds for nothing", fix: "leave the cell out for the whole day", code: "E02")
        }
        if first < last { return IntervalSet([first...(last - 1)]) }
        return IntervalSet(last == 0 ? [first...1439] : [first...1439, 0...(last - 1)])
    }

    private func dates(_ ends: Ends) throws(Mistake) -> IntervalSet {
        let first = try DateReader.read(ends.first)
        let last = try moved(ends) { () throws(Mistake) in try DateReader.read(ends.last) }
        switch (first, last) {
        case (.day, .yearly), (.yearly, .day):
            throw Mistake("one end has a year and the other has none", fix: "give both a year, or neither")
        default: break
        }
        let set = IntervalSet(DateReader.range(from: first, to: last))
        if set.isEmpty {
            throw Mistake("the range of dates begins behind its end", fix: ends.joined(ends.last, ends.first), code: "E02")
        }
        return set
    }

    func compare(_ wanted: Operator, _ text: String) throws(Mistake) -> IntervalSet {
        guard case .scale(let domain) = fact.domain else { return .empty }
        let value: Int64
        switch type {
        case .time: value = try TimeReader.time(text, isEnd: wanted == .before || wanted == .until)
        case .date:
            guard case .day(let day) = try DateReader.read(text) else {
                throw Mistake("\"\(wanted.english)\" needs a date with a year", fix: "such as \(wanted.english) 2026-03-08")
            }
            value = day
        default: value = try ValueReader(fact: fact).read(text)
        }
        let range: (low: Int64, high: Int64)
        switch wanted {
        case .atLeast, .from: range = (value, domain.upperBound)
        case .over, .after: range = (value + 1, domain.upperBound)
        case .atMost: range = (domain.lowerBound, value)
        case .until: range = (domain.lowerBound, type == .time ? value - 1 : value)
        default: range = (domain.lowerBound, value - 1)
        }
        guard range.low <= range.high else {
            throw Mistake("\"\(wanted.english) \(text)\" holds for nothing", fix: "choose another bound", code: "E02")
        }
        return IntervalSet([range.low...range.high])
    }
}
