// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Intake
import PBX
import PBXSamples
import Store
import Testing

/// The vendors' recorded requests through the real intake: store, fold and rules included.
@Suite("What PBXs sent goes through the whole intake")
struct VendorIntakeTests {
    private static let sources = Result {
        try Dictionary(uniqueKeysWithValues: VendorSources.names.map { ($0, IntakeSettings.Source(profile: try VendorSources.source($0))) })
    }

    private func rig(_ body: (IntakeRig) async throws -> Void) async throws {
        let sources = try Self.sources.get()
        let rig = try await IntakeRig(at: Samples.now) { $0.sources = sources }
        do { try await body(rig) } catch {
            await rig.close()
            throw error
        }
        await rig.close()
    }

    private func receive(_ row: Recorded.Row, _ rig: IntakeRig) async throws -> HookReply {
        await rig.intake.receive(source: row.provider, token: nil, try Recorded.request("pbx/" + row.file, arrivedAt: row.now))
    }

    @Test("every bad sample is refused with its status and leaves no event, and none of its words is kept")
    func badSamples() async throws {
        let rows = try Recorded.manifest().filter { $0.verdict != "valid" }
        try #require(rows.count > 50)
        try await rig { rig in
            for row in rows {
                let reply = try await receive(row, rig)
                #expect(String(reply.status) == row.answer, "\(row.file)")
            }
            let calls = try await rig.calls()
            #expect(calls.isEmpty)
            let leads = try await rig.leads()
            #expect(leads.isEmpty)
            // What was believed and can't be read is kept as unreadable; what was refused leaves nothing.
            let unreadable = try await rig.store.read { try $0.unreadable().items.count }
            #expect(unreadable == rows.count { $0.verdict == "malformed" })
            let states = await rig.intake.sources()
            let refused = states.filter { $0.state == .refused }
            #expect(refused.count >= 15)
            #expect(refused.allSatisfy { $0.sentence(.en).count > 40 && $0.sentence(.ru).count > 30 })
        }
    }

    @Test("every story, in order, backwards and with each webhook doubled, is one call of one outcome", arguments: VendorSources.names)
    func stories(_ vendor: String) async throws {
        let rows = try Recorded.manifest().filter { $0.provider == vendor && $0.verdict == "valid" && $0.kind != "handshake" }
        let names = Set(rows.map { Self.story($0) }).sorted()
        for name in names {
            let story = rows.filter { Self.story($0) == name }
            var outcomes: Set<[String]> = []
            for order in [story, story.reversed(), story.flatMap { [$0, $0] }] {
                try await rig { rig in
                    var arrival = Samples.now
                    for row in order {
                        // Webhooks are sent out of order; they do not arrive before those that arrived, unless they would be too old by then.
                        let sent = row.now ?? arrival
                        arrival = max(arrival, sent)
                        let isStale = arrival - sent > .seconds(300)
                        let request = try Recorded.request("pbx/" + row.file, arrivedAt: isStale ? sent : arrival)
                        let reply = await rig.intake.receive(source: row.provider, token: nil, request)
                        #expect((200..<300).contains(reply.status), "\(row.file)")
                    }
                    let calls = try await rig.calls()
                    let leads = try await rig.leads()
                    let ends = calls.map { "\($0.pbxCallID) \($0.outcome?.rawValue ?? "-") \($0.digits?.sorted().description ?? "")" }.sorted()
                    outcomes.insert(ends + ["\(leads.count) leads"])
                }
            }
            #expect(outcomes.count == 1, "\(vendor)/\(name): \(outcomes)")
        }
    }

    private static func story(_ row: Recorded.Row) -> String {
        String(row.file.split(separator: "/").last?.split(separator: "-").first ?? "")
    }

    @Test("a source waits for its first webhook, is heard, and falls silent in working hours; the state outlives a restart")
    func contacts() async throws {
        let hours = WorkingHours(spans: [WorkingHours.Span(weekdays: [1, 2, 3, 4, 5, 6, 7], from: 0, until: 1440)])
        let sources = try Self.sources.get()
        let rig = try await IntakeRig(at: Samples.now) { settings in
            settings.sources = sources.filter { $0.key == "asterisk" || $0.key == "twilio" }
            settings.lines = Lines([Line(number: "+74950000101", name: "main", source: "asterisk", hours: hours)])
        }
        do {
            let waiting = await rig.intake.sources()
            #expect(waiting.map(\.state) == [.waiting, .waiting])
            #expect(waiting[0].sentence(.en) == "asterisk: waiting for the first webhook at /hooks/asterisk.")
            #expect(waiting[0].sentence(.ru).contains("ждём первый вебхук"))
            let first = try #require(try Recorded.manifest().first { $0.provider == "asterisk" })
            _ = try await receive(first, rig)
            let heard = await rig.intake.sources()
            #expect(heard.map(\.state) == [.heard, .waiting])
            #expect(heard[0].seenKind == "incoming")
            await rig.due.runDue()
            rig.time.advance(by: .seconds(4 * 3600 + 1))
            let next = try await IntakeRig(folder: nil, at: rig.time.now()) { _ in }
            await next.close()
            let silent = await rig.intake.sources()
            #expect(silent.map(\.state) == [.silent, .waiting])
            let stored = try await rig.store.read { try $0.sourceContacts() }
            #expect(stored["asterisk"]?.seenAt == Samples.now)
        } catch {
            await rig.close()
            throw error
        }
        await rig.close()
    }

    @Test("too many at once: a PBX that would play an error gets its preset answer, and the event is stored")
    func overloaded() async throws {
        try await rig { rig in
            let row = try #require(try Recorded.manifest().first { $0.file == "twilio/answered-01-voice.http" })
            let request = try Recorded.request("pbx/" + row.file, arrivedAt: row.now)
            let reply = rig.intake.overloaded(source: "twilio", request)
            #expect(reply.status == 200)
            #expect(String(decoding: reply.body, as: UTF8.self).contains("<Dial"))
            var forged = request
            forged.body.append(UInt8(ascii: "x"))
            let refused = rig.intake.overloaded(source: "twilio", forged)
            #expect(refused.status == 503)
            let mango = try #require(try Recorded.manifest().first { $0.provider == "mango" })
            let other = rig.intake.overloaded(source: "mango", try Recorded.request("pbx/" + mango.file, arrivedAt: mango.now))
            #expect(other.status == 503)
            #expect(rig.intake.counts.presetAnswers == 1)
        }
    }

    @Test("a field that no path names is kept with the call, and is a fact where the source maps it")
    func unknownField() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("decide", "\"utm_campaign\":\"spring\",\"x_new_field\":\"17\"")
            let call = try #require(try await rig.calls().first)
            #expect(call.extra["x_new_field"] == "17")
            let decision = try #require(try await rig.store.read { try $0.decisions(of: call.id) }.first)
            #expect(decision.input.facts["campaign"] == .text("spring"))
        }
    }
}
