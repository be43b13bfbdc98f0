// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import HTTPTransfer
import SQLEngine
import Store
import WireFormats

/// The tokens of accounts that must ask for one. One request at a time an account, however many leads wait for it, and a token is
/// stored before it is used: a pair that rotates exists once in the world.
actor SessionDesk {
    /// What a request is to carry, or how the attempt to get it ended.
    enum Result: Sendable {
        case ready(Held)
        case ending(OutboxEntry.Ending)
    }

    struct Held: Sendable {
        var session: CRMSession
        /// Grows with each token; tells which one a request was refused with.
        var number: Int
        var obtainedAt: Instant
    }

    private struct Place {
        var held: Held?
        var isExpired = false
        var underWay: Task<Result, Never>?
        /// The credentials were refused: not asked again at once for each lead that waits, since that locks accounts.
        var refused: (why: String, at: Instant)?
    }

    /// A token is renewed this long before its end, so that it does not end on its way.
    static let margin = Duration.seconds(60)
    /// A token that is refused so soon after it was given is not cured by another one.
    static let youth = Duration.seconds(60)

    private let store: Store
    private let http: any HTTPClient
    private let time: any TimeSource
    private var places: [String: Place] = [:]

    init(store: Store, http: any HTTPClient, time: any TimeSource) {
        self.store = store
        self.http = http
        self.time = time
    }

    /// The account's token, asked for if there is none that holds.
    func session(of account: DeliveryAccount, recipe: Recipe) async -> Result {
        let place = places[account.name] ?? Place()
        if let held = place.held, !place.isExpired, held.session.expiresAt.map({ time.now() + SessionDesk.margin < $0 }) ?? true {
            return .ready(held)
        }
        if let refused = place.refused, time.now() - refused.at < SessionDesk.youth { return SessionDesk.refusal(refused.why) }
        if let underWay = place.underWay { return await underWay.value }
        // Not a child task: whoever came first may be cancelled while others wait. Bounded by the requests' deadlines.
        let task = Task { await self.obtain(account, recipe) }
        places[account.name, default: Place()].underWay = task
        let result = await task.value
        places[account.name]?.underWay = nil
        return result
    }

    /// A request was refused as carrying an expired token.
    /// - Returns: `false` when the token was so young that a new one is no cure.
    func expired(_ held: Held, account: String) -> Bool {
        guard let current = places[account]?.held, current.number == held.number else { return true }
        places[account]?.isExpired = true
        return time.now() - current.obtainedAt >= SessionDesk.youth
    }

    private func obtain(_ account: DeliveryAccount, _ recipe: Recipe) async -> Result {
        var previous = places[account.name]?.held?.session
        if previous == nil { previous = await stored(account.name) }
        if places[account.name]?.held == nil, let previous, let end = previous.expiresAt, time.now() + SessionDesk.margin < end {
            return .ready(keep(previous, account.name))
        }
        if let previous, recipe.canRefresh(previous, account: account.fields) {
            switch await ask(account, recipe, previous: previous, refreshing: true) {
            case .granted(let session): return await settle(session, account.name)
            case .failed(let answer): return SessionDesk.later(answer)
            case .refused: break
            }
        }
        switch await ask(account, recipe, previous: nil, refreshing: false) {
        case .granted(let session): return await settle(session, account.name)
        case .failed(let answer): return SessionDesk.later(answer)
        case .refused(let answer):
            let why = answer.message ?? answer.class.rawValue
            places[account.name, default: Place()].refused = (why, time.now())
            return SessionDesk.refusal(why)
        }
    }

    /// Whatever kept the token away, the lead's own request was not sent: the account waits, and no outcome is unknown.
    private static func later(_ answer: CRMAnswer) -> Result {
        let why = answer.message ?? answer.class.rawValue
        return .ending(.answered(CRMAnswer(class: .throttled, wait: answer.wait ?? .seconds(30), message: "token: \(why)")))
    }

    private static func refusal(_ why: String) -> Result { .ending(.answered(CRMAnswer(class: .authInvalid, message: "token: \(why)"))) }

    private func ask(_ account: DeliveryAccount, _ recipe: Recipe, previous: CRMSession?, refreshing: Bool) async -> SessionAnswer {
        let now = time.now()
        let context = RecipeContext(
            payload: .object([]), account: account.fields, mapping: account.mapping, session: previous?.values ?? [:], stepKey: "", now: now)
        let request: CRMRequest
        do {
            request = try recipe.sessionRequest(context, refreshing: refreshing)
        } catch {
            return .refused(CRMAnswer(class: .authInvalid, message: error.description))
        }
        let transfer = TransferRequest(
            method: request.method, url: request.url, headers: request.headers.map { TransferHeader($0.name, $0.value) }, body: request.body,
            policy: account.policy)
        switch await http.send(transfer, deadline: .after((account.pace ?? recipe.pace).timeout)) {
        case .response(let response):
            let answer = CRMResponse(
                status: response.status, headers: response.headers.map { CRMHeader($0.name, $0.value) }, body: response.body)
            return recipe.readSession(answer, context, refreshing: refreshing, previous: previous)
        case .failedBeforeSend(let failure) where failure.reason == .egressRefused || failure.reason == .badRequest:
            return .refused(CRMAnswer(class: .authInvalid, message: failure.description))
        case .failedBeforeSend(let failure), .unknown(let failure):
            return .failed(CRMAnswer(class: .throttled, message: failure.description))
        }
    }

    /// Stored first, used then.
    private func settle(_ session: CRMSession, _ account: String) async -> Result {
        let bytes = SessionDesk.encode(session)
        do {
            try await store.write(.completion) { tx in try tx.saveAccountSession(bytes, of: account) }
        } catch {
            // Kept, since it may be the only one of its kind, and marked expired, so that it is renewed and stored before it is used.
            _ = keep(session, account)
            places[account]?.isExpired = true
            return .ending(.answered(CRMAnswer(class: .throttled, wait: .seconds(5), message: "the token could not be stored")))
        }
        return .ready(keep(session, account))
    }

    private func keep(_ session: CRMSession, _ account: String) -> Held {
        let held = Held(session: session, number: (places[account]?.held?.number ?? 0) + 1, obtainedAt: time.now())
        places[account, default: Place()].held = held
        places[account]?.isExpired = false
        places[account]?.refused = nil
        return held
    }

    private func stored(_ account: String) async -> CRMSession? {
        let bytes = try? await store.read { try $0.accountSession(account) }
        return bytes.flatMap { SessionDesk.decode($0) }
    }

    private static func encode(_ session: CRMSession) -> [UInt8] {
        let values = session.values.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value.reveal())) }
        return JSON.object(present: [("values", .object(values)), ("expires_at", session.expiresAt.map { JSON($0.unixMilliseconds) })]).serialised()
    }

    private static func decode(_ bytes: [UInt8]) -> CRMSession? {
        guard let json = try? JSON.parse(bytes), let members = json["values"]?.members else { return nil }
        let values = members.compactMap { member in member.value.string.map { (member.name, Secret($0)) } }
        return CRMSession(
            values: Dictionary(values, uniquingKeysWith: { first, _ in first }),
            expiresAt: json["expires_at"]?.integer.map(Instant.init(unixMilliseconds:)))
    }
}
