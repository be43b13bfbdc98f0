// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Intake
import Screening
import Store
import Testing
import WireFormats

@Suite("The briefing desk")
struct IntakeDeskTests {
    @Test("every answer is saved, the preview follows, close decides and orders once")
    func closes() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("decide")
            let call = try #require(try await rig.calls().first)
            var view = try await rig.desk.take(call: call.ulid, by: "Anna")
            #expect(view.state == .open)
            #expect(view.lead.status == .briefing)
            #expect(view.preview.decided == false)
            #expect(view.next == "purpose")
            let lead = view.lead.ulid
            _ = try await rig.desk.answer("purpose", value: "project", lead: lead, by: "Anna")
            view = try await rig.desk.answer("service", value: "site", lead: lead, by: "Anna")
            #expect(view.next == "budget")
            await #expect(throws: DeskError.self) { try await rig.desk.answer("budget", value: "much", lead: lead, by: "Anna") }
            view = try await rig.desk.answer("budget", value: "450 000", lead: lead, by: "Anna")
            #expect(view.preview.decided)
            #expect(view.preview.then == .qualify)
            view = try await rig.desk.close(lead: lead, by: "Anna")
            #expect(view.state == .closed)
            #expect(view.lead.status == .qualified)
            #expect(view.decision != nil)
            let order = try #require(try await rig.orders(of: view.lead).first)
            #expect(order.kind == .deliver)
            #expect(order.account == "book")
            #expect(order.payload["lead.amount"] == "450000.00")
            #expect(order.payload["lead.amount_minor"] == 45_000_000)
            #expect(order.payload["lead.currency"] == "RUB")
            #expect(order.payload["lead.phone_digits"] == "74951112233")
            #expect(order.payload["lead.status"] == "QUALIFIED")
            #expect(order.payload["lead.group"] == "sales")
            #expect(order.payload["lead.answers.service"] == "site")
            await #expect(throws: DeskError.self) { try await rig.desk.close(lead: lead, by: "Anna") }
            #expect(try await rig.orders(of: view.lead).count == 1)
            #expect(try await rig.audit("briefing.close").count == 1)
        }
    }

    @Test("a second person reads, is told who holds it, and may take over")
    func secondPerson() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("decide")
            let lead = try await rig.lead().ulid
            await #expect(throws: DeskError.self) { try await rig.desk.view(lead: lead, for: "Boris") }
            _ = try await rig.desk.take(lead: lead, by: "Anna")
            #expect(try await rig.desk.take(lead: lead, by: "Anna").state == .open)
            #expect(try await rig.desk.view(lead: lead, for: "Boris").state == .readOnly)
            let held = await #expect(throws: DeskError.self) { try await rig.desk.take(lead: lead, by: "Boris") }
            #expect(held?.code == .held)
            #expect(held?.holder == "Anna")
            await #expect(throws: DeskError.self) { try await rig.desk.decline("budget", lead: lead, by: "Boris") }
            #expect(try await rig.desk.takeOver(lead: lead, by: "Boris").state == .open)
            await #expect(throws: DeskError.self) { try await rig.desk.decline("budget", lead: lead, by: "Anna") }
            #expect(try await rig.desk.decline("budget", lead: lead, by: "Boris").holder == "Boris")
        }
    }

    @Test("declined and other are settled; cleared is open again")
    func answers() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("decide")
            let lead = try await rig.lead().ulid
            _ = try await rig.desk.take(lead: lead, by: "Anna")
            _ = try await rig.desk.answer("purpose", value: "project", lead: lead, by: "Anna")
            var view = try await rig.desk.other("service", text: "a shop, perhaps", lead: lead, by: "Anna")
            #expect(view.preview.decided)
            #expect(view.questions.first { $0.question.fact == "service" }?.answer?.value == "a shop, perhaps")
            view = try await rig.desk.clear("service", lead: lead, by: "Anna")
            #expect(!view.preview.decided)
            await #expect(throws: DeskError.self) { try await rig.desk.decline("colour", lead: lead, by: "Anna") }
        }
    }

    @Test("an override needs a reason of its verdict and a note, and is stored as a person's")
    func overrides() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("decide")
            let lead = try await rig.lead().ulid
            _ = try await rig.desk.take(lead: lead, by: "Anna")
            for (reason, note) in [(nil, "why"), ("SPAM", "why"), ("BUDGET_LOW", "  ")] as [(ReasonCode?, String)] {
                let error = await #expect(throws: DeskError.self) {
                    try await rig.desk.override(lead: lead, then: .drop, reason: reason, group: nil, note: note, by: "Anna")
                }
                #expect(error?.code == .notAcceptable)
            }
            let view = try await rig.desk.override(lead: lead, then: .drop, reason: "BUDGET_LOW", group: nil, note: "asked for a gift", by: "Anna")
            #expect(view.lead.status == .notQualified)
            #expect(view.lead.reason == "BUDGET_LOW")
            let decision = try #require(try await rig.store.read { try $0.decisions(of: view.lead.id) }.last)
            #expect(decision.overriddenBy == "Anna")
            #expect(decision.note == "asked for a gift")
            let again = await #expect(throws: DeskError.self) { try await rig.desk.take(lead: lead, by: "Boris") }
            #expect(again?.code == .notOpen)
            await #expect(throws: DeskError.self) { try await rig.desk.reopen(lead: lead, note: "", by: "Boris") }
            let reopened = try await rig.desk.reopen(lead: lead, note: "called back with a budget", by: "Boris")
            #expect(reopened.lead.status == .briefing)
            #expect(reopened.state == .open)
        }
    }

    @Test("forgotten: ten minutes after the last answer of an ended call, an answered one is a callback")
    func forgotten() async throws {
        try await IntakeRig.run { rig in
            try await rig.answeredCall()
            let lead = try await rig.lead()
            _ = try await rig.desk.take(lead: lead.ulid, by: "Anna")
            rig.time.advance(by: .seconds(300))
            _ = try await rig.desk.answer("purpose", value: "project", lead: lead.ulid, by: "Anna")
            rig.time.advance(by: .seconds(599))
            await rig.due.runDue()
            #expect(try await rig.lead().status == .briefing)
            rig.time.advance(by: .seconds(1))
            await rig.due.runDue()
            let forgotten = try await rig.lead()
            #expect(forgotten.status == .needsCallback)
            #expect(forgotten.reason == "BRIEFING_NOT_CLOSED")
            #expect(try await rig.desk.view(lead: lead.ulid, for: "Anna").state == .closed)
            #expect(try await rig.orders(of: lead).isEmpty)
        }
    }

    @Test("a form is not forgotten while its call is still on")
    func stillTalking() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("decide")
            try await rig.tell("answered", second: 3)
            let lead = try await rig.lead()
            _ = try await rig.desk.take(lead: lead.ulid, by: "Anna")
            rig.time.advance(by: .seconds(3000))
            await rig.due.runDue()
            #expect(try await rig.lead().status == .briefing)
        }
    }

    @Test("a briefing that names the number of an open lead makes its own lead a duplicate")
    func namesAnother() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("decide", call: "c-1")
            let first = try await rig.lead()
            try await rig.tell("decide", call: "c-2", "\"from\":\"anonymous\"")
            let second = try await rig.lead()
            _ = try await rig.desk.take(lead: second.ulid, by: "Anna")
            _ = try await rig.desk.answer("call back on", value: "+7 495 111-22-33", lead: second.ulid, by: "Anna")
            _ = try await rig.desk.close(lead: second.ulid, by: "Anna")
            let closed = try await rig.lead()
            #expect(closed.status == .duplicate)
            #expect(closed.duplicateOf == first.id)
            #expect(try await rig.orders(of: closed).isEmpty)
        }
    }

    @Test("changes are told after the commit")
    func feed() async throws {
        try await IntakeRig.run { rig in
            let changes = rig.feed.changes()
            try await rig.tell("decide")
            let call = try #require(try await rig.calls().first)
            var kinds: Set<LiveChange.Kind> = []
            for await change in changes {
                kinds.insert(change.kind)
                if change == LiveChange(.call, call.ulid) { break }
            }
            #expect(kinds.contains(.call))
        }
    }
}
