// SPDX-License-Identifier: Apache-2.0
import Essentials
import HTTPTransfer
import Testing

/// The transfer loop against a real socket that behaves as the test says.
@Suite struct HTTPTransferTests {
    static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    static func post(_ server: TestServer, _ body: String = "{\"a\":1}", limits: TransferLimits = TransferLimits()) throws -> TransferRequest {
        TransferRequest(
            method: "POST", url: server.url, headers: [TransferHeader("Content-Type", "application/json")], body: Array(body.utf8),
            policy: try server.policy, limits: limits)
    }

    static func send(
        _ request: TransferRequest, within: Duration = .seconds(10), by transfer: HTTPTransfer? = nil
    ) async throws -> TransferResult {
        let http = try transfer ?? patient()
        let result = await http.send(request, deadline: .after(within))
        if transfer == nil { await http.shutdown() }
        return result
    }

    /// Keeps connections for long: a busy machine may let seconds pass between two requests of a test.
    static func patient() throws -> HTTPTransfer {
        var settings = HTTPTransfer.Settings()
        settings.idleAgeMax = .seconds(600)
        return try HTTPTransfer(settings: settings)
    }

    @Test func wholeAnswerIsAResponse() async throws {
        let server = TestServer {
            $0.readRequest().map { _ in () }; $0.answer(201, "{\"id\":\"B-1\"}", headers: ["Retry-After:  7 "])
        }
        guard case .response(let response) = try await Self.send(Self.post(server)) else { throw Unexpected() }
        #expect(response.status == 201)
        #expect(response.body == Array("{\"id\":\"B-1\"}".utf8))
        #expect(response.header("retry-AFTER") == "7")
        #expect(response.connectedTo == server.address.description)
        let request = try #require(server.requests.first)
        #expect(request.line == "POST /leads HTTP/1.1")
        #expect(request.text == "{\"a\":1}")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["expect"] == nil && request.headers["accept-encoding"] == nil)
    }

