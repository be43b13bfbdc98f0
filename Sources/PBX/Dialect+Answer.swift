// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Crypto
import WireFormats

extension Dialect {
    /// The answer to an event that asks; to any other, the plain acknowledgement.
    /// - Parameters:
    ///   - verdict: of moment `ring`; `nil`, or one without `then`: let the call through.
    ///   - commandID: for a command; `nil`: made from the event's key, so that the same event gives the same id.
    public func answer(
        _ verdict: Verdict?, to event: CallEvent, _ source: SourceProfile, commandID: String? = nil
    ) -> CallTimeAnswer {
        guard event.asks, let plan = compiled.answer else { return .reply(reply(.ok)) }
        guard let (action, target) = Dialect.choice(verdict, event, source, plan) else { return .reply(reply(.unavailable)) }
        let context = AnswerContext(
            action: action, target: target, verdict: verdict, event: event, source: source, texts: plan.texts,
            commandID: commandID ?? Dialect.commandID(event))
        switch plan.verb(action, at: event.askingPoint) {
        case .reply(let template): return .reply(template.filled(context.text))
        case .command(let template): return template.request(context).map { .command($0, ok: reply(.ok)) } ?? .reply(reply(.ok))
        case .nothing, .substitute, nil: return .reply(reply(.ok))
        }
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
        let wanted = plan.carriedOut(verdict?.then ?? .answer, at: event.askingPoint, source)
        let address = target(verdict, wanted, source)
        guard address == nil, plan.verb(wanted, at: event.askingPoint)?.needsTarget ?? false else { return (wanted, address) }
        // To nowhere is no way to send a caller: the call is let through instead.
        let fallback = target(nil, .answer, source)
        guard wanted != .answer, fallback != nil || !(plan.verb(.answer, at: event.askingPoint)?.needsTarget ?? false) else { return nil }
        return (.answer, fallback)
    }

    /// Every verb may have an address of its own under `targets`, for when the rule names none; `answer` has only that.
    private static func target(_ verdict: Verdict?, _ action: Action, _ source: SourceProfile) -> String? {
        if let word = verdict?.to, !word.isEmpty, action != .answer { return source.targets[word] ?? word }
        return source.targets[action.rawValue]
    }

    private static func commandID(_ event: CallEvent) -> String {
        "cs-" + Hex.encode(SHA256.hash(data: Array("\(event.source)\u{0}\(event.dedupeKey)".utf8)).prefix(12))
    }
}

extension Capabilities {
    init(_ compiled: CompiledDialect) {
        var verbs: [Action: Carriage] = [:]
        if let answer = compiled.answer {
            let point = answer.points.keys.sorted().first
            for action in Action.allowed(at: .ring) {
                switch answer.verb(action, at: point) {
                case .nothing: verbs[action] = .nothing
                case .reply: verbs[action] = .reply
                case .command: verbs[action] = .command
                case .substitute(let other): verbs[action] = .substitute(other)
                case nil: break
                }
            }
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
        return verbs.flatMap(\.values).flatMap { verb -> [String] in
            guard case .command(let command) = verb else { return [] }
            switch command.signature {
            case .none: return []
            case .bearer(let secret): return [secret]
            case .basic(let user, let password): return [user, password]
            case .mango(let key, let salt): return [key, salt]
            }
        }
    }
}
