// SPDX-License-Identifier: Apache-2.0

/// One row of a result, valid only inside the closure it is lent to. Columns count from 0.
///
/// A column of another type is converted as the engine does it; NULL reads as 0, "" or [] in the plain
/// accessors and as `nil` in the optional ones.
public protocol SQLRow {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) -> Int64
    func text(_ column: Int) -> String
    func blob(_ column: Int) -> [UInt8]
}

extension SQLRow {
    public func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
    public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    public func optionalBlob(_ column: Int) -> [UInt8]? { isNull(column) ? nil : blob(column) }
    public func bool(_ column: Int) -> Bool { integer(column) != 0 }
}

/// A connection lent to the body of one read or write; it must not leave the closure.
///
/// SQL is a `StaticString`, so that no value can ever be built into it. Parameters are written `$1`, `$2` … and
/// first appear in this order, which both engines read alike; a number may be used again. Statements are kept prepared.
public protocol SQLConnection {
    /// Runs one statement that returns no rows.
    ///
    /// - Returns: how many rows an INSERT, UPDATE or DELETE changed.
    func execute(_ sql: StaticString, _ arguments: [SQLValue]) throws(SQLFailure) -> Int

    /// Runs one statement and reads each row, in order, as it comes.
    ///
    /// - Throws: `SQLFailure`, or what `read` throws.
    func query<T>(_ sql: StaticString, _ arguments: [SQLValue], _ read: (any SQLRow) throws -> T) throws -> [T]

    /// The row id that the last INSERT on this connection gave.
    var lastInsertedID: Int64 { get }

    /// What may be remembered from one write to the next; see `SQLNotes`.
    var notes: SQLNotes { get }
}

extension SQLConnection {
    @discardableResult
    public func execute(_ sql: StaticString) throws(SQLFailure) -> Int { try execute(sql, []) }

    public func query<T>(_ sql: StaticString, _ read: (any SQLRow) throws -> T) throws -> [T] { try query(sql, [], read) }

    /// The first row, or `nil` when there is none. The statement should say `LIMIT 1` or ask for a unique key.
    public func first<T>(_ sql: StaticString, _ arguments: [SQLValue] = [], _ read: (any SQLRow) throws -> T) throws -> T? {
        try query(sql, arguments, read).first
    }

    /// The first column of the first row as a number; `nil` for no row or NULL.
    public func number(_ sql: StaticString, _ arguments: [SQLValue] = []) throws -> Int64? {
        try query(sql, arguments) { $0.optionalInteger(0) }.first ?? nil
    }
}
