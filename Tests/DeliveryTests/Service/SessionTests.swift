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

/// Accounts that must ask for a token: once for all who wait, stored before it is used, renewed when it is refused.
@Suite struct SessionTests {
    static let recipe = """
        recipe: tokens
        account: {user: text, password: secret}
        base: "https://crm.example"
        auth:
          kind: token
          get: {url: "https://crm.example/token", form: {grant_type: password, user: "{account.user}", password: "{account.password}"}}
          refresh: {url: "https://crm.example/token", form: {grant_type: refresh_token, refresh_token: "{auth.refresh}"}}
          take: {token: access_token, refresh: refresh_token}
          life: {body: expires_in, unit: seconds}
          header: {name: Authorization, value: "Bearer {auth.token}"}
        operations:
          create:
            post: create
            json: {key: "{lead.key}"}
            idempotent: yes
        plan:
          deliver: [{step: lead, do: create}]
        classify:
          - {status: 401, class: auth_expired}
          - {status: 2xx, class: ok}
          - {class: server_error}
        """

    static func account(_ name: String = "crm") throws -> DeliveryAccount {
        DeliveryAccount(
            name: name, recipe: try Recipe.load(recipe, file: "tokens"), fields: ["user": Secret("u"), "password": Secret("canary-password")],
            policy: .publicOnly)
    }

    /// A CRM with rotating pairs: `t1`/`r1`, `t2`/`r2` …; only the newest token is taken, each refresh token once.
    final class TokenCRM: Sendable {
        struct State {
            var number = 0
            var isValid = true
            var grants: [String] = []
            var life: Int?
            var refusesAll = false
        }
        let state = Mutex(State())

        func answer(_ request: TransferRequest) -> TransferResult {
            state.withLock { state in
                if request.operation == "token" { return TokenCRM.grant(Form(parsing: request.body ?? []), &state) }
                let carried = request.headers.first { $0.name == "Authorization" }?.value
                guard state.isValid, !state.refusesAll, carried == "Bearer t\(state.number)" else { return .answer(401) }
                return .answer(200, "{\"id\":\"7\"}")
            }
        }

        private static func grant(_ form: Form, _ state: inout State) -> TransferResult {
            let kind = form["grant_type"] ?? ""
            if kind == "refresh_token", form["refresh_token"] != "r\(state.number)" { return .answer(400, "{\"error\":\"invalid_grant\"}") }
            state.number += 1
            state.isValid = true
            state.grants.append(kind)
            let life = state.life.map { ",\"expires_in\":\($0)" } ?? ""
            return .answer(200, "{\"access_token\":\"t\(state.number)\",\"refresh_token\":\"r\(state.number)\"\(life)}")
        }

        var grants: [String] { state.withLock { $0.grants } }
        func expire() { state.withLock { $0.isValid = false } }
    }

    private func rig(_ leads: Int) async throws -> (DeliveryRig, DeliveryAccount) {
        let rig = try await DeliveryRig()
        let account = try Self.account()
        for number in 1...leads { try await rig.enqueue(try await rig.lead(UInt64(number)), .deliver, account) }
        return (rig, account)
    }

    @Test func oneTokenServesAllWhoWait() async throws {
        let (rig, account) = try await rig(20)
        let crm = TokenCRM()
        try await rig.engine(ScriptedHTTP { crm.answer($0) }, [account]).drain()
        #expect(try await rig.orders(.delivered).count == 20)
        #expect(crm.grants == ["password"])
    }

    /// BAD-INPUTS F 70: the token has expired; one refresh for all the leads that wait, no attempt counted, nothing doubled.
    @Test func expiredTokenIsRefreshedOnce() async throws {
        let (rig, account) = try await rig(1)
        let crm = TokenCRM()
        let engine = rig.engine(ScriptedHTTP { crm.answer($0) }, [account])
        try await engine.drain()
        for number in 2...20 { try await rig.enqueue(try await rig.lead(UInt64(number)), .deliver, account) }
        crm.expire()
        rig.time.advance(by: .seconds(3_600))
        try await engine.drain()
        #expect(crm.grants == ["password", "refresh_token"])
        #expect(try await rig.orders(.delivered).count == 20)
        #expect(try await rig.orders().allSatisfy { $0.attempts == 0 })
    }

