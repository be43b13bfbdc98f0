// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import HTTPTypes
import Logging
import SalesBook
import Synchronization
import Testing
import WireFormats

@testable import Intake

/// What the book tells is what the outcome hook reads.
@Suite struct BookOutcomeTests {
    @Test func theOutcomeHookReadsWhatTheBookSends() async throws {
        let bodies = Mutex<[[UInt8]]>([])
        try await BookRig.run { rig in
            let id = try await rig.deliver(BookRig.key, #","amount":"300000""#)
            try await rig.change(id, #"{"status":"ACCEPTED","manager":"Vera"}"#)
            try await rig.change(id, #"{"status":"LOST","reason":"PRICE"}"#)
            let key = try #require(StandardWebhookKey(Secret("whsec_AAECAwQ=")))
            let sender = BookSender(book: rig.book, key: key, logger: Logger(label: "book")) { message in
                bodies.withLock { $0.append(message.body) }
                return 200
            }
            while try await sender.sendDue() > 0 {}
        }
        let outcomes = try bodies.withLock { $0 }.map { try #require(ReportedOutcome($0)) }
        #expect(outcomes.map(\.status) == [.accepted, .lost])
        #expect(outcomes.map(\.reason) == [nil, "PRICE"])
        for outcome in outcomes {
            #expect(outcome.key == BookRig.key)
            #expect(outcome.card == "B-1")
            #expect(outcome.amount == "300000.00")
            #expect(outcome.paid == "0.00")
            #expect(outcome.currency == "RUB")
            #expect(outcome.owner == "Vera")
            #expect(outcome.changedAt == BookRig.start)
        }
    }
}
