// SPDX-License-Identifier: Apache-2.0

/// What one rule asks of one fact: a set of values, and what it says to a fact without one (RULES.md 4.6, 4.7).
public enum Cell: Hashable, Sendable {
    /// Holds for every value and for none.
    case anything
    /// Holds when the fact has no value: declined, or never asked and the form is closed.
    case unknown
    case known
    case declined
    /// Holds for these values of a fact on a scale (words of a choice are numbered from 0).
    case values(IntervalSet)
    /// Holds for values that no range describes: lists that change, texts, tags.
    case test(CellTest)
}

/// Alternatives that are looked up or compared, one of which must hold (or, negated, none).
public struct CellTest: Hashable, Sendable {
    public var atoms: [Atom]
    public var isNegated: Bool

    public init(_ atoms: [Atom], isNegated: Bool = false) {
        self.atoms = atoms
        self.isNegated = isNegated
    }

    public enum Atom: Hashable, Sendable {
        case values(IntervalSet)
        /// Member (or not) of the list with this index.
        case list(Int, isMember: Bool)
        /// Texts are folded by whoever makes the atom and the fact: NFC, lower case.
        case equals(String)
        case startsWith(String)
        case contains(String)
        case endsWith(String)
        /// Tags as bits, numbered per fact.
        case hasAny(UInt64)
        case hasAll(UInt64)
        case hasNone(UInt64)
    }
}

/// Whether something holds, as far as the facts tell.
public enum Truth: Hashable, Sendable {
    case no
    case unknown
    case yes
}

extension Cell {
    /// The cell against one fact, read directly: what the compiled tables must agree with.
    public func truth(of fact: Int, in facts: FactVector, lists: [Membership]) -> Truth {
        if case .anything = self { return .yes }
        switch facts.states[fact] {
        case .open: return .unknown
        case .unknown:
            if case .unknown = self { return .yes }
            return .no
        case .declined:
            return self == .unknown || self == .declined ? .yes : .no
        case .known: break
        }
        switch self {
        case .known, .anything: return .yes
        case .unknown, .declined: return .no
        case .values(let set): return set.contains(facts.values[fact]) ? .yes : .no
        case .test(let test): return test.holds(for: fact, in: facts, lists: lists) ? .yes : .no
        }
    }
}

extension CellTest {
    /// For a fact that is known.
    func holds(for fact: Int, in facts: FactVector, lists: [Membership]) -> Bool {
        let value = facts.values[fact]
        let isAnyTrue = atoms.contains { atom in
            switch atom {
            case .values(let set): set.contains(value)
            case .list(let index, let isMember): lists[index].contains(fact: fact, in: facts) == isMember
            case .equals(let text): facts.text(fact) == text
            case .startsWith(let text): facts.text(fact).hasPrefix(text)
            case .contains(let text): facts.text(fact).isContaining(text)
            case .endsWith(let text): facts.text(fact).hasSuffix(text)
            case .hasAny(let bits): UInt64(bitPattern: value) & bits != 0
            case .hasAll(let bits): UInt64(bitPattern: value) & bits == bits
            case .hasNone(let bits): UInt64(bitPattern: value) & bits == 0
            }
        }
        return isAnyTrue != isNegated
    }
}

extension String {
    /// Whether `part` occurs, compared byte for byte; both are folded already.
    func isContaining(_ part: String) -> Bool {
        if part.isEmpty { return true }
        let (text, part) = (Array(utf8), Array(part.utf8))
        guard text.count >= part.count else { return false }
        return (0...(text.count - part.count)).contains { start in
            text[start..<(start + part.count)].elementsEqual(part)
        }
    }
}
