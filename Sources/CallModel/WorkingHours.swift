// SPDX-License-Identifier: Apache-2.0

/// When a line is open: weekly spans and days on which it is closed. A value; the caller brings local time.
public struct WorkingHours: Hashable, Sendable {
    /// A span of local time on some weekdays, start in, end out; an end at or before the start passes midnight.
    public struct Span: Hashable, Sendable {
        /// 1 is Monday, 7 is Sunday (ISO 8601).
        public var weekdays: Set<Int>
        /// Minutes from midnight, 0…1439.
        public var from: Int
        /// Minutes from midnight, 1…1440.
        public var until: Int
        public init(weekdays: Set<Int>, from: Int, until: Int) {
            self.weekdays = weekdays
            self.from = from
            self.until = until
        }
    }

    /// A day of one year, or of every year.
    public struct Day: Hashable, Sendable {
        public var year: Int?
        public var month: Int
        public var day: Int
        public init(year: Int?, month: Int, day: Int) {
            self.year = year
            self.month = month
            self.day = day
        }
    }

    public var spans: [Span]
    public var closedDays: Set<Day>

    public init(spans: [Span], closedDays: Set<Day> = []) {
        self.spans = spans
        self.closedDays = closedDays
    }

    /// Whether the line is open at a local wall-clock time.
    /// - Parameters:
    ///   - weekday: 1 (Monday) … 7 (Sunday).
    ///   - minute: minutes from midnight, 0…1439.
    ///   - previous: the day before `date`, to which a span that passed midnight belongs.
    public func isOpen(date: Day, previous: Day, weekday: Int, minute: Int) -> Bool {
        let before = weekday == 1 ? 7 : weekday - 1
        return spans.contains { span in
            if span.until > span.from {
                return span.weekdays.contains(weekday) && !isClosed(date) && (span.from..<span.until).contains(minute)
            }
            let tonight = span.weekdays.contains(weekday) && !isClosed(date) && minute >= span.from
            return tonight || (span.weekdays.contains(before) && !isClosed(previous) && minute < span.until)
        }
    }

    private func isClosed(_ day: Day) -> Bool {
        closedDays.contains(day) || closedDays.contains(Day(year: nil, month: day.month, day: day.day))
    }
}
