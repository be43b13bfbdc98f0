// SPDX-License-Identifier: Apache-2.0
public import CRM
public import Essentials
public import HTTPTransfer
public import WireFormats

/// A CRM account that leads are delivered to, as configured.
public struct DeliveryAccount: Sendable {
    /// The name in the configuration; part of every order.
    public var name: String
    public var recipe: Recipe
    /// Values for the recipe's account fields, secrets and plain ones alike.
    public var fields: [String: Secret]
    /// The user's own fields of this CRM, for `{mapping.…}`.
    public var mapping: [String: JSON]
    public var policy: EgressPolicy
    /// Overrides the recipe's pace; `nil`: the recipe's.
    public var pace: Pace?

    public init(
        name: String, recipe: Recipe, fields: [String: Secret], mapping: [String: JSON] = [:], policy: EgressPolicy, pace: Pace? = nil
    ) {
        self.name = name
        self.recipe = recipe
        self.fields = fields
        self.mapping = mapping
        self.policy = policy
        self.pace = pace
    }
}
