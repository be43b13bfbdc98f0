// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Decisions

/// A cell as it stands in a file, with what it means.
public struct CellDeclaration: Hashable, Sendable {
    /// Index of the fact.
    public var fact: Int
    public var text: String
    public var cell: Cell
    public var place: SourcePlace
}

/// What a rule says, in the words of its file.
public struct OutcomeDeclaration: Hashable, Sendable {
    public enum Word: Hashable, Sendable {
        case word(String)
        /// `by <fact>`: the word that the fact's value declares.
        case by(Int)
    }

    public enum Within: Hashable, Sendable {
        /// Milliseconds from the event.
        case duration(Int64)
        /// Milliseconds before the day that a fact of days or dates names.
        case before(Int64, fact: Int)
    }

    public var then: Action?
    public var reason: Word?
    public var group: Word?
    public var to: Word?
    public var within: Within?
    /// high, normal or low.
    public var priority: String?
    public var tags: [String] = []
    public var say: Wording?
    /// What it adds, or the value that it gives, as the given fact's whole number.
    public var number: Int64?
}

/// A rule, which is a row of its table.
public struct RuleDeclaration: Hashable, Sendable {
    public var name: String
    /// The name it had before (`was:`), so that its history goes on.
    public var was: String?
    public var place: SourcePlace
    /// In the order of the file.
    public var cells: [CellDeclaration]
    public var outcome: OutcomeDeclaration
    /// Days on which it is in force; `nil`: always.
    public var inForce: ClosedRange<Int64>?
}

/// A decision table as its file declares it.
public struct TableDeclaration: Hashable, Sendable {
    public enum Role: Hashable, Sendable {
        case decides(Moment)
        /// Index of the fact.
        case gives(Int)
    }

    public var name: String
    public var place: SourcePlace
    public var role: Role
    /// The table that is asked when no row of this one holds.
    public var before: String?
    public var policy: HitPolicy
    /// `when unknown: ask`.
    public var asks = false
    /// Values that `then` may take, best first; empty when the file lists none.
    public var outputs: [Action] = []
    /// For `best` in a table that gives a fact: its values, best first.
    public var ranking: [Int64] = []
    public var rules: [RuleDeclaration] = []
    public var otherwise: OutcomeDeclaration?
    /// Where `otherwise:` says what it says.
    public var otherwisePlace: SourcePlace?
    public var start: Int64 = 0
    public var limits: ClosedRange<Int64>?
    public var inForce: ClosedRange<Int64>?

    public var moment: Moment? { if case .decides(let moment) = role { moment } else { nil } }
    public var givenFact: Int? { if case .gives(let fact) = role { fact } else { nil } }
}

/// A call with the decision that it must get (RULES.md 4.8).
public struct ExampleDeclaration: Hashable, Sendable {
    public var name: String
    public var place: SourcePlace
    public var moment: Moment
    /// `when:` as the wall clock of the line: day and milliseconds of that day; `nil`: no time is given.
    public var when: WallClock?
    public var closed = false
    /// By name, as texts of cells.
    public var facts: [Stated]
    /// What must agree, by output; `ask` is the first needed fact.
    public var expect: [Stated]

    public struct Stated: Hashable, Sendable {
        public var name: String
        public var text: String
        public var place: SourcePlace
    }
}

/// A date and time as a clock on the wall shows it, or as an instant with an offset.
public struct WallClock: Hashable, Sendable {
    /// Days since 1970-01-01.
    public var day: Int64
    /// Milliseconds since midnight.
    public var millisecond: Int64
    /// Milliseconds east of Greenwich; `nil`: the wall clock of the line.
    public var offset: Int64?
}

/// A sentence that must hold for every call (RULES.md 4.12).
public struct PromiseDeclaration: Hashable, Sendable {
    public var name: String
    public var place: SourcePlace
    /// Moments it is about; `nil`: all that a table decides.
    public var moments: [Moment]?
    public var when: [CellDeclaration]
    /// Outputs that must not (`never`) or must (`always`) come together.
    public var outputs: [PromisedOutput]
    public var isNever: Bool
}

/// One output in a promise, with the words that it may be.
public struct PromisedOutput: Hashable, Sendable {
    public var output: Output
    public var words: [String]
    public var isNegated: Bool
}
