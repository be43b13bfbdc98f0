// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Testing

@Suite("Where a call's lead comes from, and where a lead may go")
struct LeadRulesTests {
    static let month: Duration = .seconds(30 * 86_400)

    @Test("a call joins by the state of the number's latest lead", arguments: LeadStatus.allCases)
    func join(_ status: LeadStatus) {
        let latest = LeadSummary(status: status, lastContactAt: noon)
        let expected: LeadJoin =
            switch status {
            case .new, .briefing: .attach
            case .needsCallback, .deferred: .reopen
            case .won, .lost, .notQualified, .notALead, .duplicate: .newAfter
            case .qualified, .accepted, .returned, .proposal, .contract: .attachAndTell
            }
        #expect(LeadRules.join(latest, now: noon + .seconds(60), window: Self.month) == expected)
        #expect(LeadRules.join(latest, now: noon + Self.month, window: Self.month) == expected)
        #expect(LeadRules.join(latest, now: noon + Self.month + .milliseconds(1), window: Self.month) == .newAfter)
    }

    @Test("a number without a lead, and a withheld one, get one of their own")
    func first() { #expect(LeadRules.join(nil, now: noon, window: Self.month) == .new) }

    @Test("people make only the moves of the vocabulary")
    func people() {
        #expect(LeadRules.personMayMove(from: .new, to: .needsCallback))
        #expect(!LeadRules.personMayMove(from: .new, to: .qualified))
        #expect(LeadRules.personMayMove(from: .briefing, to: .qualified))
        #expect(!LeadRules.personMayMove(from: .won, to: .briefing))
        #expect(LeadRules.personMayMove(from: .returned, to: .qualified))
    }

    @Test("rules judge what is not yet with sales")
    func rules() {
        #expect(LeadStatus.allCases.filter(LeadRules.rulesMayMove) == [.new, .briefing, .needsCallback, .deferred, .returned])
    }

    @Test(
        "a CRM's jump passes the stages between; the impossible is a conflict",
        arguments: [
            (.qualified, .accepted, .moves(through: [])), (.qualified, .won, .moves(through: [.accepted, .proposal, .contract])),
            (.qualified, .lost, .moves(through: [])), (.qualified, .qualified, .same), (.won, .accepted, .conflict),
            (.accepted, .qualified, .moves(through: [.returned])), (.notALead, .won, .conflict), (.new, .won, .conflict),
            (.needsCallback, .accepted, .moves(through: [.qualified])), (.contract, .returned, .moves(through: [])),
        ] as [(LeadStatus, LeadStatus, LeadRules.Reported)])
    func reported(_ current: LeadStatus, _ status: LeadStatus, _ expected: LeadRules.Reported) {
        #expect(LeadRules.reported(status, at: current) == expected)
    }
}
