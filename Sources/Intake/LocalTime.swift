// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import Synchronization

/// Whether lines are open, by the wall clock of their zone.
enum LocalTime {
    private static let calendars = Mutex<[String: Calendar]>([:])

    /// `nil` for a zone that this machine does not know.
    static func isOpen(_ hours: WorkingHours, at instant: Instant, zone: String) -> Bool? {
        guard let calendar = calendar(zone) else { return nil }
        let date = Date(timeIntervalSince1970: Double(instant.unixMilliseconds) / 1000)
        let parts = calendar.dateComponents([.year, .month, .day, .weekday, .hour, .minute], from: date)
        guard let weekday = parts.weekday, let hour = parts.hour, let minute = parts.minute, let today = day(parts),
            let before = calendar.date(byAdding: .day, value: -1, to: date),
            let yesterday = day(calendar.dateComponents([.year, .month, .day], from: before))
        else { return nil }
        // Foundation counts weekdays from Sunday = 1.
        return hours.isOpen(date: today, previous: yesterday, weekday: (weekday + 5) % 7 + 1, minute: hour * 60 + minute)
    }

    private static func day(_ parts: DateComponents) -> WorkingHours.Day? {
        guard let month = parts.month, let day = parts.day else { return nil }
        return WorkingHours.Day(year: parts.year, month: month, day: day)
    }

    private static func calendar(_ zone: String) -> Calendar? {
        calendars.withLock { known in
            if let calendar = known[zone] { return calendar }
            guard let timeZone = TimeZone(identifier: zone) else { return nil }
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = timeZone
            known[zone] = calendar
            return calendar
        }
    }
}
