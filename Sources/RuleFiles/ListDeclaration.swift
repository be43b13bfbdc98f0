// SPDX-License-Identifier: Apache-2.0
import Decisions

/// A list of data that rules ask about: telephone numbers, dates or words, from a CSV file.
public struct ListDeclaration: Hashable, Sendable {
    public enum Holds: String, Hashable, Sendable, CaseIterable {
        case phone
        case phonePrefix = "phone prefix"
        case date
        case word

        func suits(_ type: FactType) -> Bool {
            switch self {
            case .phone, .phonePrefix: type == .phone
            case .date: type == .date
            case .word: type == .text || type == .choice
            }
        }
    }

    public struct Row: Hashable, Sendable {
        /// The line of the file, from 1.
        public var line: Int32 = 0
        /// The entry as it is written.
        public var key: String
        /// The entry as its kind's number; 0 for words.
        public var value: Int64
        /// The last day on which it counts; `Int64.max` without one.
        public var until: Int64
        /// Texts of the columns under `gives:`, in that order.
        public var given: [String]
    }

    public var name: String
    public var place: SourcePlace
    public var file: String
    public var holds: Holds
    /// Names of the facts (or `zone`) that the longest prefix gives.
    public var gives: [String] = []
    /// The telephone fact that is looked up; `caller` unless `of:` names another.
    public var of: String = "caller"
    public var rows = ListRows()
    /// Places of the declared `gives:`, for problems.
    var givesPlace: SourcePlace?

    /// The list as tables ask it.
    /// - Parameter words: for a choice, the number of a word.
    func membership() -> Membership {
        switch holds {
        case .phone, .phonePrefix:
            return .digits(rows.prefixes)
        case .date: return .days(Dictionary(rows.map { ($0.value, $0.until) }) { max($0, $1) })
        case .word: return .texts(Dictionary(rows.map { (folded($0.key), $0.until) }) { max($0, $1) })
        }
    }

    /// The same for a choice, by the number of each of its words.
    func membership(for fact: FactDeclaration) -> Membership {
        var ends = [Int64](repeating: .min, count: fact.words.count)
        for row in rows {
            if let number = fact.number(of: row.key) { ends[number] = max(ends[number], row.until) }
        }
        return .words(ends)
    }
}
