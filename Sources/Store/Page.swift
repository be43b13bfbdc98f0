// SPDX-License-Identifier: Apache-2.0

/// Where a list goes on: the key of the last row seen, as text that clients pass back unread.
public struct Cursor: Hashable, Sendable, CustomStringConvertible {
    package let key: [Int64]
    package init(_ key: Int64...) { self.key = key }

    /// Behind this decision.
    public init(_ decision: DecisionRecord.ID) { key = [decision.value] }

    /// Reads what `description` wrote; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let key = parts.compactMap { Int64($0) }
        guard (1...3).contains(parts.count), key.count == parts.count else { return nil }
        self.key = key
    }

    public var description: String { key.map(String.init).joined(separator: ".") }
}

/// One page of a list, and where the next one begins (`nil`: this was the last).
public struct Page<Item: Sendable>: Sendable {
    /// Pages longer than this are not given (SECURITY: row limits).
    public static var limitMax: Int { 500 }

    public var items: [Item]
    public var next: Cursor?

    public init(items: [Item], next: Cursor? = nil) {
        self.items = items
        self.next = next
    }

    /// A page from one row more than was asked for: the extra row only tells that there is a next page.
    init(_ rows: [Item], limit: Int, cursor: (Item) -> Cursor) {
        items = Array(rows.prefix(limit))
        next = rows.count > limit ? items.last.map(cursor) : nil
    }
}
