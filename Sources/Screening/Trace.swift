// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Decisions

/// How a decision came about, rule by rule: computed again from facts and rules whenever it is asked for (RULES.md 4.9).
public struct Trace: Sendable, Hashable {
    /// One cell against the fact that it tests.
    public struct Cell: Sendable, Hashable {
        public let fact: String
        public let label: String
        /// The fact's value in words; "unknown" or "declined" without one.
        public let value: String
        /// The cell in words.
        public let test: String
        public let truth: Truth
    }

    /// What became of a rule.
    public enum Fate: String, Sendable, Hashable {
        /// It decided, or its number went into the result.
        case hit
        /// It holds, but another one decided; its tags count all the same.
        case holds
        case failed
        /// A fact that it tests is not known.
        case unknown
        /// Its dates are not now.
        case outOfForce = "out of force"
    }

    public struct Row: Sendable, Hashable {
        public let rule: String
        /// From 1: its place in the table.
        public let number: Int
        public let fate: Fate
        /// Cells that test something, in the order of the file.
        public let cells: [Cell]
        /// What it adds, or the value that it gives, in words; only in tables that give a fact.
        public let gives: String?
    }

    public struct Table: Sendable, Hashable {
        public let table: String
        public let hits: HitPolicy
        /// The moment that it decides; `nil`: it gives a fact.
        public let decides: Moment?
        /// The fact that it gives, and the value in words.
        public let gives: String?
        public let value: String?
        /// The rule that decided; "otherwise" for the catch-all; `nil`: it gave nothing and the next table was asked.
        public let hit: String?
        /// Whether it was asked at all: no table behind the one that decides is.
        public let isAsked: Bool
        public let rows: [Row]
    }

    /// Tables in the order in which they are asked; first those that give facts.
    public let tables: [Table]
    /// Facts that some table here tests and that have no value.
    public let unknown: [String]
    /// Facts that the tables gave or the clock, lists and statements told, with their values in words, in the order of facts.yaml.
    public let facts: [(name: String, value: String)]

    public static func == (left: Trace, right: Trace) -> Bool {
        left.tables == right.tables && left.unknown == right.unknown && left.facts.elementsEqual(right.facts) { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(tables) }
}
