// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import Foundation
public import Logging
internal import WireFormats

/// One JSON object a line on standard error: time, level, label, message, metadata. Control characters are escaped, so
/// that nothing a caller sent can forge a line (SECURITY.md row 24).
public struct JSONLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level
    private let label: String

    public init(label: String, level: Logger.Level) {
        self.label = label
        logLevel = level
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let now = Date().formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
        var members: [(String, JSON?)] = [
            ("time", .string(now)), ("level", .string(event.level.rawValue)), ("label", .string(label)), ("message", .string("\(event.message)")),
        ]
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            members.append((key, .string("\(value)")))
        }
        if let error = event.error { members.append(("error", .string("\(error)"))) }
        let line = JSON.object(present: members).serialised() + [0x0A]
        line.withUnsafeBytes { bytes in
            _ = Foundation.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }
}
