// SPDX-License-Identifier: Apache-2.0
import CRM
import CRMTestKit
import Essentials
import HTTPTransfer
import Synchronization
import Testing
import WireFormats

/// Every recorded message over a real socket: the request leaves through libcurl, a server plays the recorded answer and keeps a ledger of
/// what arrived, and the recipe reads what libcurl made of it. The entries are those of the index files.
@Suite struct RecordedExchangeTests {
    /// Plays one answer after the other and writes down each request.
    final class MockCRM: Sendable {
        private final class Answer: Sendable { let bytes = Mutex<[UInt8]>([]) }
        private let answer: Answer
        private let server: TestServer

        init() {
            let answer = Answer()
            server = TestServer { connection in
                while connection.readRequest() != nil { connection.send(answer.bytes.withLock { $0 }) }
            }
            self.answer = answer
        }

        /// The address that stands in for the CRM's.
        var base: String { "http://127.0.0.1:\(server.port)" }
        var policy: EgressPolicy { get throws { try server.policy } }
        /// In the order of arrival.
        var ledger: [TestRequest] { server.requests }

        func play(_ response: CRMResponse) {
            var head = "HTTP/1.1 \(response.status) X\r\n"
            for header in response.headers { head += "\(header.name): \(header.value)\r\n" }
            let hasNoBody = response.status == 204 || response.status == 304
            if !hasNoBody { head += "Content-Length: \(response.body.count)\r\n" }
            answer.bytes.withLock { $0 = Array((head + "\r\n").utf8) + (hasNoBody ? [] : response.body) }
        }
    }

    struct Lost: Error {}

    /// Sends the operation's request and gives the answer as it came back.
    static func exchange(
        _ context: RecordedContext, _ response: CRMResponse, _ mock: MockCRM, _ http: HTTPTransfer
    ) async throws -> CRMResponse {
        let request = try context.request()
        guard let scheme = request.url.firstRange(of: "://") else { throw Lost() }
        let rest = request.url[scheme.upperBound...]
        let target = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
        mock.play(response)
        let transfer = TransferRequest(
            method: request.method, url: mock.base + target, headers: request.headers.map { TransferHeader($0.name, $0.value) },
            body: request.body, policy: try mock.policy)
        guard case .response(let answer) = await http.send(transfer, deadline: .after(.seconds(60))) else { throw Lost() }
        return CRMResponse(status: answer.status, headers: answer.headers.map { CRMHeader($0.name, $0.value) }, body: answer.body)
    }

    @Test func everyRecordedMessageIsExchanged() async throws {
        let mock = MockCRM()
        var settings = HTTPTransfer.Settings()
        settings.idleAgeMax = .seconds(600)
        let http = try HTTPTransfer(settings: settings)
        var (requests, answers, inbound) = (0, 0, 0)
        for crm in try RecordedCRM.all {
            for operation in crm.operations {
                guard !operation.isInbound else {
                    inbound += 1 + operation.answers.count
                    continue
                }
                let context = try RecordedContext(operation) { Recipe.shipped($0) }
                let partial = crm.profile["partial"]
                for recorded in operation.answers {
                    let response = try await Self.exchange(context, try recorded.response(), mock, http)
                    answers += 1
                    guard partial?[recorded.name] == nil else { continue }
                    let read = context.read(response)
                    #expect(read.class.rawValue == recorded.class, "\(recorded)")
                    if let id = recorded.recordID { #expect(read.taken.values.contains { $0.scalarText == id }, "\(recorded)") }
                    if let wait = recorded.wait { #expect(read.wait == wait, "\(recorded)") }
                }
                requests += 1
                try Self.checkLedger(mock.ledger.last, operation, context)
            }
            answers += try await Self.common(crm, mock, http)
        }
        await http.shutdown()
        let listed = try RecordedCRM.all.map(\.messageCount).reduce(0, +)
        print(
            "crm exchanged messages: \(requests) requests + \(answers) answers + \(inbound) of hooks = \(requests + answers + inbound) of \(listed)")
        #expect(requests + answers + inbound == listed)
        #expect(mock.ledger.count == answers, "each answer was asked for once")
    }

    /// Answers that any operation may get, to the CRM's first one.
    static func common(_ crm: RecordedCRM, _ mock: MockCRM, _ http: HTTPTransfer) async throws -> Int {
        guard let operation = crm.operations.first(where: { !$0.isInbound && !$0.name.hasPrefix("auth.") }) else { return 0 }
        let context = try RecordedContext(operation) { Recipe.shipped($0) }
        for recorded in crm.common {
            let response = try await exchange(context, try recorded.response(), mock, http)
            let read = context.read(response)
            #expect(read.class.rawValue == recorded.class, "\(recorded)")
            if let wait = recorded.wait { #expect(read.wait == wait, "\(recorded)") }
        }
        return crm.common.count
    }

    /// What arrived is what was recorded.
    static func checkLedger(_ request: TestRequest?, _ operation: RecordedOperation, _ context: RecordedContext) throws {
        let request = try #require(request)
        let values = context.values.mapValues { $0.hasPrefix("<uuid of ") ? "<any>" : $0 }
        let headers = request.headers.map { CRMHeader($0.key, $0.value) }
        let differences = MessageMatch(try operation.request(), values: values).differences(
            method: request.method, host: nil, target: request.target, headers: headers, body: request.body)
        #expect(differences.isEmpty, "\(operation): \(differences.joined(separator: "; "))")
    }
}
