// SPDX-License-Identifier: Apache-2.0
import Essentials
import Foundation
import Synchronization

/// How far wall clocks are from Greenwich. Asks the time zone database once a quarter of an hour and zone: no clock
/// change falls inside of one.
final class ZoneClock: Sendable {
    private struct Known {
        let zone: TimeZone
        var quarter: Int64
        var offset: Int64
    }

    private static let quarterMilliseconds: Int64 = 900_000
    private let known = Mutex<[String: Known]>([:])

    static func exists(_ name: String) -> Bool { TimeZone(identifier: name) != nil }

    /// Milliseconds east of Greenwich; `nil`: there is no such zone.
    func offset(_ instant: Instant, in name: String) -> Int64? {
        let quarter = instant.unixMilliseconds / Self.quarterMilliseconds
        return known.withLock { known in
            if let hit = known[name] {
                if hit.quarter == quarter { return hit.offset }
                let offset = Self.offset(instant, in: hit.zone)
                known[name]?.quarter = quarter
                known[name]?.offset = offset
                return offset
            }
            guard let zone = TimeZone(identifier: name) else { return nil }
            let offset = Self.offset(instant, in: zone)
            known[name] = Known(zone: zone, quarter: quarter, offset: offset)
            return offset
        }
    }

    private static func offset(_ instant: Instant, in zone: TimeZone) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.unixMilliseconds) / 1000))) * 1000
    }

    /// The instant at which a clock on the wall shows this; the earlier one where a clock change repeats it.
    func instant(wallMilliseconds wall: Int64, in name: String) -> Instant? {
        let guesses = [-86_400_000, 0, 86_400_000].compactMap { (shift: Int64) in
            offset(Instant(unixMilliseconds: wall + shift), in: name).map { Instant(unixMilliseconds: wall - $0) }
        }
        let exact = guesses.filter { instant in offset(instant, in: name).map { instant.unixMilliseconds + $0 == wall } == true }
        return exact.min() ?? guesses.first
    }
}
