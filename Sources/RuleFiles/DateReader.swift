// SPDX-License-Identifier: Apache-2.0

/// A date with a year, or one that comes every year.
enum NamedDate: Hashable {
    case day(Int64)
    case yearly(month: Int64, day: Int64)
}

enum DateReader {
    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    ]
    private static let russianMonths = [
        "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря",
    ]

    static func read(_ text: String) throws(Mistake) -> NamedDate {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        if parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2])
        {
            guard CivilDate.years.contains(year), CivilDate.isValid(year: year, month: month, day: day) else {
                throw Mistake("\"\(text)\" is no day of the calendar", fix: "a day that exists, from 1900 to 2199")
            }
            return .day(CivilDate.days(year: year, month: month, day: day))
        }
        if let yearly = try yearly(text) { return yearly }
        throw Mistake("\"\(text)\" is not written as a date", fix: meant(text) ?? "such as 2026-03-08 or 8 March")
    }

    private static func yearly(_ text: String) throws(Mistake) -> NamedDate? {
        let words = text.split(separator: " ")
        guard words.count == 2, let day = Int64(words[0]) else { return nil }
        let name = folded(String(words[1]))
        guard let index = months.firstIndex(of: name) ?? russianMonths.firstIndex(of: name) else {
            guard let near = closest(name, among: months + russianMonths) else { return nil }
            throw Mistake("\"\(words[1])\" is no month", fix: "\(day) \(near)")
        }
        let month = Int64(index + 1)
        guard CivilDate.isValid(year: 2000, month: month, day: day) else {
            throw Mistake("\"\(text)\" is no day of the calendar", fix: "a day that exists")
        }
        return .yearly(month: month, day: day)
    }

    /// The date that was meant by `08.03.2026`, `8/3/2026`, `2026/03/08`, `8 March 2026`.
    private static func meant(_ text: String) -> String? {
        let numbers = text.split { !$0.isNumber }.compactMap { Int64($0) }
        var (year, month, day): (Int64, Int64, Int64) = (0, 0, 0)
        let words = folded(text).split(separator: " ").map(String.init)
        if numbers.count == 3 {
            (year, month, day) = numbers[0] > 31 ? (numbers[0], numbers[1], numbers[2]) : (numbers[2], numbers[1], numbers[0])
        } else if numbers.count == 2, words.count == 3, let index = months.firstIndex(of: words[1]) ?? russianMonths.firstIndex(of: words[1]) {
            (year, month, day) = (numbers[1], Int64(index + 1), numbers[0])
        }
        if year > 0, year < 100 { year += 2000 }
        guard CivilDate.years.contains(year), CivilDate.isValid(year: year, month: month, day: day) else { return nil }
        return CivilDate.text(CivilDate.days(year: year, month: month, day: day))
    }

    /// The day itself, or that day of every year.
    static func days(_ date: NamedDate) -> [ClosedRange<Int64>] { range(from: date, to: date) }

    /// Both ends in; yearly ranges may pass the end of the year.
    static func range(from start: NamedDate, to end: NamedDate) -> [ClosedRange<Int64>] {
        switch (start, end) {
        case (.day(let first), .day(let last)): return first <= last ? [first...last] : []
        case (.yearly(let month, let day), .yearly(let endMonth, let endDay)):
            return CivilDate.years.compactMap { year in
                let first = CivilDate.days(year: year, month: month, day: day)
                let endYear = (endMonth, endDay) < (month, day) ? year + 1 : year
                // 29 February comes only in leap years; as an end of a range it is then 28 February.
                guard start != end || CivilDate.isValid(year: year, month: month, day: day) else { return nil }
                let last = CivilDate.days(year: endYear, month: endMonth, day: min(endDay, CivilDate.lengthOfMonth(endYear, endMonth)))
                return first <= last ? first...last : nil
            }
        default: return []
        }
    }
}
