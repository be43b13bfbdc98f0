// SPDX-License-Identifier: Apache-2.0
internal import RuleFiles

/// Writes a cell the way that people read best: words for symbols, thousands in groups, one space behind commas. The words stay in
/// the language that the file is in.
struct CellSpelling {
    let isRussian: Bool
    let type: FactType

    private static let words: [(symbol: String, en: String, ru: String)] = [
        (">=", "at least", "не меньше"), ("<=", "at most", "не больше"), (">", "over", "больше"), ("<", "under", "меньше"),
    ]

    /// - Parameter text: a cell without quotes.
    func spelled(_ text: String) -> String {
        let text = text.split(separator: " ").joined(separator: " ")
        if text == "-" { return isRussian ? "любое" : "any" }
        guard type.hasOrder || type == .weekday || type == .choice, !text.contains("\"") else { return text }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { part(String($0)) }.joined(separator: ", ")
    }

    private func part(_ text: String) -> String {
        var text = text.split(separator: " ").joined(separator: " ")
        if let word = Self.words.first(where: { text.hasPrefix($0.symbol) }) {
            text = (isRussian ? word.ru : word.en) + " " + text.dropFirst(word.symbol.count).drop { $0 == " " }
        }
        switch type {
        case .count, .number, .days, .money: return grouped(text)
        default: return text
        }
    }

    /// `300000` as `300 000`; numbers of four digits too, decimals stay.
    private func grouped(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            let whole = word.prefix { $0.isASCII && $0.isNumber }
            guard whole.count > 3, whole.count == word.count || word[whole.endIndex] == "." else { return String(word) }
            let head = whole.count % 3
            var groups: [Substring] = head > 0 ? [whole.prefix(head)] : []
            var rest = whole.dropFirst(head)
            while !rest.isEmpty {
                groups.append(rest.prefix(3))
                rest = rest.dropFirst(3)
            }
            return groups.joined(separator: " ") + word.dropFirst(whole.count)
        }.joined(separator: " ")
    }
}
