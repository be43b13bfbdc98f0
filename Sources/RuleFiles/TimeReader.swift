// SPDX-License-Identifier: Apache-2.0

/// Times of day, days of the week, and lengths of time.
enum TimeReader {
    /// Minutes since midnight; 1440 for `24:00`, which is only good as an end.
    static func time(_ text: String, isEnd: Bool = false) throws(Mistake) -> Int64 {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2, let hour = number(parts[0]), let minute = number(parts[1]) {
            if hour == 24, minute == 0 {
                guard isEnd else { throw Mistake("24:00 can only end a range", fix: "00:00") }
                return 1440
            }
            if hour < 24, minute < 60 { return hour * 60 + minute }
            throw Mistake("\"\(text)\" is no time of day", fix: "a time from 00:00 to 23:59")
        }
        throw Mistake("\"\(text)\" is not written as a time", fix: meant(text) ?? "hours and minutes, such as 09:00")
    }

    private static func number(_ text: some StringProtocol) -> Int64? {
        text.allSatisfy { $0.isASCII && $0.isNumber } ? Int64(text) : nil
    }

    /// The time that was meant by `09.00`, `9-00`, `9 am`, `18h`, `9:00:00`.
    private static func meant(_ text: String) -> String? {
        var lower = folded(text)
        var shift: Int64 = 0
        for (suffix, hours) in [("am", 0), ("pm", 12), ("h", 0), ("ч", 0), ("час", 0), ("часов", 0)] as [(String, Int64)]
        where lower.hasSuffix(suffix) {
            lower = String(lower.dropLast(suffix.count)).trimmed
            shift = hours
        }
        let numbers = lower.split { !$0.isNumber }.compactMap { number($0) }
        guard (1...3).contains(numbers.count), lower.allSatisfy({ $0.isNumber || ".:-, ".contains($0) }) else { return nil }
        var (hour, minute) = (numbers[0], numbers.count > 1 ? numbers[1] : 0)
        if numbers.count == 1, hour > 99 { (hour, minute) = (hour / 100, hour % 100) }
        if hour < 12 { hour += shift }
        guard hour < 24, minute < 60 else { return nil }
        return written(hour * 60 + minute)
    }

    /// `09:00`.
    static func written(_ minutes: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return two(minutes / 60) + ":" + two(minutes % 60)
    }

    static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    static let russianWeekdays = ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"]
    private static let shortWeekdays = ["пн", "вт", "ср", "чт", "пт", "сб", "вс"]

    /// Monday is 0.
    static func weekday(_ text: String) throws(Mistake) -> Int64 {
        let word = folded(text)
        if let index = weekdays.firstIndex(of: word) ?? russianWeekdays.firstIndex(of: word) { return Int64(index) }
        let short = word.hasSuffix(".") ? String(word.dropLast()) : word
        let meant =
            shortWeekdays.firstIndex(of: short).map { russianWeekdays[$0] }
            ?? (short.count >= 2 ? weekdays.first { $0.hasPrefix(short) } : nil)
            ?? closest(word, among: weekdays + russianWeekdays)
        throw Mistake("\"\(text)\" is no day of the week", fix: meant ?? "one of: \(weekdays.joined(separator: ", "))")
    }

    private static let units: [(String, Int64)] = [("ms", 1), ("s", 1000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
    private static let wrongUnits: [String: String] = [
        "sec": "s", "secs": "s", "second": "s", "seconds": "s", "с": "s", "сек": "s", "сек.": "s", "секунд": "s", "секунды": "s",
        "m": "min", "mins": "min", "minute": "min", "minutes": "min", "м": "min", "мин": "min", "мин.": "min", "минут": "min", "минуты": "min",
        "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "ч": "h", "час": "h", "часа": "h", "часов": "h",
        "day": "d", "days": "d", "д": "d", "день": "d", "дня": "d", "дней": "d", "w": "d", "msec": "ms", "мс": "ms",
    ]

    /// Milliseconds.
    static func duration(_ text: String) throws(Mistake) -> Int64 {
        let number = String(text.prefix { !$0.isLetter }).trimmed
        let unit = String(text.drop { !$0.isLetter }).trimmed
        guard let known = units.first(where: { $0.0 == unit }) else {
            let bare = folded(unit.hasSuffix(".") ? String(unit.dropLast()) : unit)
            let meant = (wrongUnits[bare] ?? units.first { $0.0 == bare }?.0).map { "\(number) \($0)" }
            if unit.isEmpty {
                throw Mistake(
                    "\"\(text)\" has no unit of time", fix: number.isEmpty ? "such as 20 s" : "\(number) s, \(number) min, \(number) h or \(number) d"
                )
            }
            throw Mistake("\"\(unit)\" is no unit of time", fix: meant ?? "units are ms, s, min, h, d")
        }
        guard let value = NumberReader.plain(number, places: 6), value >= 0 else {
            throw Mistake("\"\(number)\" is no number of \(unit)", fix: "such as 20 \(unit)")
        }
        let (scaled, overflow) = value.multipliedReportingOverflow(by: known.1)
        guard !overflow, scaled % 1_000_000 == 0 else { throw Mistake("\"\(text)\" is not a whole number of milliseconds", fix: "20 s") }
        return scaled / 1_000_000
    }

    /// `20 s`, in the greatest unit that is whole.
    static func writtenDuration(_ milliseconds: Int64) -> String {
        let unit = units.last { milliseconds % $0.1 == 0 && (milliseconds >= $0.1 || $0.1 == 1000) } ?? units[0]
        return "\(NumberReader.written(milliseconds / unit.1, places: 0)) \(unit.0)"
    }
}

/// Lengths of time as rules write them.
public enum WithinText {
    /// `nil` for a text that is none.
    public static func milliseconds(_ text: String) -> Int64? { try? TimeReader.duration(text) }
    /// `30 min`, in the greatest unit that is whole.
    public static func text(_ milliseconds: Int64) -> String { TimeReader.writtenDuration(milliseconds) }
}
