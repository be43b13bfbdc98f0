// SPDX-License-Identifier: Apache-2.0
import Essentials
import Foundation

/// A time zone of the IANA database, for vendors that send local time without one.
struct LocalZone: Sendable {
    private let zone: TimeZone

    /// `nil` for a name that this machine's database does not have.
    init?(_ name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        self.zone = zone
    }

    static let utc = LocalZone("GMT")

    /// The instant at which clocks there show `local` (milliseconds since 1970 as if the zone were UTC).
    ///
    /// An hour that is skipped in spring is read with the offset before the change; one that comes twice in autumn is
    /// its first, both as RFC 5545 (3.3.5) has it.
    func instant(local milliseconds: Int64) -> Instant {
        let dayBefore = offset(atUTC: milliseconds - 86_400_000)
        let dayAfter = offset(atUTC: milliseconds + 86_400_000)
        for candidate in [dayBefore, dayAfter] where offset(atUTC: milliseconds - candidate) == candidate {
            return Instant(unixMilliseconds: milliseconds - candidate)
        }
        return Instant(unixMilliseconds: milliseconds - dayBefore)
    }

    private func offset(atUTC milliseconds: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds) / 1000))) * 1000
    }
}