    /// The pair is on disk, sealed: the next process refreshes with it instead of asking for a new one.
    @Test func restartGoesOnWithTheStoredPair() async throws {
        let (rig, account) = try await rig(1)
        let crm = TokenCRM()
        let http = ScriptedHTTP { crm.answer($0) }
        try await rig.engine(http, [account]).drain()
        try await rig.enqueue(try await rig.lead(2), .deliver, account)
        try await rig.engine(http, [account]).drain()
        #expect(crm.grants == ["password", "refresh_token"])
        #expect(try await rig.orders(.delivered).count == 2)
        let stored = try #require(try await rig.store.read { try $0.accountSession("crm") })
        #expect(String(decoding: stored, as: UTF8.self).contains("r2"))
        let sealed = try await rig.store.read { try $0.sql.query("SELECT sealed FROM order_sessions") { $0.blob(0) } }
        #expect(sealed.count == 1 && !String(decoding: sealed[0], as: UTF8.self).contains("r2"))
    }

    /// A token whose life is known is renewed before its end.
    @Test func tokenIsRenewedBeforeItsEnd() async throws {
        let (rig, account) = try await rig(1)
        let crm = TokenCRM()
        crm.state.withLock { $0.life = 3_600 }
        let engine = rig.engine(ScriptedHTTP { crm.answer($0) }, [account])
        try await engine.drain()
        rig.time.advance(by: .seconds(3_550))
        try await rig.enqueue(try await rig.lead(2), .deliver, account)
        try await engine.drain()
        #expect(crm.grants == ["password", "refresh_token"])
    }

    /// A refresh token that was used up falls back to the credentials.
    @Test func refusedRefreshAsksWithTheCredentials() async throws {
        let (rig, account) = try await rig(1)
        let crm = TokenCRM()
        let engine = rig.engine(ScriptedHTTP { crm.answer($0) }, [account])
        try await engine.drain()
        crm.state.withLock { $0.number += 1 }
        rig.time.advance(by: .seconds(3_600))
        try await rig.enqueue(try await rig.lead(2), .deliver, account)
        try await engine.drain()
        #expect(crm.grants == ["password", "password"])
        #expect(try await rig.orders(.delivered).count == 2)
    }

    /// A fresh token that is refused as well is no matter of tokens: the account stops instead of asking for ever.
    @Test func freshTokenThatIsRefusedStopsTheAccount() async throws {
        let (rig, account) = try await rig(3)
        let crm = TokenCRM()
        crm.state.withLock { $0.refusesAll = true }
        let engine = rig.engine(ScriptedHTTP { crm.answer($0) }, [account])
        for _ in 0..<20 {
            try await engine.drain()
            rig.time.advance(by: .seconds(1))
        }
        #expect(engine.desk.health["crm"]?.name == "stopped")
        #expect(crm.grants.count <= 2)
    }

    @Test func wrongPasswordStopsTheAccountAndShowsNoSecret() async throws {
        let (rig, account) = try await rig(3)
        let http = ScriptedHTTP { _ in .answer(400, "{\"error\":\"invalid_grant\",\"error_description\":\"wrong password\"}") }
        let engine = rig.engine(http, [account])
        try await engine.drain()
        guard case .stopped(let why, _, _) = engine.desk.health["crm"] else { throw Unexpected() }
        #expect(why == "token: wrong password")
        #expect(http.requests.count == 1)
        #expect(try await rig.orders().allSatisfy { $0.state == .waiting && !"\($0)".contains("canary") })
    }

    @Test func deadTokenServerIsWaitedFor() async throws {
        let (rig, account) = try await rig(1)
        let isDown = Atomic(true)
        let crm = TokenCRM()
        let engine = rig.engine(ScriptedHTTP { isDown.load(ordering: .relaxed) ? .refused : crm.answer($0) }, [account])
        try await engine.drain()
        isDown.store(false, ordering: .relaxed)
        rig.time.advance(by: .seconds(60))
        try await engine.drain()
        #expect(try await rig.orders(.delivered).count == 1)
    }
}
