// SPDX-License-Identifier: Apache-2.0

/// How a vendor writes an instant.
enum TimeFormat: String, Sendable, CaseIterable {
    /// May have decimals: `1772445600.5`.
    case unixSeconds = "unix seconds"
    case unixMilliseconds = "unix milliseconds"
    case unixMicroseconds = "unix microseconds"
    /// RFC 3339 and its near kin: `T` or a space, decimals, `Z` or an offset; without either, the zone of `formats`.
    case iso8601 = "iso 8601"
    /// `Mon, 02 Mar 2026 10:00:00 +0000`.
    case rfc2822 = "rfc 2822"
    /// `20260302T100000Z`.
    case compact = "compact"
}

/// How a vendor writes a length of time.
enum DurationFormat: String, Sendable, CaseIterable {
    case seconds, milliseconds, microseconds
    /// `mm:ss` or `hh:mm:ss`.
    case clock = "mm:ss"
}
