// SPDX-License-Identifier: Apache-2.0
public import Essentials
import WireFormats

/// What a CRM says about one of its records: where it stands, whose it is, what it is worth. As the CRM has it, nothing converted.
public struct OutcomeRecord: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, CaseIterable { case open, won, lost }

    /// `lead`, `deal` or another kind of the recipe.
    public var kind: String
    /// The CRM's id, as text.
    public var id: String
    /// Our own id of the lead, where the record carries it.
    public var key: String?
    /// The CRM's id of the lead that a deal came from.
    public var lead: String?
    /// The CRM's own word or number.
    public var stage: String?
    public var state: State?
    public var expected: CRMMoney?
    public var invoiced: CRMMoney?
    public var paid: CRMMoney?
    public var owner: String?
    /// Why it was lost, in the CRM's words or as its number.
    public var reason: String?
    /// When it changed, by the CRM's clock.
    public var at: Instant?
    /// Deleted in the CRM.
    public var isGone = false
    /// The id of the record that it was merged into.
    public var mergedInto: String?
    /// What is to be read next: the deal that a lead became, the payments of a deal.
    public var follow: [RecordHint] = []

    public init(kind: String, id: String) {
        self.kind = kind
        self.id = id
    }
}

/// An amount as the CRM wrote it.
public struct CRMMoney: Sendable, Hashable {
    /// A decimal, point before the fraction.
    public var amount: String
    /// As the CRM names it; `nil`: it is the account's one currency.
    public var currency: String?

    public init(amount: String, currency: String?) {
        self.amount = amount
        self.currency = currency
    }
}

/// A record that may have changed: to be read through the API, unless the message held it and was signed.
public struct RecordHint: Sendable, Hashable {
    public var kind: String
    /// The CRM's id; `nil` when only `key` is known.
    public var id: String?
    /// Our own id of the lead.
    public var key: String?
    public var isGone = false
    /// What a signed message said itself: nothing more has to be read.
    public var record: OutcomeRecord?

    public init(kind: String, id: String?, key: String? = nil, isGone: Bool = false, record: OutcomeRecord? = nil) {
        self.kind = kind
        self.id = id
        self.key = key
        self.isGone = isGone
        self.record = record
    }
}
