// SPDX-License-Identifier: Apache-2.0

/// A fault of the store's contents, as opposed to the engine's (`SQLFailure`). Names the place and the fix; safe to log.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The file was written by a newer version.
        case newerVersion
        /// The master key is missing, unreadable, open to others, or not the one this store was made with.
        case masterKey
        /// A stored value can't be read back.
        case damagedRow
        /// The in-hand ring can't be used, or has no room.
        case ring
        /// A backup could not be made.
        case backup
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
