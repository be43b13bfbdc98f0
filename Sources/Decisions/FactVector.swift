// SPDX-License-Identifier: Apache-2.0

/// What is known of a fact (RULES.md 4.14).
public enum FactState: UInt8, Hashable, Sendable {
    /// Settled without a value: nobody can ask it any more.
    case unknown
    /// Settled: not named, refused, or the caller does not know.
    case declined
    case known
    /// May still be asked: every cell but the empty one is undecided.
    case open
}

/// The kind of values of a fact.
public enum Domain: Hashable, Sendable {
    /// Whole numbers of this range.
    case scale(ClosedRange<Int64>)
    case text
    /// Sets of at most 64 words, one bit each.
    case tags
}

/// A fact as tables know it.
public struct Fact: Hashable, Sendable {
    public var name: String
    public var domain: Domain
    /// Somebody can be asked for it.
    public var isAskable: Bool

    public init(name: String, domain: Domain, isAskable: Bool = false) {
        self.name = name
        self.domain = domain
        self.isAskable = isAskable
    }
}

/// The facts of one call, by the index of each fact.
public struct FactVector: Hashable, Sendable {
    public internal(set) var states: [FactState]
    public internal(set) var values: [Int64]
    private var texts: [String] = []
    /// Day of the event (days since 1970-01-01 in the line's zone), for lists that end and rules with dates.
    public var day: Int64 = 0

    public init(count: Int) {
        states = Array(repeating: .unknown, count: count)
        values = Array(repeating: 0, count: count)
    }

    public var count: Int { states.count }

    /// Settles every fact without a value again, for the next call.
    public mutating func reset() {
        for fact in states.indices { states[fact] = .unknown }
        texts.removeAll(keepingCapacity: true)
    }

    /// Makes a fact known.
    public mutating func set(_ fact: Int, to value: Int64) {
        states[fact] = .known
        values[fact] = value
    }

    /// Makes a text known.
    /// - Parameter text: folded (NFC, lower case), as cells are.
    public mutating func set(_ fact: Int, to text: String) {
        set(fact, to: Int64(texts.count))
        texts.append(text)
    }

    /// Settles a fact without a value, or opens it.
    public mutating func set(_ fact: Int, _ state: FactState) {
        states[fact] = state
        values[fact] = 0
    }

    /// The value of a known fact on a scale; `nil` otherwise.
    public func value(_ fact: Int) -> Int64? { states[fact] == .known ? values[fact] : nil }

    /// The text of a known text fact, else empty.
    public func text(_ fact: Int) -> String {
        let index = Int(values[fact])
        return states[fact] == .known && texts.indices.contains(index) ? texts[index] : ""
    }
}
