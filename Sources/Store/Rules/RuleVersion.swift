// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// One version of a rule set as it was recorded: what it is, where it stands, who put it there and why (RULES.md 4.11).
public struct RuleVersion: Sendable, Equatable {
    public typealias ID = RowID<RuleVersion>

    /// draft → shadow → live → retired; a retired version may go live again.
    public enum State: String, Sendable, CaseIterable { case draft, shadow, live, retired }

    public var id: ID = .new
    public var ruleSet: String
    /// 1, 2, 3 … within its set.
    public var number: Int
    /// Hex SHA-256 of the canonical form; with `listVersions` it is what the version is told apart by.
    public var hash: String
    public var listVersions: [String: String]
    public var state: State
    /// Why it was made, or put where it stands, in a person's words; may be empty.
    public var note: String
    public var madeAt: Instant
    public var madeBy: String
    /// When and by whom its state was last changed.
    public var changedAt: Instant
    public var changedBy: String
}

/// A file of a version.
public struct RuleText: Sendable, Hashable {
    public var path: String
    /// `nil`: it was too large to be kept (`bytesMax`).
    public var text: String?

    /// Files larger than this are not kept: a black list of millions of numbers is data of its own, with its own version.
    public static let bytesMax = 16 << 20

    public init(path: String, text: String?) {
        self.path = path
        self.text = text
    }
}

/// Which versions of a set count.
public struct RulePointers: Sendable, Equatable {
    public var live: RuleVersion.ID?
    public var shadow: RuleVersion.ID?
    /// The last decision that the shadow version was asked about.
    public var shadowCursor: DecisionRecord.ID
    /// The version that the set's folder held when it was last taken: a folder that still holds it is no news.
    public var seen: RuleVersion.ID?
}
