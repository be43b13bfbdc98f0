// SPDX-License-Identifier: Apache-2.0
import CallModel
import Testing

@Suite struct WorkingHoursTests {
    static let hours = WorkingHours(
        spans: [.init(weekdays: [1, 2, 3, 4, 5], from: 540, until: 1200), .init(weekdays: [5], from: 1320, until: 120)],
        closedDays: [.init(year: nil, month: 1, day: 7), .init(year: 2026, month: 3, day: 9)])

    /// Each row: date, weekday (1 is Monday), minute of the day, open or not.
    @Test(arguments: [
        (2026, 3, 2, 1, 539, false), (2026, 3, 2, 1, 540, true), (2026, 3, 2, 1, 1199, true), (2026, 3, 2, 1, 1200, false),
        (2026, 3, 6, 5, 1320, true), (2026, 3, 7, 6, 119, true), (2026, 3, 7, 6, 120, false), (2026, 3, 7, 6, 600, false),
        (2026, 3, 9, 1, 600, false), (2027, 3, 9, 2, 600, true), (2026, 1, 7, 3, 600, false), (2027, 1, 7, 4, 600, false),
    ])
    func aLineIsOpenInItsSpansAndNotOnItsClosedDays(year: Int, month: Int, day: Int, weekday: Int, minute: Int, open: Bool) {
        let date = WorkingHours.Day(year: year, month: month, day: day)
        let previous = WorkingHours.Day(year: year, month: month, day: day - 1)
        #expect(Self.hours.isOpen(date: date, previous: previous, weekday: weekday, minute: minute) == open)
    }
}
