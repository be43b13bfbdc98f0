// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Decisions

/// One value that a choice (or a fact of tags) declares.
public struct DeclaredWord: Hashable, Sendable {
    public var word: String
    /// As people see it, by language (`show:`).
    public var show: Wording
    /// The code that `reason: by <fact>` takes (`reasons:`).
    public var reason: String?
    /// The word that `group: by <fact>` takes (`groups:`).
    public var group: String?
    /// The word that `to: by <fact>` takes (`targets:`).
    public var target: String?
}

/// A fact that rules may ask about.
public struct FactDeclaration: Hashable, Sendable {
    public var name: String
    public var type: FactType
    public var place: SourcePlace
    public var label: Wording
    /// The operator's question; a fact without one is never open.
    public var ask: Wording?
    /// Of money and numbers, for people.
    public var unit: String?
    public var words: [DeclaredWord] = []
    /// `values: from list …`
    struct ListName: Hashable, Sendable {
        var name: String
        var place: SourcePlace
    }

    var valuesFrom: ListName?
    /// facts.yaml lists the words: any other is a mistake.
    public var hasFixedWords = false
    /// `private: yes`.
    public var isPrivate = false
    /// Known to every set, whether facts.yaml names it or not.
    public var isBuiltIn = false
    /// Numbers of the declared words by their folded text, and by their text as declared.
    public private(set) var numbers: [String: Int] = [:]

    init(name: String, type: FactType, place: SourcePlace, label: Wording? = nil) {
        self.name = name
        self.type = type
        self.place = place
        self.label = label ?? Wording(name)
    }

    /// Makes the numbers of `words` known; call it when they are complete.
    mutating func numberWords() {
        for (index, word) in words.enumerated() {
            numbers[word.word] = index
            numbers[folded(word.word)] = index
            for language in Language.allCases where numbers[folded(word.show.text(language))] == nil {
                numbers[folded(word.show.text(language))] = index
            }
        }
    }

    /// Declares one more word, as the last.
    public mutating func addWord(_ word: String) {
        words.append(DeclaredWord(word: word, show: Wording(word)))
        numbers[word] = words.count - 1
    }

    /// The number of a declared word, or of its translation; `nil` for any other text.
    public func number(of word: String) -> Int? { numbers[word] ?? numbers[folded(word)] }

    public var domain: Domain { type.domain(words: words.count) }
}
