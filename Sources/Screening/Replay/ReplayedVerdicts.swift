// SPDX-License-Identifier: Apache-2.0
public import CallModel

/// The verdict of every call of a replay; each different verdict is kept once.
public struct ReplayedVerdicts: Sendable {
    /// Every different verdict, in the order in which the calls first got it.
    public let verdicts: [Verdict]
    /// By call: the place of its verdict in `verdicts`.
    public let codes: [Int32]

    init(verdicts: [Verdict], codes: [Int32]) {
        self.verdicts = verdicts
        self.codes = codes
    }

    /// Verdicts that were recorded when the calls were decided, one a call in the order of the calls.
    public init(recorded: some Sequence<Verdict>) {
        var numbers: [Verdict: Int32] = [:]
        var different: [Verdict] = []
        codes = recorded.map { verdict in
            if let known = numbers[verdict] { return known }
            different.append(verdict)
            numbers[verdict] = Int32(different.count - 1)
            return Int32(different.count - 1)
        }
        verdicts = different
    }

    public var count: Int { codes.count }

    public subscript(row: Int) -> Verdict { verdicts[Int(codes[row])] }

    /// How many calls each rule decided.
    public func hits() -> [RuleHit: Int] {
        var counts = [Int](repeating: 0, count: verdicts.count)
        for code in codes { counts[Int(code)] += 1 }
        return zip(verdicts, counts).reduce(into: [:]) { hits, pair in hits[RuleHit(pair.0), default: 0] += pair.1 }
    }
}

/// A rule by its table and name; both `nil` where no table decided.
public struct RuleHit: Hashable, Sendable {
    public let table: String?
    public let rule: String?

    public init(_ verdict: Verdict) {
        table = verdict.table
        rule = verdict.rule
    }
}

/// What differs when the same calls are decided twice.
public struct ReplayDifference: Sendable {
    /// Calls whose verdict went from one to another.
    public struct Change: Sendable {
        public let from: Verdict
        public let to: Verdict
        /// Ascending.
        public let rows: [Int]
    }

    /// The change that most calls have first; ties in the order in which calls first have them.
    public let changes: [Change]
    /// Calls that were compared.
    public let compared: Int

    /// Calls whose outcome changes.
    public var changed: Int { changes.reduce(0) { $0 + $1.rows.count } }

    /// Compares call by call.
    /// - Parameter same: whether two verdicts count as equal; by default when they send the call the same way: then, reason,
    ///   group, target, deadline, priority and tags, whichever rule says so.
    public init(_ before: ReplayedVerdicts, _ after: ReplayedVerdicts, same: (Verdict, Verdict) -> Bool = Verdict.haveSameOutcome) {
        compared = min(before.count, after.count)
        let width = max(1, after.verdicts.count)
        // 0: not compared yet; 1: the same; else the place among `found` plus 2.
        var known: [Int: Int] = [:]
        var found: [(from: Verdict, to: Verdict, rows: [Int])] = []
        for row in 0..<compared {
            let pair = Int(before.codes[row]) * width + Int(after.codes[row])
            if known[pair] == nil {
                let (from, to) = (before[row], after[row])
                if same(from, to) {
                    known[pair] = -1
                } else {
                    found.append((from, to, []))
                    known[pair] = found.count - 1
                }
            }
            if let place = known[pair], place >= 0 { found[place].rows.append(row) }
        }
        changes = found.enumerated().sorted { ($1.element.rows.count, $0.offset) < ($0.element.rows.count, $1.offset) }
            .map { Change(from: $0.element.from, to: $0.element.to, rows: $0.element.rows) }
    }
}

extension Verdict {
    /// Whether two verdicts do the same with a call: which rule said it, the sentence and the score do not count.
    public static func haveSameOutcome(_ left: Verdict, _ right: Verdict) -> Bool {
        left.then == right.then && left.reason == right.reason && left.group == right.group && left.to == right.to
            && left.within == right.within && left.priority == right.priority && left.tags == right.tags
    }
}
