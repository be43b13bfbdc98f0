// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Dispatch
import Synchronization

/// Decides recorded calls again: by a draft, or by two sets to see what a change changes. A pure function of sets and calls.
public enum Replay {
    /// Calls that one thread takes at a time.
    private static let chunkSize = 16_384

    /// What a set says to every call. Blocks until all are decided, on as many threads as there are processors.
    /// - Parameter language: of `say`.
    /// - Returns: verdicts in the order of the calls, each as `RuleSet.decide` gives it, but that `unreadable` is left empty.
    public static func verdicts(of set: RuleSet, over calls: RecordedCalls, language: Language = .en) -> ReplayedVerdicts {
        let chunks = (calls.count + chunkSize - 1) / chunkSize
        let parts = Mutex([ReplayedVerdicts?](repeating: nil, count: chunks))
        DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
            let rows = chunk * chunkSize..<min((chunk + 1) * chunkSize, calls.count)
            let part = ReplayedVerdicts(
                recorded: rows.lazy.map { row in
                    var verdict = set.decide(calls[row], language: language)
                    verdict.unreadable = []
                    return verdict
                })
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
