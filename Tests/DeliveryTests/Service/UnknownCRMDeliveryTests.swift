// SPDX-License-Identifier: Apache-2.0
import CRM
import CRMTestKit
import Essentials
import HTTPTransfer
import Store
import Synchronization
import Testing
import WireFormats

@testable import Delivery

/// A CRM that no recipe is shipped for, over a real socket: its YAML is all there is of it.
@Suite struct UnknownCRMDeliveryTests {
    /// Clients and orders behind a token that has to be asked for. Errors come as 200; the first order is made and its answer lost, and
    /// the first token ends in between.
    final class FlowerServer: Sendable {
        struct State {
            var tokens = 0
            var isOver = false
            var clients: [String] = []
            var orders: [(ref: String, client: Int64, sum: String?)] = []
            var drops = 1
        }
        let state = Mutex(State())

        func serve(_ connection: TestConnection) {
            while let request = connection.readRequest() {
                guard let body = answer(request) else { return connection.reset() }
                connection.answer(200, body)
            }
        }

        private func answer(_ request: TestRequest) -> String? {
            state.withLock { (state: inout State) -> String? in
                let json = (try? JSON.parse(request.body)) ?? .null
                if request.target == "/v1/token" { return FlowerServer.token(Form(parsing: request.body), &state) }
                guard !state.isOver, request.headers["x-session"] == "t\(state.tokens)" else { return "{\"error\":{\"code\":\"session_over\"}}" }
                switch request.target {
                case "/v1/clients/search":
                    let found = state.clients.firstIndex(of: json["phone"]?.string ?? "").map { "{\"id\":\($0),\"phone\":\"\(state.clients[$0])\"}" }
                    return "{\"data\":[\(found ?? "")]}"
                case "/v1/clients":
                    state.clients.append(json["phone"]?.string ?? "")
                    return "{\"data\":{\"id\":\(state.clients.count - 1)}}"
                case "/v1/orders/search":
                    let found = state.orders.firstIndex { $0.ref == json["ref"]?.string }
                    return "{\"data\":[\(found.map { "{\"id\":\($0),\"ref\":\"\(state.orders[$0].ref)\"}" } ?? "")]}"
                case "/v1/orders":
                    state.orders.append((json["ref"]?.string ?? "", json["client"]?.integer ?? -1, json["sum"]?.scalarText))
                    guard state.drops == 0 else {
                        state.drops -= 1
                        state.isOver = true
                        return nil
                    }
                    return "{\"data\":{\"id\":\(state.orders.count - 1)}}"
                default: return "{\"error\":{\"code\":\"wrong\",\"text\":\"no such thing\"}}"
                }
            }
        }

        private static func token(_ form: Form, _ state: inout State) -> String {
            let isRight = form["grant_type"] == "password" ? form["password"] == "canary" : form["refresh_token"] == "r\(state.tokens)"
            guard isRight else { return "{\"error\":{\"code\":\"bad_password\",\"text\":\"no\"}}" }
            state.tokens += 1
            state.isOver = false
            return "{\"data\":{\"access\":\"t\(state.tokens)\",\"refresh\":\"r\(state.tokens)\",\"expires_in\":86400}}"
        }
    }

    @Test func leadsArriveOnceEach() async throws {
        let flower = FlowerServer()
        let server = TestServer { flower.serve($0) }
        let http = try HTTPTransferTests.patient()
        let rig = try await DeliveryRig()
        let account = DeliveryAccount(
            name: "flower", recipe: try Recipe.load(FlowerCRM.recipe, file: "flower.yaml"),
            fields: ["url": Secret("http://127.0.0.1:\(server.port)"), "user": Secret("robot"), "password": Secret("canary")],
            policy: try server.policy, pace: Pace(concurrent: 1, timeout: .seconds(60)))
        let engine = rig.engine(http, [account])
        for number in 1...5 {
            let lead = try await rig.lead(UInt64(number))
            let phone = "+7916123456\(number % 3)"
            try await rig.enqueue(lead, .deliver, account, [("lead.phone", .string(phone)), ("lead.amount", "1500.50")])
        }
        for _ in 0..<80 {
            try await engine.drain()
            rig.time.advance(by: .seconds(61))
        }
        await http.shutdown()
        #expect(try await rig.orders(.delivered).count == 5)
        let (orders, clients, tokens) = flower.state.withLock { ($0.orders, $0.clients, $0.tokens) }
        #expect(orders.count == 5 && Set(orders.map(\.ref)).count == 5, "each order once")
        #expect(Set(clients).count == clients.count && clients.count == 3, "each client once")
        #expect(orders.allSatisfy { $0.sum == "1500.50" && $0.client >= 0 })
        #expect(tokens == 2, "one token at first, one when it was over")
    }
}
