// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions
import Dispatch
import RuleFiles
import Synchronization

/// Decides recorded calls again: by a draft, or by two sets to see what a change changes. A pure function of sets and calls.
public enum Replay {
    /// Calls that one thread takes at a time.
    private static let chunkSize = 16_384

    /// What a set says to every call. Blocks until all are decided, on as many threads as there are processors.
    /// - Parameter language: of `say`.
    /// - Returns: verdicts in the order of the calls, each as `RuleSet.decide` gives it, but that `unreadable` is left empty.
    public static func verdicts(of set: RuleSet, over calls: RecordedCalls, language: Language = .en) -> ReplayedVerdicts {
        let readings = set.readings(of: calls)
        let chunks = (calls.count + chunkSize - 1) / chunkSize
        let parts = Mutex([ReplayedVerdicts?](repeating: nil, count: chunks))
        DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
            var run = ReplayRun(set: set, calls: calls, readings: readings, language: language)
            let part = run.verdicts(of: chunk * chunkSize..<min((chunk + 1) * chunkSize, calls.count))
            parts.withLock { $0[chunk] = part }
        }
        return joined(parts.withLock { $0 }.compactMap { $0 })
    }

    /// The calls that two sets send different ways.
    public static func difference(from live: RuleSet, to draft: RuleSet, over calls: RecordedCalls) -> ReplayDifference {
        ReplayDifference(verdicts(of: live, over: calls), verdicts(of: draft, over: calls))
    }

    private static func joined(_ parts: [ReplayedVerdicts]) -> ReplayedVerdicts {
        var numbers: [Verdict: Int32] = [:]
        var different: [Verdict] = []
        var codes: [Int32] = []
        codes.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts {
            let places = part.verdicts.map { verdict -> Int32 in
                if let known = numbers[verdict] { return known }
                different.append(verdict)
                numbers[verdict] = Int32(different.count - 1)
                return Int32(different.count - 1)
            }
            codes += part.codes.lazy.map { places[Int($0)] }
        }
        return ReplayedVerdicts(verdicts: different, codes: codes)
    }
}

/// A column of recorded values as one rule set reads them: each different value once.
struct FactReading: Sendable {
    let column: Int
    let fact: Int
    let values: [FactLoading.Loaded]
}

extension RuleSet {
    /// The columns that the set declares a fact for.
    func readings(of calls: RecordedCalls) -> [FactReading] {
        let loading = FactLoading(folder: folder)
        return calls.columns.enumerated().compactMap { number, column in
            guard let fact = folder.factIndex(of: calls.names[number]) else { return nil }
            return FactReading(column: number, fact: fact, values: column.values.map { loading.load($0, into: declarations[fact].fact) })
        }
    }
}

/// Decides one run of recorded calls on one thread.
struct ReplayRun {
    private let set: RuleSet
    private let calls: RecordedCalls
    private let readings: [FactReading]
    private let language: Language
    /// Its own, so that threads do not wait for each other's look at the time zone.
    private let clock = ZoneClock()
    private var loaded: LoadedFacts
    private var verdicts: [Verdict] = []
    private var codes: [Int32] = []
    /// For rows that say the same to every call: the verdict's place, by moment and row; -1 until the row is first hit.
    private var plain: [Moment: [Int32]] = [:]
    private var others: [Said: Int32] = [:]
    private var whole: [Verdict: Int32] = [:]

    /// What a verdict follows from.
    private struct Said: Hashable {
        let moment: Moment
        let row: Int
        let tags: [Int64]
        let conflict: Bool
        let score: Int64?
        let within: Duration?
    }

    init(set: RuleSet, calls: RecordedCalls, readings: [FactReading], language: Language) {
        self.set = set
        self.calls = calls
        self.readings = readings
        self.language = language
        loaded = LoadedFacts(facts: FactVector(count: set.folder.facts.count))
        plain = set.programs.mapValues { [Int32](repeating: -1, count: $0.program.rowCount + 1) }
    }

    mutating func verdicts(of rows: Range<Int>) -> ReplayedVerdicts {
        codes.reserveCapacity(rows.count)
        for row in rows { codes.append(code(of: row)) }
        return ReplayedVerdicts(verdicts: verdicts, codes: codes)
    }

    private mutating func code(of row: Int) -> Int32 {
        let head = calls.heads[row]
        guard let moment = set.programs[head.moment] else { return number(of: RuleSet.defaultVerdict(head.moment)) }
        if head.moment == .brief, moment.asks, !head.closed {
            var verdict = set.decide(calls[row], language: language)
            verdict.unreadable = []
            return number(of: verdict)
        }
        load(row, head, moment)
        let (hit, tags, conflict) = moment.program.decideRow(&loaded.facts)
        let isPlain = tags.isEmpty && !conflict && moment.score == nil
        if isPlain, let known = plain[head.moment]?[hit + 1], known >= 0 { return known }
        let found = moment.program.hit(hit)
        var within: Duration?
        var isDated = false
        if let found, case .before = found.outcome[.within] {
            within = set.within(found.outcome[.within], loaded.facts)
            isDated = true
        }
        let said = Said(
            moment: head.moment, row: hit, tags: tags, conflict: conflict, score: moment.score.flatMap { loaded.facts.value($0) }, within: within)
        if let known = others[said] { return known }
        let decision = Decision(hits: [found], tags: tags, conflict: conflict)
        let place = number(of: set.verdict(decision, calls.input(row, head), moment, loaded.facts, language))
        others[said] = place
        if isPlain, !isDated { plain[head.moment]?[hit + 1] = place }
        return place
    }

    private mutating func load(_ row: Int, _ head: RecordedCalls.Head, _ moment: MomentProgram) {
        loaded.facts.reset()
        loaded.unreadable.removeAll(keepingCapacity: true)
        for reading in readings {
            let code = calls.columns[reading.column].code(row)
            if code > 0 { set.set(reading.fact, reading.values[code - 1], &loaded) }
        }
        if moment.needsTime { set.setClock(clock, head.at, calls.zones[Int(head.zone)], moment, true, &loaded) }
    }

    private mutating func number(of verdict: Verdict) -> Int32 {
        if let known = whole[verdict] { return known }
        verdicts.append(verdict)
        whole[verdict] = Int32(verdicts.count - 1)
        return Int32(verdicts.count - 1)
    }
}
