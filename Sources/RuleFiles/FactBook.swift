// SPDX-License-Identifier: Apache-2.0
import Decisions

/// The facts and lists of a folder while it is read: names to indices, and the words of tags as cells use them.
final class FactBook {
    /// Words that one fact of tags may have: one bit each.
    static let tagsMax = 64

    private(set) var facts: [FactDeclaration] = []
    private(set) var lists: [ListDeclaration] = []
    private var indices: [String: Int] = [:]
    private var listIndices: [String: Int] = [:]

    var names: [String] { facts.map(\.name) }

    /// The index of a fact by its name, in any case and spacing.
    func index(of name: String) -> Int? { indices[name] ?? indices[folded(name)] }

    /// - Returns: `nil` when the name is taken.
    @discardableResult
    func add(_ fact: FactDeclaration) -> Int? {
        guard indices[folded(fact.name)] == nil else { return nil }
        facts.append(fact)
        indices[folded(fact.name)] = facts.count - 1
        indices[fact.name] = facts.count - 1
        return facts.count - 1
    }

    func change(_ index: Int, _ edit: (inout FactDeclaration) -> Void) { edit(&facts[index]) }

    func listIndex(of name: String) -> Int? { listIndices[folded(name)] }

    @discardableResult
    func add(_ list: ListDeclaration) -> Int? {
        guard listIndices[folded(list.name)] == nil else { return nil }
        lists.append(list)
        listIndices[folded(list.name)] = lists.count - 1
        return lists.count - 1
    }

    /// The bit of a tag's word; words that facts.yaml does not list are added as they come.
    func tagBit(_ word: String, of fact: Int) throws(Mistake) -> UInt64 {
        if let number = facts[fact].number(of: word) { return 1 << UInt64(number) }
        if facts[fact].hasFixedWords {
            throw Mistake("\"\(word)\" is no value of \(facts[fact].name)", fix: suggestion(for: word, among: facts[fact].words.map(\.word)))
        }
        guard facts[fact].words.count < Self.tagsMax else {
            throw Mistake("\(facts[fact].name) has more than \(Self.tagsMax) different words", fix: "use fewer tags")
        }
        facts[fact].addWord(folded(word))
        return 1 << UInt64(facts[fact].words.count - 1)
    }
}
