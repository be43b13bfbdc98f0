// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import WireFormats

/// A CRM account that leads are delivered to: `Account` of docs/api.md.
public struct AccountResource: Hashable, Sendable {
    public var name: String
    public var recipe: String
    /// up, down, stopped or paused.
    public var state: String
    /// Why it is stopped, or who paused it.
    public var reason: String?
    public var since: Instant?
    /// When something may be sent again.
    public var opensAt: Instant?
    /// Orders by state; states without one are left out.
    public var orders: [String: Int64] = [:]

    public init(name: String, recipe: String, state: String) {
        self.name = name
        self.recipe = recipe
        self.state = state
    }

    public var json: JSON {
        [
            "name": .string(name), "recipe": .string(recipe), "state": .string(state), "reason": JSON(reason), "since": JSON(since?.rfc3339),
            "opens_at": JSON(opensAt?.rfc3339),
            "orders": .object(orders.sorted { $0.key < $1.key }.map { JSON.Member($0.key, JSON($0.value)) }),
        ]
    }
}
