// SPDX-License-Identifier: Apache-2.0
import CallModel

/// How a dialect answers: a plan a verb, for each asking point that differs.
struct AnswerPlan: Sendable {
    indirect enum Verb: Sendable {
        /// The PBX goes on by itself.
        case nothing
        case reply(ReplyTemplate<AnswerSlot>)
        /// One after the other, each when the one before it was taken.
        case commands([CommandTemplate])
        case substitute(Action)
        /// The first whose conditions hold; the last has none.
        case forms([Form])
    }

    /// One of several forms of a verb: `reject` as busy, with an announcement, or plain.
    struct Form: Sendable {
        /// On the target and on texts alone: what they say is known before any call comes.
        let conditions: [(slot: AnswerSlot, test: Condition.Test)]
        let verb: Verb
    }

    /// Verbs of the asking points with a name.
    let points: [String: [Action: Verb]]
    /// Verbs wherever no point of that name has its own.
    let verbs: [Action: Verb]
    /// Sentences that a source may replace.
    let texts: [String: String]

    /// The point that is meant where none is named: the first in the alphabet, unless there are verbs for all.
    var mainPoint: String? { verbs.isEmpty ? points.keys.min() : nil }

    /// What the file says for a verb.
    func verb(_ action: Action, at point: String?) -> Verb? {
        (point ?? mainPoint).flatMap { points[$0]?[action] } ?? verbs[action]
    }

    /// The same with the form chosen that suits this target and this source's texts.
    func verb(_ action: Action, at point: String?, to target: String?, _ source: SourceProfile) -> Verb? {
        guard case .forms(let forms) = verb(action, at: point) else { return verb(action, at: point) }
        return forms.first { form in
            form.conditions.allSatisfy { slot, test in Condition.holds(test, for: slot.known(target: target, source, texts)) }
        }?.verb
    }

    /// Follows substitutes, the source's before the dialect's, to something that can be done; else lets the call through.
    func carriedOut(_ action: Action, at point: String?, for verdict: Verdict? = nil, _ source: SourceProfile) -> Action {
        var current = action
        for _ in Action.allCases {
            if let other = source.substitutes[current] {
                current = other
            } else {
                switch verb(current, at: point, to: AnswerPlan.target(verdict, current, source), source) {
                case .substitute(let other): current = other
                case .none: return .answer
                default: return current
                }
            }
        }
        return .answer
    }

    /// Letting a call through is what all else falls back to.
    var isAnswerSubstituted: Bool {
        switch verbs[.answer] {
        case .substitute: true
        case .forms(let forms): forms.contains { if case .substitute = $0.verb { true } else { false } }
        default: false
        }
    }

    /// Every verb may have an address of its own under `targets`, for when the rule names none; `answer` has only that.
    static func target(_ verdict: Verdict?, _ action: Action, _ source: SourceProfile) -> String? {
        if let word = verdict?.to, !word.isEmpty, action != .answer { return source.targets[word] ?? word }
        return source.targets[action.rawValue]
    }
}

extension AnswerPlan.Verb {
    /// Whether it makes no sense without a target.
    var needsTarget: Bool {
        let bare = AnswerSlot.Alternative.word(.target)
        if case .forms(let forms) = self { return forms.last?.verb.needsTarget ?? false }
        return slots.contains { $0.alternatives == [bare] }
    }

    var slots: [AnswerSlot] {
        switch self {
        case .reply(let reply): reply.slots
        case .commands(let commands): commands.flatMap(\.slots)
        case .forms(let forms): forms.flatMap(\.verb.slots)
        case .nothing, .substitute: []
        }
    }

    var commands: [CommandTemplate] {
        switch self {
        case .commands(let commands): commands
        case .forms(let forms): forms.flatMap(\.verb.commands)
        case .nothing, .reply, .substitute: []
        }
    }
}

extension ReplyTemplate {
    var slots: [Slot] {
        let inHeaders = headers.flatMap(\.value.slots)
        return switch body {
        case .none: inHeaders
        case .json(let tree): inHeaders + tree.slots
        case .xml(let tree): inHeaders + tree.slots
        case .text(let template): inHeaders + template.slots
        }
    }
}
