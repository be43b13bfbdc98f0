// SPDX-License-Identifier: Apache-2.0
public import CallModel

/// A called number, or all numbers that begin alike, and what the company means by it.
public struct Line: Sendable, Hashable {
    /// E.164; with a `*` at the end: every number that begins so.
    public var number: String
    public var name: String
    /// Only of this source; `nil`: of any.
    public var source: String?
    public var zone: String?
    /// Name of the rule set; `nil`: the default one.
    public var rules: String?
    public var channel: String?
    /// Who takes its leads where the rules name no group.
    public var group: String?
    public var watch: Bool
    public var hours: WorkingHours?

    public init(
        number: String, name: String, source: String? = nil, zone: String? = nil, rules: String? = nil, channel: String? = nil,
        group: String? = nil, watch: Bool = false, hours: WorkingHours? = nil
    ) {
        self.number = number
        self.name = name
        self.source = source
        self.zone = zone
        self.rules = rules
        self.channel = channel
        self.group = group
        self.watch = watch
        self.hours = hours
    }
}

/// The configured lines, to be found by the number that was called.
public struct Lines: Sendable {
    /// The name of every number that is not declared (DECISIONS.md, "Lines and targets").
    public static let unknown = "unknown"

    /// In the order of the configuration.
    public let all: [Line]
    private let exact: [String: [Line]]
    private let patterns: [(prefix: String, line: Line)]

    /// - Parameter lines: of several patterns that fit a number, the longest wins; of equal ones, the first.
    public init(_ lines: [Line]) {
        all = lines
        exact = Dictionary(grouping: lines.filter { !$0.number.hasSuffix("*") }, by: \.number)
        let starred: [(prefix: String, line: Line)] = lines.filter { $0.number.hasSuffix("*") }.map { (String($0.number.dropLast()), $0) }
        // Sorting is stable: of equal ones the first stays first.
        patterns = starred.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
    }

    /// The line of a called number as the PBX of `source` names it; `nil`: it is not declared.
    public func line(_ number: String?, source: String) -> Line? {
        guard let number else { return nil }
        func fits(_ line: Line) -> Bool { line.source == nil || line.source == source }
        return exact[number]?.first(where: fits) ?? patterns.first { number.hasPrefix($0.prefix) && fits($0.line) }?.line
    }
}

/// Numbers and beginnings of numbers, such as an allow list.
public struct NumberList: Sendable {
    private let entries: Set<Substring>
    private let lengths: [Int]

    /// - Parameter entries: `+` and digits; a shorter one stands for all numbers that begin with it. Others are ignored.
    public init(_ entries: some Sequence<String> = []) {
        self.entries = Set(entries.filter { $0.hasPrefix("+") && $0.utf8.count > 1 }.map { $0[...] })
        lengths = Set(self.entries.map(\.utf8.count)).sorted()
    }

    public func contains(_ number: PhoneNumber) -> Bool { lengths.contains { entries.contains(number.e164.prefix($0)) } }
}
