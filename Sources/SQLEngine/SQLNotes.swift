// SPDX-License-Identifier: Apache-2.0

/// What writes leave in memory for the next write on the same connection, so that it need not be read again.
///
/// Only the writer changes the database, so that what it wrote last is what stands there, until something is taken back: then
/// the connection empties its notes, and `undone` grows, by which a cache elsewhere notices that it must forget too.
/// Used on the connection's own thread.
public final class SQLNotes {
    /// The last record of the audit chain.
    public var chainHead: (number: Int64, hash: [UInt8])?
    /// The row id that the next row of a table gets, by a name that the owner of the table chooses.
    public var nextRows: [Int: Int64] = [:]
    /// How often work on this connection was taken back.
    public private(set) var undone: Int64 = 0

    public init() {}

    /// To be called when any change on the connection was rolled back.
    public func forget() {
        chainHead = nil
        nextRows = [:]
        undone += 1
    }
}
