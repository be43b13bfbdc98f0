// SPDX-License-Identifier: Apache-2.0
public import Essentials
import WireFormats

/// What a CRM gave: the token and whatever belongs to it, by the names of `take`. All of it is secret.
public struct CRMSession: Sendable, Hashable {
    public var values: [String: Secret]
    /// `nil`: until the CRM says that it has expired.
    public var expiresAt: Instant?

    public init(values: [String: Secret], expiresAt: Instant?) {
        self.values = values
        self.expiresAt = expiresAt
    }
}

/// An answer to the request of a token.
public enum SessionAnswer: Sendable, Hashable {
    case granted(CRMSession)
    /// The credentials or the refresh token are not taken (`auth_invalid`, `invalid`, `blocked`, `disabled`): a person's matter, unless
    /// there is another way to ask.
    case refused(CRMAnswer)
    /// Try later: `throttled`, `quota`, `retry`, or `server_error`, whose outcome is unknown; a pair that rotates may be lost then.
    case failed(CRMAnswer)
}

extension Recipe {
    /// Whether requests of this operation need a token that must be asked for. Depends on which of its ways the account can go.
    public func needsSession(_ operation: String, account: [String: Secret]) -> Bool {
        let context = RecipeContext(payload: .object([]), account: account, stepKey: "", now: Instant(unixSeconds: 0))
        guard let operation = operations[operation] else { return false }
        if case .token? = way(operation, TemplateScope(context: context, recipe: self))?.method { return true }
        return false
    }

    /// Whether a refresh token of this account may be used once only: then a lost answer to a refresh may lose the account.
    public func sessionRotates(account: [String: Secret]) -> Bool { token(account)?.rotates ?? false }

    /// The operation that asks for a token; `nil`: nothing is asked.
    public func sessionOperation(account: [String: Secret], refreshing: Bool) -> String? {
        token(account).map { (refreshing ? $0.refresh : nil) ?? $0.get }
    }

    /// The request that gets a token: by the last one's refresh values when `refreshing` and the CRM takes them, else by the account's
    /// credentials. `context.session` holds the values of the last one.
    ///
    /// - Throws: `RecipeError` `.missing` when the account lacks a credential, `.badSecret` when its key can't be read.
    public func sessionRequest(_ context: RecipeContext, refreshing: Bool) throws(RecipeError) -> CRMRequest {
        guard let token = token(context.account), let name = sessionOperation(account: context.account, refreshing: refreshing),
            let operation = operations[name]
        else { throw RecipeError(.noOperation, "token") }
        var scope = TemplateScope(context: context, recipe: self)
        if let assertion = token.assertion {
            scope = TemplateScope(context: context, recipe: self, extra: ["auth.assertion": .string(try assertion.text(scope))])
        }
        return try request(operation, scope)
    }

    /// Whether a token can be renewed from the one before it.
    public func canRefresh(_ session: CRMSession, account: [String: Secret]) -> Bool {
        guard let name = token(account)?.refresh, let operation = operations[name] else { return false }
        let context = RecipeContext(payload: .object([]), account: account, session: session.values, stepKey: "", now: Instant(unixSeconds: 0))
        let scope = TemplateScope(context: context, recipe: self)
        return operation.placeholders.filter { $0.names.contains { $0.hasPrefix("auth.") } }.allSatisfy { (try? $0.value(scope)) != nil }
    }

    /// Reads the answer to `sessionRequest`. Values that a refresh does not repeat are kept from `previous`.
    public func readSession(_ response: CRMResponse, _ context: RecipeContext, refreshing: Bool, previous: CRMSession?) -> SessionAnswer {
        guard let token = token(context.account), let operation = sessionOperation(account: context.account, refreshing: refreshing) else {
            return .refused(CRMAnswer(class: .authInvalid, message: "the recipe asks for no token"))
        }
        var answer = read(response, to: operation, context)
        switch answer.class {
        case .ok, .okCreated, .okExisting, .okEmpty, .okPartial: break
        case .throttled, .quota, .retry, .serverError: return .failed(answer.withoutValues)
        default: return .refused(answer.withoutValues)
        }
        guard answer.taken["token"]?.scalarText != nil else {
            answer.class = .authInvalid
            answer.message = "the answer holds no token" + (answer.message.map { ": \($0)" } ?? "")
            return .refused(answer.withoutValues)
        }
        var values = previous?.values ?? [:]
        for (name, value) in answer.taken { if let text = value.scalarText { values[name] = Secret(text) } }
        let life = token.life?.duration(response, try? JSON.parse(response.body), now: context.now)
        return .granted(CRMSession(values: values, expiresAt: life.map { context.now + $0 }))
    }

    private func token(_ account: [String: Secret]) -> TokenAuth? {
        let context = RecipeContext(payload: .object([]), account: account, stepKey: "", now: Instant(unixSeconds: 0))
        let scope = TemplateScope(context: context, recipe: self)
        if case .token(let token)? = auth.first(where: { $0.holds(scope) })?.method { return token }
        return nil
    }

    /// The way in which a request of this operation proves who we are; `nil`: the account has the fields of none.
    func way(_ operation: Operation, _ scope: TemplateScope) -> AuthWay? { (operation.auth ?? auth).first { $0.holds(scope) } }
}

extension CRMAnswer {
    /// What failed may hold half a token.
    fileprivate var withoutValues: CRMAnswer {
        var answer = self
        answer.taken = [:]
        return answer
    }
}