    @Test(arguments: ["GET", "HEAD", "PUT", "PATCH", "DELETE", "POST"])
    func everyMethodGoesAsItIs(method: String) async throws {
        let server = TestServer {
            _ = $0.readRequest(); $0.send("HTTP/1.1 204 No Content\r\n\r\n")
        }
        let body: [UInt8]? = method == "GET" || method == "HEAD" ? nil : []
        let result = try await Self.send(TransferRequest(method: method, url: server.url, body: body, policy: server.policy))
        guard case .response(let response) = result else { throw Unexpected() }
        #expect(response.status == 204)
        #expect(server.requests.map(\.method) == [method])
        if body != nil { #expect(server.requests.first?.headers["content-length"] == "0") }
    }

    @Test func keptConnectionIsUsedAgain() async throws {
        let server = TestServer(answering: Self.ok)
        let http = try HTTPTransferTests.patient()
        for _ in 0..<5 { _ = try await Self.send(Self.post(server), by: http) }
        #expect(server.connectionCount == 1)
        #expect(server.requests.count == 5)
        await http.shutdown()
    }

    @Test func anotherPolicyNeverSharesAConnection() async throws {
        let server = TestServer(answering: Self.ok)
        let http = try HTTPTransferTests.patient()
        var other = try Self.post(server)
        let neighbour = try #require(EgressAddress("127.0.0.1:9"))
        other.policy = try EgressPolicy(allowing: [server.address, neighbour])
        _ = try await Self.send(Self.post(server), by: http)
        _ = try await Self.send(other, by: http)
        #expect(server.connectionCount == 2)
        await http.shutdown()
    }

    @Test func refusedPortFailsBeforeSend() async throws {
        let port = TestServer.refusingPort()
        let policy = try EgressPolicy(allowing: [try #require(EgressAddress("127.0.0.1:\(port)"))])
        let result = try await Self.send(TransferRequest(method: "POST", url: "http://127.0.0.1:\(port)/", body: [], policy: policy))
        #expect(result == .failedBeforeSend(TransferFailure(.couldNotConnect, curlCode: 7)))
    }

    @Test func unknownNameFailsBeforeSend() async throws {
        let result = try await Self.send(TransferRequest(method: "POST", url: "https://no-such-host.invalid/", body: []))
        guard case .failedBeforeSend(let failure) = result else { throw Unexpected() }
        #expect(failure.reason == .couldNotResolve)
    }

    @Test func silentPeerBehindTLSFailsBeforeSend() async throws {
        let server = TestServer { $0.stall() }
        let request = TransferRequest(method: "POST", url: "https://127.0.0.1:\(server.port)/", body: [1], policy: try server.policy)
        #expect(try await Self.send(request, within: .milliseconds(200)) == .failedBeforeSend(TransferFailure(.timedOut, curlCode: 28)))
    }

    @Test func peerThatSpeaksNoTLSFailsBeforeSend() async throws {
        let server = TestServer {
            $0.send("HTTP/1.1 400 Bad Request\r\n\r\n"); $0.stall()
        }
        let request = TransferRequest(method: "POST", url: "https://127.0.0.1:\(server.port)/", body: [1], policy: try server.policy)
        #expect(try await Self.send(request) == .failedBeforeSend(TransferFailure(.tls, curlCode: 35)))
    }

    @Test func passedDeadlineFailsBeforeSend() async throws {
        let server = TestServer(answering: Self.ok)
        #expect(try await Self.send(Self.post(server), within: .zero) == .failedBeforeSend(TransferFailure(.notAdmitted)))
        #expect(server.connectionCount == 0)
    }

    @Test func cancelledTransferIsUnknownOnceItWasSent() async throws {
        let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
        let server = TestServer {
            _ = $0.readRequest(); arrival.yield(); $0.stall()
        }
        let request = try Self.post(server)
        let task = Task { try await Self.send(request, within: .seconds(60)) }
        for await _ in arrived { break }
        task.cancel()
        #expect(try await task.value == .unknown(TransferFailure(.cancelled)))
    }

    @Test func shutdownEndsWhatIsUnderWayAndRefusesWhatComes() async throws {
        let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
        let server = TestServer {
            _ = $0.readRequest(); arrival.yield(); $0.stall()
        }
        let http = try HTTPTransferTests.patient()
        let request = try Self.post(server)
        let task = Task { try await Self.send(request, within: .seconds(60), by: http) }
        for await _ in arrived { break }
        await http.shutdown()
        #expect(try await task.value == .unknown(TransferFailure(.stopped)))
        #expect(try await Self.send(request, by: http) == .failedBeforeSend(TransferFailure(.stopped)))
        await http.shutdown()
    }

    @Test func manyAtOnceAllEnd() async throws {
        let server = TestServer(answering: Self.ok)
        var settings = HTTPTransfer.Settings()
        settings.transfersMax = 8
        let http = try HTTPTransfer(settings: settings)
        let request = try Self.post(server)
        let statuses = await withTaskGroup(of: TransferResult.self) { group in
            for _ in 0..<300 { group.addTask { await http.send(request, deadline: .after(.seconds(30))) } }
            return await group.reduce(into: 0) { count, result in if case .response = result { count += 1 } }
        }
        #expect(statuses == 300)
        #expect(server.requests.count == 300)
        #expect(server.connectionCount <= 8)
        await http.shutdown()
    }

    @Test func aSilentReceiverLeavesRoomForOthers() async throws {
        let silent = TestServer { $0.stall() }
        let lively = TestServer(answering: Self.ok)
        var settings = HTTPTransfer.Settings()
        settings.transfersMax = 8
        settings.transfersPerPolicyMax = 4
        let http = try HTTPTransfer(settings: settings)
        let stuck = try Self.post(silent)
        let waiting = (0..<20).map { _ in Task { await http.send(stuck, deadline: .after(.seconds(60))) } }
        for _ in 0..<50 {
            guard case .response = try await Self.send(Self.post(lively), by: http) else { throw Unexpected() }
        }
        await http.shutdown()
        for task in waiting { #expect(try await endedByStop(task)) }
    }

    private func endedByStop(_ task: Task<TransferResult, Never>) async throws -> Bool {
        switch await task.value {
        case .unknown(let failure), .failedBeforeSend(let failure): failure.reason == .stopped
        case .response: false
        }
    }
}

/// A result of another kind than the test is about.
struct Unexpected: Error {}
