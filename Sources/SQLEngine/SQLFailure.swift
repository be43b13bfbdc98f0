// SPDX-License-Identifier: Apache-2.0

/// Why the store could not do what it was asked. Holds no bound value, so it can be logged anywhere.
public struct SQLFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a caller can act on. More may be added.
    public enum Code: String, Sendable {
        /// The disk, or a quota, is full. The transaction is rolled back.
        case full
        /// Reading or writing failed. The transaction is rolled back.
        case ioError
        /// Somebody else holds a lock for longer than we wait.
        case busy
        /// The file is no database, or is damaged.
        case corrupt
        /// A uniqueness, foreign-key, not-null or check rule, or a trigger, refused the row.
        case constraint
        /// The store takes no writes now: its last batch failed, its queue is full, or it is closing. Nothing was stored; try again later.
        case unavailable
        /// The deadline passed before the work was done. A read was cut; a write was not begun.
        case deadlinePassed
        /// The store must not be opened: a second process, unsafe settings, a newer version's file. The text names the fix.
        case refused
        /// A statement that does not fit the schema, or wrong arguments: a mistake of ours.
        case misuse
    }

    public var code: Code
    /// For people: what failed and, where there is one, what to do.
    public var message: String
    /// The engine's own number (SQLite's extended result code).
    public var engineCode: Int32?

    public init(_ code: Code, _ message: String, engineCode: Int32? = nil) {
        self.code = code
        self.message = message
        self.engineCode = engineCode
    }

    public var description: String {
        engineCode.map { "\(code.rawValue): \(message) (engine code \($0))" } ?? "\(code.rawValue): \(message)"
    }
}
