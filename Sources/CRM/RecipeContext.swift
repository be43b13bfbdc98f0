// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import WireFormats

/// What the templates of a recipe are filled with.
public struct RecipeContext: Sendable {
    /// The order's snapshot: an object whose member names are those of the lead dictionary ("lead.key").
    public var payload: JSON
    /// The account's fields by name, secrets among them.
    public var account: [String: Secret]
    /// What the account maps (`RecipeMapping`): fields, stages, statuses, owners, groups, reasons.
    public var mapping: [String: JSON]
    /// Ids and values that earlier steps or orders yielded.
    public var taken: [String: JSON]
    /// What the CRM gave with its token, for `{auth.…}`.
    public var session: [String: Secret]
    /// Where a poll goes on, for `{poll.…}`.
    public var poll: PollCursor
    /// Idempotency key of the step: `cs-<ULID of the lead>.<step>`, the same at every attempt.
    public var stepKey: String
    public var now: Instant

    public init(
        payload: JSON, account: [String: Secret] = [:], mapping: [String: JSON] = [:], taken: [String: JSON] = [:],
        session: [String: Secret] = [:], poll: PollCursor = PollCursor(), stepKey: String, now: Instant
    ) {
        self.payload = payload
        self.account = account
        self.mapping = mapping
        self.taken = taken
        self.session = session
        self.poll = poll
        self.stepKey = stepKey
        self.now = now
    }
}
