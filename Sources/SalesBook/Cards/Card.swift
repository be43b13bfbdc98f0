// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials

/// A card of the sales book: one lead, with what sales make of it. A value; changes give a new one.
public struct Card: Hashable, Sendable {
    /// The row; people and programs see `B-17`.
    public struct ID: Hashable, Comparable, Sendable, CustomStringConvertible {
        public let row: Int64
        init(row: Int64) { self.row = row }

        /// Reads `B-17`; `nil` for anything else.
        public init?(_ text: String) {
            guard text.hasPrefix("B-"), let row = decimal(Array(text.utf8.dropFirst(2))[...]), row > 0 else { return nil }
            self.row = row
        }

        public var description: String { "B-\(row)" }
        public static func < (left: ID, right: ID) -> Bool { left.row < right.row }
    }

    /// What a person has set in the book and a later revision of the lead therefore leaves alone.
    struct Owned: OptionSet, Hashable, Sendable {
        let rawValue: Int64
        static let amount = Owned(rawValue: 1)
        static let manager = Owned(rawValue: 2)
        static let group = Owned(rawValue: 4)
    }

    public internal(set) var id: ID
    /// Callsieve's id of the lead, `cs-<ULID>`.
    public let key: String
    /// Counts changes, from 1; the card's `ETag`.
    public internal(set) var version: Int64
    public internal(set) var status: LeadStatus
    public internal(set) var statusAt: Instant
    /// A code of VOCABULARY.md 6.3.
    public internal(set) var reason: String?
    /// Which field of the briefing was wrong, with `NOT_AS_BRIEFED`.
    public internal(set) var field: String?
    public internal(set) var manager: String?
    public internal(set) var group: String?
    public internal(set) var currency: String
    /// The worth of the deal in minor units of `currency`; `nil` when nobody named it.
    public internal(set) var amountMinor: Int64?
    public internal(set) var expectedOn: Day?
    /// The sum of the payments, refunds taken off, in minor units.
    public internal(set) var paidMinor: Int64
    var owned: Owned
    /// The lead as Callsieve told it last.
    public internal(set) var lead: LeadFields
    public let createdAt: Instant
    public internal(set) var updatedAt: Instant
}

extension Card {
    public var amount: Money? { amountMinor.map { Money(minor: $0, currency: currency) } }
    public var paid: Money { Money(minor: paidMinor, currency: currency) }

    /// What is still to be paid, never below zero (MEASURES.md 5.1); `nil` without an amount.
    public var left: Money? { amountMinor.map { Money(minor: max(0, $0 - paidMinor), currency: currency) } }

    public var isPaidInFull: Bool { amountMinor.map { $0 > 0 && paidMinor >= $0 } ?? false }

    /// The status that the money speaks for; to set it is a person's act.
    public var suggested: LeadStatus? { status == .contract && isPaidInFull ? .won : nil }

    /// Whether the status belongs to sales: a revision of the lead no longer moves it (DECISIONS.md: "after delivery the CRM owns status").
    var isStatusOwned: Bool {
        switch status {
        case .accepted, .proposal, .contract, .won, .lost: true
        default: false
        }
    }

    /// The moves that a person may make in the book: the ones of VOCABULARY.md 6.2 that are sales' own, and the reopening of a final card.
    public var moves: [LeadStatus] {
        switch status {
        case .won, .lost: [.briefing]
        default:
            status.allowedMoves.filter { [.qualified, .accepted, .returned, .proposal, .contract, .won, .lost].contains($0) }
                .filter { status != .briefing || $0 != .qualified }
        }
    }
}

/// One line of a card's history: who changed what, when. Never altered.
public struct HistoryEntry: Hashable, Sendable {
    public enum What: String, Sendable, CaseIterable {
        case created, status, reason, amount, expectedOn = "expected_on", manager, group, payment, note, revision, call, erased
    }

    public let at: Instant
    /// A person's name, or `Callsieve`.
    public let by: String
    public let what: What
    public let from: String?
    public let to: String?
    public let note: String?

    init(_ what: What, by: String, at: Instant, from: String? = nil, to: String? = nil, note: String? = nil) {
        self.at = at
        self.by = by
        self.what = what
        self.from = from
        self.to = to
        self.note = note
    }

    /// The name under which the lead's own side acts.
    static let callsieve = "Callsieve"
}

/// Money received, or given back when negative. Carries whom it is credited to (MEASURES.md F4.5), as the card said on that day.
public struct Payment: Hashable, Sendable {
    public let amount: Money
    public let paidOn: Day
    public let note: String?
    public let by: String
    public let at: Instant
    public let manager: String?
    public let group: String?
    public let channel: String?
}
