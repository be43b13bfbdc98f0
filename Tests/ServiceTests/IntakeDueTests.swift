// SPDX-License-Identifier: Apache-2.0
import Essentials
import Testing

@testable import Intake

@Suite("Work that is due") struct IntakeDueTests {
    @Test("it gives way to webhooks while the store has no time for both, and not for long")
    func givesWay() async throws {
        try await IntakeRig.run(changing: { $0.hangupGrace = .zero }) { rig in
            try await rig.answeredCall()
            rig.stall.work(for: .seconds(3600))
            #expect(await rig.due.yields())
            // Idle since the last look; the end of the last commit may still be counted once.
            while await rig.due.yields() {}
            rig.time.advance(by: DueWork.yieldMax)
            rig.stall.work(for: .seconds(3600))
            #expect(await rig.due.yields() == false)
            #expect(await rig.due.runDue() == 1)
        }
    }

    @Test("nothing due: there is nothing to give way with")
    func idle() async throws {
        try await IntakeRig.run { rig in
            rig.stall.work(for: .seconds(3600))
            #expect(await rig.due.yields() == false)
        }
    }
}
