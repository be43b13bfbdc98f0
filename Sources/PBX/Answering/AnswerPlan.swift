// SPDX-License-Identifier: Apache-2.0
import CallModel

/// How a dialect answers: a plan a verb, for each asking point that differs.
struct AnswerPlan: Sendable {
    enum Verb: Sendable {
        /// The PBX goes on by itself.
        case nothing
        case reply(ReplyTemplate<AnswerSlot>)
        case command(CommandTemplate)
        case substitute(Action)
    }

    /// Verbs of the asking points with a name.
    let points: [String: [Action: Verb]]
    /// Verbs wherever no point of that name has its own.
    let verbs: [Action: Verb]
    /// Sentences that a source may replace.
    let texts: [String: String]

    /// The point that is meant where none is named: the first in the alphabet, unless there are verbs for all.
    private var mainPoint: String? { verbs.isEmpty ? points.keys.min() : nil }

    func verb(_ action: Action, at point: String?) -> Verb? {
        (point ?? mainPoint).flatMap { points[$0]?[action] } ?? verbs[action]
    }

    /// Follows substitutes, the source's before the dialect's, to something that can be done; else lets the call through.
    func carriedOut(_ action: Action, at point: String?, _ source: SourceProfile) -> Action {
        var current = action
        for _ in Action.allCases {
            if let other = source.substitutes[current] {
                current = other
            } else {
                switch verb(current, at: point) {
                case .substitute(let other): current = other
                case .none: return .answer
                default: return current
                }
            }
        }
        return .answer
    }
}

extension AnswerPlan.Verb {
    /// Whether it makes no sense without a target.
    var needsTarget: Bool {
        let bare = AnswerSlot.Alternative.word(.target)
        let slots: [AnswerSlot] =
            switch self {
            case .reply(let reply): reply.slots
            case .command(let command): command.slots
            case .nothing, .substitute: []
            }
        return slots.contains { $0.alternatives == [bare] }
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
