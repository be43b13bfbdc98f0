// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import HTTPTypes
import Logging
import SalesBook
import ServiceLifecycle
import Synchronization
import Testing
import WireFormats

@Suite struct BookSenderTests {
    @Test func eachChangeIsToldOnceInOrderAndSigned() async throws {
        try await BookRig.run { rig in
            let hook = Hook()
            let sender = try hook.sender(rig.book)
            let id = try await rig.deliver()
            #expect(try await sender.sendDue() == 0, "what Callsieve said itself is no news to it")
            try await rig.change(id, #"{"status":"ACCEPTED","amount":"300000","manager":"Vera","expected_on":"2026-12-10"}"#)
            try await rig.change(id, #"{"status":"ACCEPTED"}"#)
            _ = try await rig.person(.post, "/book/api/v1/cards/\(id)/payments", #"{"amount":"1000"}"#, match: "*")
            _ = try await rig.person(.post, "/book/api/v1/cards/\(id)/notes", #"{"text":"only ours"}"#)
            try await rig.change(id, #"{"status":"RETURNED","reason":"NOT_AS_BRIEFED","field":"task","note":"why"}"#)
            while try await sender.sendDue() > 0 {}
            let told = hook.taken.map { $0["data"] ?? .null }
            #expect(told.map { $0["status"] } == ["ACCEPTED", "ACCEPTED", "RETURNED"])
            #expect(told.map { $0["paid"] } == ["0.00", "1000.00", "1000.00"])
            #expect(
                told.last == [
                    "key": .string(BookRig.key), "card": "B-1", "version": 4, "status": "RETURNED", "reason": "NOT_AS_BRIEFED", "field": "task",
                    "note": "why", "amount": "300000.00", "currency": "RUB", "paid": "1000.00", "expected_on": "2026-12-10",
                    "owner": "Vera", "group": .null, "changed_at": "2026-11-23T12:00:00.000Z", "changed_by": "Anna",
                ])
            #expect(hook.badSignatures == 0)
            #expect(try await sender.sendDue() == 0)
        }
    }

    @Test func whatIsOwedOutlivesARestartAndKeepsItsName() async throws {
        let folder = TemporaryFolder()
        let hook = Hook()
        hook.answer(503)
        try await BookRig.run(folder: folder) { rig in
            let id = try await rig.deliver()
            try await rig.change(id, #"{"status":"ACCEPTED"}"#)
            try await rig.change(id, #"{"status":"PROPOSAL"}"#)
            #expect(try await hook.sender(rig.book).sendDue() == 0)
            #expect(try await rig.person(.get, "/book/api/v1/cards/\(id)").json["unsent"] == 2)
        }
        hook.answer(204)
        try await BookRig.run(folder: folder, at: BookRig.start + .seconds(60)) { rig in
            let sender = try hook.sender(rig.book)
            while try await sender.sendDue() > 0 {}
            #expect(try await rig.person(.get, "/book/api/v1/cards/B-1").json["unsent"] == 0)
        }
        #expect(hook.taken.compactMap { $0["data"]?["status"]?.string } == ["ACCEPTED", "PROPOSAL"])
        #expect(hook.ids.count == 3)
        #expect(hook.ids[0] == hook.ids[1], "a repeat bears the same webhook-id")
        #expect(hook.badSignatures == 0)
    }

    @Test func aRefusedChangeWaitsLongerEachTimeAndHoldsItsOwnCardOnly() async throws {
        try await BookRig.run { rig in
            let hook = Hook()
            let sender = try hook.sender(rig.book)
            for number in 1...2 { try await rig.change(try await rig.deliver("cs-\(number)"), #"{"status":"ACCEPTED"}"#) }
            try await rig.change("B-1", #"{"status":"PROPOSAL"}"#)
            hook.answer(500, toCard: "B-1")
            #expect(try await sender.sendDue() == 1)
            #expect(try await sender.sendDue() == 0, "not due again at once")
            rig.time.advance(by: .seconds(2))
            #expect(try await sender.sendDue() == 0)
            #expect(hook.ids.count == 3)
            rig.time.advance(by: .seconds(2))
            #expect(try await sender.sendDue() == 0, "the second pause is longer")
            #expect(hook.ids.count == 3 || hook.ids.count == 4)
            rig.time.advance(by: .seconds(600))
            hook.answer(200)
            while try await sender.sendDue() > 0 {}
            #expect(hook.taken.compactMap { $0["data"]?["card"]?.string } == ["B-2", "B-1", "B-1"])
        }
    }

    @Test func theServiceSendsAChangeAsSoonAsItIsMade() async throws {
        try await BookRig.run { rig in
            let hook = Hook()
            let sender = try hook.sender(rig.book)
            let service = Task { try await sender.run() }
            let id = try await rig.deliver()
            try await rig.change(id, #"{"status":"ACCEPTED"}"#)
            var arrivals = hook.arrivals.makeAsyncIterator()
            #expect(await arrivals.next() == "ACCEPTED")
            try await rig.change(id, #"{"status":"PROPOSAL"}"#)
            #expect(await arrivals.next() == "PROPOSAL")
            service.cancel()
            try await service.value
        }
    }

    @Test func secretsAreMadeOnceAndKeptFromOthers() throws {
        let folder = TemporaryFolder()
        try Folder.make(folder.path)
        let path = folder.path + "/book-token"
        let first = try SecretFile.load(path: path) { SecretFile.token(SystemRandom()) }
        #expect(try SecretFile.load(path: path) { "another" } == first)
        #expect(first.reveal().utf8.count == 43)
        #expect(try Folder.mode(path) == 0o600)
        try Folder.open(path)
        let failure = #expect(throws: SecretFile.Failure.self) { try SecretFile.load(path: path) { "x" } }
        #expect(failure?.description.contains("chmod 600") == true)
        #expect(failure?.description.contains(first.reveal()) == false)
    }
}

/// The other end of the webhook: answers as it is told, keeps what it took, checks every signature.
private final class Hook: Sendable {
    private struct State {
        var status = 200
        var statusByCard: [String: Int] = [:]
        var taken: [JSON] = []
        var ids: [String] = []
        var badSignatures = 0
    }
    private let state = Mutex(State())
    private let secret = Secret("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    let arrivals: AsyncStream<String>
    private let arrive: AsyncStream<String>.Continuation

    init() { (arrivals, arrive) = AsyncStream.makeStream() }

    var taken: [JSON] { state.withLock { $0.taken } }
    var ids: [String] { state.withLock { $0.ids } }
    var badSignatures: Int { state.withLock { $0.badSignatures } }

    func answer(_ status: Int, toCard card: String? = nil) {
        state.withLock { state in
            if let card { state.statusByCard[card] = status } else { (state.status, state.statusByCard) = (status, [:]) }
        }
    }

    func sender(_ book: SalesBook) throws -> BookSender {
        let key = try #require(StandardWebhookKey(secret))
        return BookSender(book: book, key: key, logger: Logger(label: "book")) { message in
            func header(_ name: String) -> String { message.headers.first { $0.name == name }?.value ?? "" }
            let isGood = key.matches(
                header("webhook-signature"), id: header("webhook-id"), timestamp: header("webhook-timestamp"), body: message.body)
            let body = try JSON.parse(message.body)
            return self.state.withLock { state in
                if !isGood { state.badSignatures += 1 }
                state.ids.append(header("webhook-id"))
                let status = state.statusByCard[body["data"]?["card"]?.string ?? ""] ?? state.status
                if (200..<300).contains(status) {
                    state.taken.append(body)
                    self.arrive.yield(body["data"]?["status"]?.string ?? "")
                }
                return status
            }
        }
    }
}
