// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Essentials
public import PBX
public import Screening

/// What intake needs of the configuration. A plain value; a changed configuration is a new one.
public struct IntakeSettings: Sendable {
    /// A PBX that may post.
    public struct Source: Sendable {
        public var profile: SourceProfile
        /// Decide and record everything, answer "let through", push nothing.
        public var watch: Bool
        /// Fact of the rules → the PBX's own field that it is read from.
        public var facts: [String: String]
        /// Nothing heard for so long, in the working hours of its lines, counts as silence.
        public var quietAfter: Duration

        public init(
            profile: SourceProfile, watch: Bool = false, facts: [String: String] = [:], quietAfter: Duration = .seconds(4 * 3600)
        ) {
            self.quietAfter = quietAfter
            self.profile = profile
            self.watch = watch
            self.facts = facts
        }
    }

    /// A CRM account, as far as an order names it.
    public struct Account: Sendable, Hashable {
        public var name: String
        public var recipe: String
        public var recipeHash: String

        public init(name: String, recipe: String, recipeHash: String) {
            self.name = name
            self.recipe = recipe
            self.recipeHash = recipeHash
        }
    }

    public var sources: [String: Source] = [:]
    public var lines = Lines([])
    /// Extension → person.
    public var agents: [String: String] = [:]
    /// Statuses on whose entry a lead is pushed.
    public var deliver: Set<LeadStatus> = [.qualified]
    public var accounts: [String: Account] = [:]
    /// Group → account; a group that is not here goes to `defaultAccount`.
    public var groups: [String: String] = [:]
    public var defaultAccount: String?
    /// Numbers that are never refused.
    public var allowed = NumberList()
    /// How long a lead takes further calls of its person after the last contact.
    public var leadWindow: Duration = .seconds(30 * 86_400)
    /// From the end of a call to its decision at `hangup`.
    public var hangupGrace: Duration = .seconds(30)
    /// From the last answer to the decision over a form left open.
    public var briefingGrace: Duration = .seconds(600)
    /// Of sentences that are stored.
    public var language: Language = .en
    /// IANA name; for `open hours` of lines without a zone.
    public var zone = "UTC"
    /// ISO 3166 code; for numbers that operators type.
    public var country = "RU"
    /// Where people reach the console, without a slash at the end; makes `lead.url`.
    public var consoleBase: String?

    public init() {}

    /// The account that a lead of `group` goes to; `nil`: none is configured.
    public func account(for group: String?) -> Account? {
        (group.flatMap { groups[$0] } ?? defaultAccount).flatMap { accounts[$0] }
    }
}

/// Gives the rule sets that are live now. Swapped as a whole when files change, so a decision never sees half of a change.
public protocol RuleShelf: Sendable {
    /// The set of that name; `nil` or an unknown name: the default set.
    func ruleSet(named name: String?) -> RuleSet
}
