// SPDX-License-Identifier: Apache-2.0

/// A language that the product speaks to people.
public enum Language: String, Sendable, CaseIterable, Codable, Hashable {
    case en
    case ru
}

/// A text in one or both languages, as a rule file or the configuration gives it.
public struct Wording: Sendable, Hashable {
    private let texts: [Language: String]

    /// A text that stands for every language.
    public init(_ text: String) { texts = [.en: text, .ru: text] }

    /// - Parameter texts: at least one; a language without an entry is shown the other one's text.
    public init(_ texts: [Language: String]) { self.texts = texts }

    /// The text in `language`, else in the other one, else empty.
    public func text(_ language: Language) -> String { texts[language] ?? texts[.en] ?? texts[.ru] ?? "" }
}
