// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// What the rules of attaching need to know of a person's latest lead.
public struct LeadSummary: Hashable, Sendable {
    public var status: LeadStatus
    /// When this person was last in contact: the latest call attached.
    public var lastContactAt: Instant

    public init(status: LeadStatus, lastContactAt: Instant) {
        self.status = status
        self.lastContactAt = lastContactAt
    }
}

/// Where a call goes (DECISIONS.md, "Repeat call").
public enum LeadJoin: Hashable, Sendable {
    /// A lead of its own, without an earlier one.
    case new
    /// A new lead that names the earlier, final or long quiet one as `previous`.
    case newAfter
    /// The person's open lead, whose briefing is still to be done.
    case attach
    /// The waiting lead: its briefing is opened again, with the answers it has.
    case reopen
    /// A lead that sales already has: a call record for the CRM, and a notice to the owner.
    case attachAndTell
}

/// The lead's rules as functions of status and time: no store, no clock.
public enum LeadRules {
    /// Where a call of a known number goes.
    ///
    /// - Parameters:
    ///   - latest: the number's latest lead; `nil`: it has none, or the number is withheld (then the call is a lead of its own).
    ///   - window: how long a lead takes further calls after the last contact (`lead window`, 30 days by default).
    public static func join(_ latest: LeadSummary?, now: Instant, window: Duration) -> LeadJoin {
        guard let latest else { return .new }
        if latest.status.isFinal || now - latest.lastContactAt > window { return .newAfter }
        switch latest.status {
        case .needsCallback, .deferred: return .reopen
        case .new, .briefing: return .attach
        default: return .attachAndTell
        }
    }

    /// Whether the rules may take a lead from `status` to that of a verdict: only while it is being judged.
    ///
    /// A waiting lead is judged again when the same person calls again.
    public static func rulesMayMove(from status: LeadStatus) -> Bool {
        switch status {
        case .new, .briefing, .needsCallback, .deferred, .returned: true
        default: false
        }
    }

    /// Whether a person may make the move (VOCABULARY.md 6.2); "reopen" of a final lead is an act of its own.
    public static func personMayMove(from status: LeadStatus, to next: LeadStatus) -> Bool {
        status == next || status.allowedMoves.contains(next)
    }

    /// What a status that a CRM reported means for a lead.
    public enum Reported: Hashable, Sendable {
        /// Nothing new.
        case same
        /// Goes there; `through` are the stages between that nobody reported, in order.
        case moves(through: [LeadStatus])
        /// No way leads there: recorded, shown as a conflict, the lead stays where it is.
        case conflict
    }

    /// The shortest way of allowed moves from where the lead is; a CRM may jump forward over stages, never onto a way back.
    public static func reported(_ status: LeadStatus, at current: LeadStatus) -> Reported {
        if status == current { return .same }
        var ways: [[LeadStatus]] = [[current]]
        var seen: Set<LeadStatus> = [current]
        while !ways.isEmpty {
            var longer: [[LeadStatus]] = []
            for way in ways {
                guard let last = way.last else { continue }
                for next in last.movesInCRM where seen.insert(next).inserted {
                    if next == status { return .moves(through: Array(way.dropFirst())) }
                    longer.append(way + [next])
                }
            }
            ways = longer
        }
        return .conflict
    }
}

extension LeadStatus {
    /// The moves that a CRM's words can make: people's, without those that lead back into our own briefing. A deal can be lost, and
    /// a lead refused or given back, from any stage that sales has.
    var movesInCRM: [LeadStatus] {
        switch self {
        case .needsCallback, .deferred: [.qualified, .notQualified, .lost]
        case .qualified: [.accepted, .returned, .lost, .notQualified]
        case .returned: [.qualified, .notQualified, .lost]
        case .accepted: [.proposal, .returned, .lost]
        case .proposal: [.contract, .returned, .lost]
        case .contract: [.won, .returned, .lost]
        case .new, .briefing, .won, .lost, .notQualified, .notALead, .duplicate: []
        }
    }
}
