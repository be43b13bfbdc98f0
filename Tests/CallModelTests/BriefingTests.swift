// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Testing

@Suite("A briefing is held by one person")
struct BriefingTests {
    let grace: Duration = .seconds(600)

    @Test("its holder answers; another may read and take over")
    func holder() throws {
        var briefing = Briefing(heldBy: "Anna", at: noon)
        try briefing.answer("budget", .value("300 000"), by: "Anna", at: noon + .seconds(5))
        #expect(throws: BriefingRefusal.heldBy("Anna")) { try briefing.answer("start", .declined, by: "Boris", at: noon) }
        #expect(throws: BriefingRefusal.heldBy("Anna")) { try briefing.taken(by: "Boris") }
        try briefing.taken(by: "Anna")
        try briefing.takeOver(by: "Boris", at: noon + .seconds(6))
        #expect(throws: BriefingRefusal.heldBy("Boris")) { try briefing.answer("start", .declined, by: "Anna", at: noon) }
        try briefing.answer("budget", .other("as a friend"), by: "Boris", at: noon + .seconds(7))
        #expect(briefing.answers["budget"] == Briefing.Answer(answer: .other("as a friend"), by: "Boris", at: noon + .seconds(7)))
        try briefing.clear("budget", by: "Boris", at: noon + .seconds(8))
        #expect(briefing.answers.isEmpty)
    }

    @Test("closed, it takes nothing more; reopened, it has its answers")
    func closing() throws {
        var briefing = Briefing(heldBy: "Anna", at: noon)
        try briefing.answer("budget", .declined, by: "Anna", at: noon)
        #expect(throws: BriefingRefusal.heldBy("Anna")) { try briefing.close(by: "Boris", at: noon) }
        try briefing.close(by: "Anna", at: noon + .seconds(60))
        #expect(throws: BriefingRefusal.notOpen(.closed)) { try briefing.answer("x", .declined, by: "Anna", at: noon) }
        #expect(throws: BriefingRefusal.notOpen(.closed)) { try briefing.override(by: "Anna", at: noon) }
        #expect(throws: BriefingRefusal.notOpen(.closed)) { try briefing.takeOver(by: "Boris", at: noon) }
        try briefing.reopen(by: "Boris", at: noon + .seconds(90))
        #expect(briefing.answers["budget"]?.answer == .declined)
        #expect(briefing.heldBy == "Boris")
        #expect(throws: BriefingRefusal.alreadyOpen) { try briefing.reopen(by: "Anna", at: noon) }
    }

    @Test("forgotten ten minutes after it was last touched, not before, and once")
    func forgotten() throws {
        var briefing = Briefing(heldBy: "Anna", at: noon)
        try briefing.answer("budget", .declined, by: "Anna", at: noon + .seconds(100))
        #expect(briefing.isForgottenAt(grace: grace) == noon + .seconds(700))
        let expired = [699, 9999, 99_999].map { briefing.expire(grace: grace, at: noon + .seconds($0)) }
        #expect(expired == [false, true, false])
        #expect(briefing.state == .expired)
    }
}
