// SPDX-License-Identifier: Apache-2.0

/// The integer key of a row of one kind, so that a call's id can't be taken for a lead's.
public struct RowID<Record>: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let value: Int64
    public init(_ value: Int64) { self.value = value }

    /// The id of a record that has not been saved yet; saving replaces it.
    public static var new: RowID { RowID(0) }
    public var isNew: Bool { value == 0 }

    public static func < (left: RowID, right: RowID) -> Bool { left.value < right.value }
    public var description: String { String(value) }
}
