// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import WireFormats

extension CardPage {
    /// A move that needs nothing but the wish.
    struct PlainMove {
        let status: String
        let verb: String
        let number: String
        let isSuggested: Bool
    }

    /// A move that needs a reason or a note.
    struct ReasonedMove {
        struct Choice {
            let value: String
            let name: String
            let isCurrent: Bool
        }
        let status: String
        let verb: String
        let number: String
        let isOpen: Bool
        let reasons: [Choice]
        let hasReasons: Bool
        let hasField: Bool
        let needsNote: Bool
        let fieldValue: String
        let noteValue: String
    }

    enum Moves {
        /// The card's moves, numbered for the keyboard in the order shown: plain ones first.
        static func of(_ card: Card, _ texts: PageTexts, entered: Form) -> ([PlainMove], [ReasonedMove]) {
            let plain = card.moves.filter { Card.reasons(for: $0).isEmpty && $0 != .briefing }
            let reasoned = card.moves.filter { !plain.contains($0) }
            return (
                plain.enumerated().map { index, target in
                    PlainMove(
                        status: target.rawValue, verb: Words.move(target, texts.language), number: String(index + 1),
                        isSuggested: target == card.suggested)
                },
                reasoned.enumerated().map { index, target in
                    reasonedMove(target, number: plain.count + index + 1, texts, entered)
                }
            )
        }

        private static func reasonedMove(_ target: LeadStatus, number: Int, _ texts: PageTexts, _ entered: Form) -> ReasonedMove {
            let isOpen = entered["do"] == "move" && entered["status"] == target.rawValue
            let codes = Card.reasons(for: target).map(\.code)
            return ReasonedMove(
                status: target.rawValue, verb: Words.move(target, texts.language), number: String(number), isOpen: isOpen,
                reasons: codes.map {
                    .init(value: $0, name: Words.reason($0, texts.language), isCurrent: isOpen && entered["reason"] == $0)
                },
                hasReasons: !codes.isEmpty, hasField: target == .returned, needsNote: target == .briefing,
                fieldValue: isOpen ? entered["field"] ?? "" : "", noteValue: isOpen ? entered["note"] ?? "" : "")
        }
    }
}
