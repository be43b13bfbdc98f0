// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import HTTPTransfer
import SQLEngine
import Store
import Synchronization
import Testing
import WireFormats

@testable import Delivery

/// The running service: real clock, real sockets where a socket matters.
@Suite struct DeliveryServiceTests {
    /// An order of the sales book's recipe to a server that answers as `script` says.
    private func bookAccount(_ server: TestServer) throws -> DeliveryAccount {
        DeliveryAccount(
            name: "book", recipe: try #require(Recipe.shipped("salesbook")),
            fields: ["url": Secret("http://127.0.0.1:\(server.port)/book"), "token": Secret("canary-token")], policy: try server.policy)
    }

    private func untilDelivered(_ rig: DeliveryRig, _ count: Int) async throws {
        while try await rig.orders(.delivered).count < count { await Task.yield() }
    }

    @Test(.timeLimit(.minutes(1))) func leadReachesTheBookOverHTTP() async throws {
        let rig = try await DeliveryRig()
        let server = TestServer { connection in
            while let request = connection.readRequest() {
                connection.answer(request.target.contains("/calls/") ? 200 : 201, "{\"id\":\"B-17\",\"created\":true}")
            }
        }
        let account = try bookAccount(server)
        let lead = try await rig.lead(1)
        try await rig.enqueue(
            lead, .deliver, account, [("lead.name", "Ivan"), ("lead.status", "QUALIFIED"), ("call.id", "01J"), ("call.talk_s", 175)])
        let service = rig.service(try HTTPTransfer(), [account])
        let running = Task { try await service.run() }
        try await untilDelivered(rig, 1)
        running.cancel()
        try await running.value
        #expect(
            server.requests.map(\.line) == ["PUT /book/api/v1/leads/\(lead.key) HTTP/1.1", "PUT /book/api/v1/leads/\(lead.key)/calls/01J HTTP/1.1"])
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer canary-token" })
        #expect(server.connectionCount == 1)
        let stored = try #require(try await rig.store.read { try $0.lead(lead.id) })
        #expect(stored.remoteID == "B-17" && stored.remoteState == "delivered" && stored.account == "book")
    }

    /// R9 over a socket: the book makes the card and drops the answer at each step of the way; one card each.
    @Test(.timeLimit(.minutes(1))) func droppedAnswersDoNotDouble() async throws {
        let rig = try await DeliveryRig()
        let cards = Mutex<Set<String>>([])
        let server = TestServer { connection in
            while let request = connection.readRequest() {
                let isNew = cards.withLock { $0.insert(request.target).inserted }
                if isNew { return connection.reset() }
                connection.answer(200, "{\"id\":\"B-1\",\"created\":false}")
            }
        }
        let account = try bookAccount(server)
        for number in 1...20 { try await rig.enqueue(try await rig.lead(UInt64(number)), .deliver, account) }
        let engine = rig.engine(try HTTPTransfer(), [account])
        for _ in 0..<40 {
            try await engine.drain()
            rig.time.advance(by: .seconds(60))
        }
        #expect(try await rig.orders(.delivered).count == 20)
        #expect(cards.withLock { $0.count } == 20)
        await engine.http.shutdown()
    }

    /// R43: nobody tells the service that an order was written; it finds it.
    @Test(.timeLimit(.minutes(1))) func orderIsFoundWithoutAWakeUp() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        let service = rig.service(DeliveryEngineTests.well, [account], settings: DeliverySettings(pollEvery: .milliseconds(5)))
        let running = Task { try await service.run() }
        try await rig.enqueue(try await rig.lead(1), .deliver, account)
        try await untilDelivered(rig, 1)
        running.cancel()
        try await running.value
    }

    /// R18: a stop under load ends in time; what was under way is recorded as it was, and no order is blamed.
    @Test(.timeLimit(.minutes(1))) func stopRecordsWhatWasUnderWay() async throws {
        let rig = try await DeliveryRig()
        let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
        let server = TestServer { connection in
            _ = connection.readRequest()
            arrival.yield()
            connection.stall()
        }
        let account = try bookAccount(server)
        for number in 1...4 { try await rig.enqueue(try await rig.lead(UInt64(number)), .deliver, account) }
        let service = rig.service(try HTTPTransfer(), [account], settings: DeliverySettings(stopWithin: .milliseconds(100)))
        let running = Task { try await service.run() }
        var count = 0
        for await _ in arrived {
            count += 1
            if count == 4 { break }
        }
        running.cancel()
        try await running.value
        let orders = try await rig.orders()
        #expect(orders.allSatisfy { $0.state == .waiting && $0.attempts == 0 && $0.isBegun })
        let first = try await rig.order(try #require(orders.first).ulid)
        #expect(first.steps.first?.state == .unknown)
    }

    @Test func requestThatEndsInTimeIsFinishedBeforeTheStop() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        try await rig.enqueue(try await rig.lead(1), .deliver, account)
        let gate = OpenableGate()
        let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
        let http = ScriptedHTTP { _ in
            arrival.yield()
            await gate.pass()
            return .answer(200, "{\"id\":\"7\"}")
        }
        let service = rig.service(http, [account])
        let running = Task { try await service.run() }
        for await _ in arrived { break }
        running.cancel()
        gate.open()
        try await running.value
        #expect(try await rig.orders(.delivered).count == 1)
    }
}
