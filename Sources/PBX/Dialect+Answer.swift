// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Crypto
import WireFormats

extension Dialect {
    /// The answer to an event that asks, or that waits to be told how its call goes on; to any other, the plain acknowledgement.
    /// - Parameters:
    ///   - verdict: of moment `ring`; `nil`, or one without `then`: let the call through.
    ///   - commandID: for a command; `nil`: made from the event's key, so that the same event gives the same id.
    public func answer(
        _ verdict: Verdict?, to event: CallEvent, _ source: SourceProfile, commandID: String? = nil
    ) -> CallTimeAnswer {
        guard event.awaitsAnswer, let plan = compiled.answer else { return .reply(reply(.ok)) }
        guard let (action, target) = Dialect.choice(verdict, event, source, plan) else { return .reply(reply(.unavailable)) }
        let id = commandID ?? Dialect.commandID(event)
        let context = AnswerContext(
            action: action, target: target, verdict: verdict, event: event, source: source, texts: plan.texts, commandID: id)
        switch plan.verb(action, at: event.askingPoint, to: target, source) {
        case .reply(let template): return .reply(template.filled(context.text))
        case .commands(let templates):
            let requests = templates.enumerated().compactMap { $1.request(context, id: templates.count == 1 ? id : "\(id)-\($0 + 1)") }
            return requests.count == templates.count ? .commands(requests, ok: reply(.ok)) : .reply(reply(.ok))
        case .nothing, .substitute, .forms, nil: return .reply(reply(.ok))
        }
    }

    /// How a call goes on after a menu of ours: to the source's target `key N` for the keys that were pressed, else to people.
    public func goOn(after event: CallEvent, _ source: SourceProfile) -> CallTimeAnswer {
        guard let digits = event.digits, source.targets["key \(digits)"] != nil else { return answer(nil, to: event, source) }
        var verdict = Verdict(then: .divert)
        verdict.to = "key \(digits)"
        return answer(verdict, to: event, source)
    }

    /// What is really done for a verb, after the source's and the dialect's substitutes.
    /// - Parameter point: the asking point, where a dialect has several; `nil`: its main one.
    public func carriedOut(_ action: Action, at point: String? = nil, _ source: SourceProfile) -> Action {
        compiled.answer?.carriedOut(action, at: point, source) ?? .answer
    }

    /// What `answer` really does about a call: as `carriedOut(_:at:_:)`, and `answer` where a verb has nowhere to send the caller.
    public func carriedOut(_ verdict: Verdict?, for event: CallEvent, _ source: SourceProfile) -> Action {
        guard event.asks, let plan = compiled.answer else { return .answer }
        return Dialect.choice(verdict, event, source, plan)?.action ?? .answer
    }

    /// The verb and its address; `nil` when even letting the call through needs an address and the source has none.
    private static func choice(
        _ verdict: Verdict?, _ event: CallEvent, _ source: SourceProfile, _ plan: AnswerPlan
    ) -> (action: Action, target: String?)? {
        func needsTarget(_ action: Action, _ address: String?) -> Bool {
            plan.verb(action, at: event.askingPoint, to: address, source)?.needsTarget ?? false
        }
        let wanted = plan.carriedOut(verdict?.then ?? .answer, at: event.askingPoint, for: verdict, source)
        let address = AnswerPlan.target(verdict, wanted, source)
        guard address == nil, needsTarget(wanted, nil) else { return (wanted, address) }
        // To nowhere is no way to send a caller: the call is let through instead.
        let fallback = AnswerPlan.target(nil, .answer, source)
        guard wanted != .answer, fallback != nil || !needsTarget(.answer, nil) else { return nil }
        return (.answer, fallback)
    }

    private static func commandID(_ event: CallEvent) -> String {
        "cs-" + Hex.encode(SHA256.hash(data: Array("\(event.source)\u{0}\(event.dedupeKey)".utf8)).prefix(12))
    }
}

extension Dialect {
    /// Names of the points at which the PBX asks; `[nil]` where there is one without a name, empty where nothing is answered.
    public var askingPoints: [String?] {
        guard let answer = compiled.answer else { return [] }
        let named = answer.points.keys.filter { point in compiled.rows.contains { $0.asks && $0.askingPoint == point } }.sorted()
        return answer.verbs.isEmpty ? named.map(Optional.some) : [nil] + named.map(Optional.some)
    }

    /// Whether this source's calls can be answered or steered: some PBXs need a secret for it.
    public func asks(_ source: SourceProfile) -> Bool {
        compiled.rows.contains { row in row.asks && (row.asksWith.map { !(source.keys[$0] ?? []).isEmpty } ?? true) }
    }

    /// Sentences that a source may replace, with what is said where it does not; empty: not used.
    public var texts: [String: String] { compiled.answer?.texts ?? [:] }
}

extension Capabilities {
    init(_ compiled: CompiledDialect) {
        var verbs: [Action: Carriage] = [:]
        if let answer = compiled.answer {
            for action in Action.allowed(at: .ring) { verbs[action] = answer.verb(action, at: nil).flatMap(Carriage.init) }
        }
        var kinds: [EventKind] = []
        for row in compiled.rows {
            if case .event(let kind) = row.meaning, !kinds.contains(kind) { kinds.append(kind) }
        }
        let points = compiled.answer.map { $0.points.isEmpty ? [nil] : $0.points.keys.map(Optional.some) } ?? []
        self.init(
            asks: compiled.rows.contains(where: \.asks), verbs: verbs, kinds: kinds, schemes: compiled.schemes.map(\.name),
            needsPublicBase: compiled.needsPublicBase, needsZone: compiled.needsZone,
            needsAnswerTarget: points.contains { compiled.answer?.verb(.answer, at: $0)?.needsTarget ?? false })
    }
}

extension CompiledDialect {
    /// Secrets with which commands are signed.
    var commandSecrets: [String] {
        let verbs = [answer?.verbs ?? [:]] + (answer.map { Array($0.points.values) } ?? [])
        let commands = verbs.flatMap(\.values).flatMap(\.commands)
        return commands.flatMap { $0.slots.compactMap(\.secret) }
            + commands.flatMap { command -> [String] in
                switch command.signature {
                case .none: return []
                case .bearer(let secret): return [secret]
                case .basic(let user, let password): return [user, password]
                case .mango(let key, let salt): return [key, salt]
                }
            }
    }
}

extension Capabilities.Carriage {
    /// Of several forms, that of the one without conditions.
    init?(_ verb: AnswerPlan.Verb) {
        switch verb {
        case .nothing: self = .nothing
        case .reply: self = .reply
        case .commands: self = .command
        case .substitute(let other): self = .substitute(other)
        case .forms(let forms):
            guard let last = forms.last?.verb, let carriage = Capabilities.Carriage(last) else { return nil }
            self = carriage
        }
    }
}
