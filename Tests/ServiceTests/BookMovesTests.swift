// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Testing
import WireFormats

@testable import SalesBook

@Suite struct BookMovesTests {
    /// The whole table: from each status, where a person may go in the book (VOCABULARY.md 6.2, the moves that are sales' own).
    @Test(
        arguments: [
            (LeadStatus.new, []), (.briefing, []), (.needsCallback, [.lost]), (.deferred, [.lost]), (.qualified, [.accepted, .returned]),
            (.accepted, [.proposal, .returned, .lost]), (.returned, [.qualified]), (.proposal, [.contract, .lost]), (.contract, [.won, .lost]),
            (.won, [.briefing]), (.lost, [.briefing]), (.notQualified, []), (.notALead, []), (.duplicate, []),
        ] as [(LeadStatus, [LeadStatus])])
    func movesAreThoseOfTheVocabulary(from: LeadStatus, allowed: [LeadStatus]) throws {
        for target in LeadStatus.allCases where target != from {
            var change = CardChange()
            change.status = target
            change.note = "why"
            change.reason = Card.reasons(for: target).first?.code
            let result = Result { try card(from).applying(change, by: "Anna", at: BookRig.start) }
            switch result {
            case .success(let changed):
                #expect(allowed.contains(target), "\(from) went to \(target)")
                #expect(changed.card.status == target)
            case .failure(let error):
                #expect(!allowed.contains(target), "\(from) could not go to \(target): \(error)")
                #expect((error as? BookError)?.allowed == allowed)
            }
        }
    }

    /// Each row: the change as JSON, and the field that the refusal must name; `nil` where it is good.
    @Test(
        arguments: [
            (LeadStatus.qualified, #"{"status":"RETURNED"}"#, "reason"),
            (.qualified, #"{"status":"RETURNED","reason":"PRICE"}"#, "reason"),
            (.qualified, #"{"status":"RETURNED","reason":"NOT_AS_BRIEFED"}"#, "field"),
            (.qualified, #"{"status":"RETURNED","reason":"NOT_AS_BRIEFED","field":"budget_total"}"#, nil),
            (.qualified, #"{"status":"RETURNED","reason":"CONTACT_INVALID"}"#, nil),
            (.qualified, #"{"status":"ACCEPTED","reason":"PRICE"}"#, "reason"),
            (.accepted, #"{"status":"LOST"}"#, "reason"),
            (.accepted, #"{"status":"LOST","reason":"price"}"#, "reason"),
            (.accepted, #"{"status":"LOST","reason":"PRICE"}"#, nil),
            (.lost, #"{"status":"BRIEFING"}"#, "note"),
            (.lost, #"{"status":"BRIEFING","note":"called again"}"#, nil),
            (.lost, #"{"reason":"POSTPONED"}"#, nil),
            (.accepted, #"{"reason":"POSTPONED"}"#, "reason"),
        ] as [(LeadStatus, String, String?)])
    func aReasonMustFitItsStatus(from: LeadStatus, body: String, field: String?) throws {
        let change = try CardChange(reading: try JSON.parse(body))
        let error = Result { try card(from).applying(change, by: "Anna", at: BookRig.start) }.failure as? BookError
        #expect(error?.field == field)
        if field == nil { #expect(error == nil) }
    }

    @Test func whatChangesNothingLeavesVersionAndHistoryAlone() throws {
        let change = try CardChange(reading: ["status": "QUALIFIED", "manager": nil, "expected_on": nil])
        let changed = try card(.qualified).applying(change, by: "Anna", at: BookRig.start)
        #expect(changed.history.isEmpty)
        #expect(changed.card == card(.qualified))
    }

    @Test func wonIsSuggestedOnceTheContractIsPaid() {
        var card = card(.contract)
        (card.amountMinor, card.paidMinor) = (100, 99)
        #expect(card.suggested == nil)
        card.paidMinor = 100
        #expect(card.suggested == .won)
        card.status = .proposal
        #expect(card.suggested == nil)
        card.amountMinor = nil
        #expect(!card.isPaidInFull)
    }

    @Test func anAttemptIsPutOffLongerEachTimeUpToFiveMinutes() {
        let pauses = (1...12).map { SalesBook.pause(afterAttempts: $0, chance: 0).milliseconds / 1000 }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
        #expect(SalesBook.pause(afterAttempts: .max, chance: 255) < .seconds(375))
    }

    private func card(_ status: LeadStatus) -> Card {
        Card(key: BookRig.key, lead: LeadFields(stored: .object([])), status: status, at: BookRig.start)
    }
}

extension Result {
    fileprivate var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
