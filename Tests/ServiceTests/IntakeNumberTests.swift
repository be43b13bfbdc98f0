// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Intake
import Screening
import Store
import Testing

@Suite("What a number tells by itself is there for the rules to ask")
struct IntakeNumberTests {
    private func facts(from: String) async throws -> [String: FactInput] {
        let rig = try await IntakeRig()
        do {
            try await rig.tell("decide", "\"from\":\"\(from)\"")
            let call = try #require(try await rig.calls().first)
            let decision = try #require(try await rig.store.read { try $0.decisions(of: call.id) }.first)
            await rig.close()
            return decision.input.facts
        } catch {
            await rig.close()
            throw error
        }
    }

    @Test("a Russian mobile")
    func mobile() async throws {
        let facts = try await facts(from: "8 916 123-45-67")
        #expect(facts["caller kind"] == .text("number"))
        #expect(facts["number type"] == .text("mobile"))
        #expect(facts["number valid"] == .yesNo(true))
        #expect(facts["caller country"] == .text("RU"))
        #expect(facts["caller area"] == .text("Russia"))
        #expect(facts["foreign caller"] == .yesNo(false))
    }

    @Test("a number from abroad")
    func foreign() async throws {
        let facts = try await facts(from: "+442079460124")
        #expect(facts["caller country"] == .text("GB"))
        #expect(facts["caller area"] == .text("London"))
        #expect(facts["foreign caller"] == .yesNo(true))
    }

    @Test("what is no public number", arguments: [("anonymous", "withheld"), ("201", "extension"), ("112", "short"), ("sip:anna@h.example", "sip")])
    func others(from: String, kind: String) async throws {
        let facts = try await facts(from: from)
        #expect(facts["caller kind"] == .text(kind))
        #expect(facts["number type"] == nil)
        #expect(facts["foreign caller"] == nil)
    }
}
