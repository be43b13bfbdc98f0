// SPDX-License-Identifier: Apache-2.0
public import CRM
public import Essentials
public import Store
public import WireFormats

/// The life of one order: a value. Events and the current time go in, the next request or a rest comes out; it does no input
/// or output, asks no clock and draws no numbers (RELIABILITY.md, rules 3 and 4).
///
///     order   waiting ─claim(fence)─▶ claimed ──▶ delivered
///                ▲                       │  └────▶ dead       refused for good, or tried too often
///                └── backoff, look-ups ──┘  └────▶ held       unknown and nobody can look: a person decides
///
///     step    open ─intent─▶ sending ─ok─▶ done
///              ▲                │ └─ nothing left, or known not applied ─▶ open
///              │                └─ no whole answer, own crash ─▶ unknown ─┬─ repeat (idempotent): sent again, same key
///              └── two empty looks, then: repeat ◀───────────── look up ◀─┤
///                                       skipped ◀─────────────────── skip ┤
///                                 order is held ◀─────────────────── hold ┘
///
/// A step that is `unknown` never goes back to `open` by itself, except after the looks its recipe demands.
public struct OutboxEntry: Sendable {
    public internal(set) var order: OrderRecord
    /// The recipe that the order is pinned to.
    let recipe: Recipe
    let backoff: Backoff

    public init(_ order: OrderRecord, recipe: Recipe, backoff: Backoff = Backoff()) {
        self.order = order
        self.recipe = recipe
        self.backoff = backoff
    }

    /// A request that is to be sent once the entry has been stored as it is now.
    public struct Intent: Sendable, Hashable {
        public enum Purpose: Sendable, Hashable {
            /// Makes the step's effect; its intent must be synced before the first byte.
            case effect
            /// Looks before anything was sent.
            case firstLook
            /// Looks after an unknown outcome.
            case look
        }
        public var step: Int
        public var operation: String
        public var purpose: Purpose
    }

    /// What is to be done next.
    public enum Action: Sendable, Hashable {
        case send(Intent)
        /// Nothing under this claim: the order's state says why.
        case rest
    }

    /// How a request ended.
    public enum Ending: Sendable, Hashable {
        case answered(CRMAnswer)
        /// Not one byte left.
        case failedBeforeSend(String)
        /// Bytes may have left, no whole answer came.
        case unknown(String)
        /// We did not try: the service stops.
        case notTried
    }

    /// The plan of the order's kind.
    var plan: [PlanStep] { recipe.plans[order.kind.rawValue] ?? [] }

    /// What the templates are filled with for a step.
    public func context(
        step: Int, account: [String: Secret], mapping: [String: JSON], remotes: [String: JSON], now: Instant
    ) -> RecipeContext {
        var taken = remotes
        for step in order.steps { for member in step.taken.members ?? [] { taken[member.name] = member.value } }
        let name = order.steps.indices.contains(step) ? order.steps[step].name : ""
        let key = Recipe.stepKey(lead: order.leadKey, step: name, order: order.kind == .deliver ? nil : order.ulid)
        return RecipeContext(payload: order.payload, account: account, mapping: mapping, taken: taken, stepKey: key, now: now)
    }
}
