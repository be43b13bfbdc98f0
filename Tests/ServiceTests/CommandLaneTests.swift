// SPDX-License-Identifier: Apache-2.0
import CallModel
import CallsieveService
import Essentials
import HTTPTransfer
import Intake
import Logging
import PBX
import Store
import Synchronization
import Testing

@Suite("A command steers a call in time or not at all")
struct CommandLaneTests {
    /// The contract `callsieve`, steered by commands: two for a diverted call.
    private static let dialect = """
        dialect: steered
        verify: {scheme: standard-webhooks, secret: signing}
        body: [{type: application/json, read: [json]}]
        formats: {time: unix seconds}
        fields: {call: call, caller: from, line: to, at: at, command: command}
        events:
          - {when: {event: result}, kind: result, key: "{command}:result"}
          - {when: {event: decide}, kind: incoming, asks: yes, key: "{call}:decide"}
          - {when: {event: ended}, kind: ended, key: "{call}:ended"}
        replies: {ok: 200, refused: 401, malformed: 400, unavailable: 503}
        answer:
          within: 60 s
          command: {base: "https://pbx.example/api/", within: 8 s}
          verbs:
            answer: nothing
            answer first: {substitute: answer}
            divert:
              - {post: "{call}/answer", json: {id: "{command}"}}
              - {post: "{call}/transfer", json: {to: "{target}"}}
            menu: {substitute: answer}
            voicemail: {substitute: answer}
            reject: {post: "{call}/hangup"}
        """

    /// Answers as told; counts what was sent.
    private final class FakePBX: HTTPClient {
        private let sent = Mutex<[String]>([])
        private let answer: @Sendable (String) -> TransferResult
        init(_ answer: @escaping @Sendable (String) -> TransferResult) { self.answer = answer }
        var urls: [String] { sent.withLock { $0 } }
        func send(_ request: TransferRequest, deadline: Deadline) async -> TransferResult {
            sent.withLock { $0.append(request.url) }
            return answer(request.url)
        }
        func shutdown() async {}
    }

    private static func ok(_ url: String) -> TransferResult { .response(TransferResponse(status: 200, headers: [], body: [])) }

    /// A blocked number calls: the rules reject, by a command.
    private func rejected(_ body: (IntakeRig, [OwedCommand]) async throws -> Void) async throws {
        let rig = try await IntakeRig(dialect: Self.dialect)
        do {
            try await rig.tell("decide", "\"from\":\"+74956661122\"")
            try await body(rig, await rig.commands.first())
        } catch {
            await rig.close()
            throw error
        }
        await rig.close()
    }

    private func sender(_ pbx: FakePBX, _ rig: IntakeRig) -> CommandSender {
        let sender = CommandSender(http: pbx, time: rig.time, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        sender.attach(rig.intake)
        return sender
    }

    private func commands(_ rig: IntakeRig) async throws -> [CommandRecord] {
        let call = try #require(try await rig.calls().first)
        return try await rig.store.read { try $0.commands(of: call.id) }
    }

    @Test("it is owed in the deciding transaction, sent once, and its result is joined")
    func sentOnce() async throws {
        try await rejected { rig, chain in
            let value1 = try await commands(rig).map(\.state)
            #expect(value1 == [.waiting])
            let pbx = FakePBX(Self.ok)
            await sender(pbx, rig).send(chain: chain)
            await sender(pbx, rig).send(chain: chain)
            #expect(pbx.urls == ["https://pbx.example/api/c-1/hangup"])
            let sent = try #require(try await commands(rig).first)
            #expect(sent.state == .sent)
            #expect(sent.status == 200)
            let again = try await rig.tell("decide", "\"from\":\"+74956661122\"")
            #expect(again.status == 200)
            #expect(rig.commands.all.count == 1, "the same webhook owes nothing new")
            try await rig.post("{\"event\":\"result\",\"command\":\"\(sent.commandID)\",\"result\":1000}")
            let value2 = try await commands(rig).first?.result
            #expect(value2 == "1000")
        }
    }

    @Test("late, it is dropped, said so, and the caller who was let through has his lead")
    func lateIsDropped() async throws {
        try await rejected { rig, chain in
            let value3 = try await rig.leads().isEmpty
            #expect(value3)
            rig.time.advance(by: .seconds(8))
            let pbx = FakePBX(Self.ok)
            await sender(pbx, rig).send(chain: chain)
            #expect(pbx.urls.isEmpty)
            let value4 = try await commands(rig).map(\.state)
            #expect(value4 == [.dropped])
            let value5 = try await rig.audit("call.command").map(\.outcome)
            #expect(value5 == ["dropped"])
            let value6 = try await rig.leads().count
            #expect(value6 == 1)
        }
    }

    @Test("after a crash: what waits is sent in time or dropped, what was being sent is unknown and not repeated")
    func crash() async throws {
        try await rejected { rig, chain in
            let inTime = try await IntakeRig.afterCrash(of: rig, dialect: Self.dialect)
            let pbx = FakePBX(Self.ok)
            let left = await inTime.intake.commandsLeftOpen()
            #expect(
                left.map(\.request)
                    == chain.map { command in
                        var request = command.request
                        request.within = .zero
                        return request
                    })
            await sender(pbx, inTime).send(chain: left)
            #expect(pbx.urls.count == 1)
            await inTime.close()

            let late = try await IntakeRig.afterCrash(of: rig, dialect: Self.dialect)
            late.time.advance(by: .seconds(9))
            let value7 = await late.intake.commandsLeftOpen().isEmpty
            #expect(value7)
            let value8 = try await commands(late).map(\.state)
            #expect(value8 == [.dropped])
            await late.close()

            let value9 = await rig.intake.claim(chain[0])
            #expect(value9)
            let begun = try await IntakeRig.afterCrash(of: rig, dialect: Self.dialect)
            let value10 = await begun.intake.commandsLeftOpen().isEmpty
            #expect(value10)
            let value11 = try await commands(begun).map(\.state)
            #expect(value11 == [.unknown])
            await begun.close()
        }
    }

    @Test("of two, the second waits for the first and is dropped when that is refused", arguments: [200, 422])
    func inOrder(status: Int) async throws {
        let rig = try await IntakeRig(dialect: Self.dialect) { $0.sources["demo"]?.facts = [:] }
        do {
            let number = try #require(PhoneNumbers().number("+74957770000", region: "RU"))
            let now = rig.time.now()
            try await rig.store.write { try $0.save(DirectoryEntry(number: number, source: "list", who: "client", manager: "Boris", asOf: now)) }
            try await rig.tell("decide", "\"from\":\"+74957770000\"")
            let chain = await rig.commands.first()
            #expect(chain.count == 2)
            let pbx = FakePBX { url in .response(TransferResponse(status: url.hasSuffix("/answer") ? status : 200, headers: [], body: [])) }
            await sender(pbx, rig).send(chain: chain)
            #expect(pbx.urls.count == (status == 200 ? 2 : 1))
            let value12 = try await commands(rig).map(\.state)
            #expect(value12 == (status == 200 ? [.sent, .sent] : [.refused, .dropped]))
        } catch {
            await rig.close()
            throw error
        }
        await rig.close()
    }
}
