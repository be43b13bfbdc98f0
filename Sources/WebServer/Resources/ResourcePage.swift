// SPDX-License-Identifier: Apache-2.0
import WireFormats

/// Which part of a list is asked for.
public struct PageRequest: Hashable, Sendable {
    /// The `next` of the page before; `nil`: the beginning. Its form is the backend's own.
    public var cursor: String?
    /// 1…200.
    public var limit: Int
    public static let limitDefault = 50
    public static let limitMax = 200
    public init(cursor: String? = nil, limit: Int = PageRequest.limitDefault) {
        self.cursor = cursor
        self.limit = min(max(limit, 1), PageRequest.limitMax)
    }
}

/// Part of a list, and where the next part begins.
public struct ResourcePage<Item: Sendable>: Sendable {
    public var items: [Item]
    /// `nil`: this was the last part.
    public var next: String?
    public init(items: [Item], next: String? = nil) {
        self.items = items
        self.next = next
    }

    func json(_ item: (Item) -> JSON) -> JSON { ["items": .array(items.map(item)), "next": JSON(next)] }
}
