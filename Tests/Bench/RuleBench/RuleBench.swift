// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import Essentials
import Foundation
import RuleFiles
import Screening

/// What `bench_rules.py` measures of the rules engine. Reads commands from its input, one a line, and answers each with one line,
/// so that its rounds can follow those of other engines in shuffled order.
@main struct RuleBench {
    static func main() throws {
        var table: TableBench?
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("table", 3): table = try TableBench(folder: words[1], facts: words[2])
            case ("numbers", 2): answer(table.map { $0.numbers(Int(words[1]) ?? 1) })
            case ("numbers-trace", 2): answer(table.map { $0.numbersWithTrace(Int(words[1]) ?? 1) })
            case ("names", 2): answer(table.map { $0.names(Int(words[1]) ?? 1) })
            case ("names-trace", 2): answer(table.map { $0.namesWithTrace(Int(words[1]) ?? 1) })
            case ("rules", 1): say(table?.rules.joined(separator: " ") ?? "")
            case ("load", 2): answer(try seconds { _ = try RuleSet.read(files: try files(of: words[1]), name: "bench") })
            case ("list", 2): say(ListBench.run(Int(words[1]) ?? 0))
            case ("replay", 4): say(try ReplayBench.run(live: words[1], draft: words[2], calls: words[3]))
            default: say("unknown")
            }
            if words.first == "table" { say("ready") }
        }
    }

    /// One line, at once: whoever asked waits for it.
    private static func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    private static func answer(_ seconds: Double?) { say(seconds.map { String($0) } ?? "no table") }

    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        let time = start.duration(to: .now).components
        return Double(time.seconds) + Double(time.attoseconds) / 1e18
    }

    static func files(of folder: String) throws -> [RuleSource] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
            RuleSource(path: name, text: try String(contentsOfFile: folder + "/" + name, encoding: .utf8))
        }
    }

    /// Facts of one call as JSON gives them.
    static func facts(_ line: Substring) throws -> [String: FactInput] {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        return object.compactMapValues { value in
            if let text = value as? String { return .text(text) }
            guard let number = value as? NSNumber else { return nil }
            // JSONSerialization gives booleans as numbers of this kind.
            return CFBooleanKind.isBoolean(number) ? .yesNo(number.boolValue) : .integer(number.int64Value)
        }
    }
}

private enum CFBooleanKind {
    static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" || String(cString: number.objCType) == "B" }
}

/// One table and calls that ask it.
struct TableBench {
    let set: RuleSet
    let program: Program
    let inputs: [ScreeningInput]
    let vectors: [FactVector]

    init(folder: String, facts: String) throws {
        set = try RuleSet.read(files: try RuleBench.files(of: folder), name: "bench")
        let declared = set.folder
        program = Program(
            facts: declared.factsForTables, lists: declared.memberships, giving: [],
            chains: [(declared.chains[.ring] ?? []).map { declared.compiled[$0] }])
        inputs = try String(contentsOfFile: facts, encoding: .utf8).split(separator: "\n").map { line in
            ScreeningInput(moment: .ring, at: Instant(unixSeconds: 1_772_442_000), facts: try RuleBench.facts(line))
        }
        vectors = inputs.map { input in
            var vector = FactVector(count: declared.facts.count)
            for (name, value) in input.facts {
                guard let fact = declared.factIndex(of: name) else { continue }
                switch value {
                case .integer(let number): vector.set(fact, to: number)
                case .yesNo(let isTrue): vector.set(fact, to: isTrue ? 1 : 0)
                case .text(let text): vector.set(fact, to: Int64(declared.facts[fact].number(of: text) ?? 0))
                default: break
                }
            }
            return vector
        }
    }

    var rules: [String] { inputs.map { set.decide($0).rule ?? "none" } }

    /// Seconds a decision: facts are numbers already.
    func numbers(_ rounds: Int) -> Double {
        measure(rounds) { index in
            var facts = vectors[index]
            return program.decide(&facts).hit?.rule ?? -1
        }
    }

    func numbersWithTrace(_ rounds: Int) -> Double {
        measure(rounds) { index in
            var facts = vectors[index]
            let trace = program.trace(&facts)
            return (trace.hit?.rule ?? -1) + trace.near.count + trace.because.count
        }
    }

    /// Facts by name, words as text: as the service asks.
    func names(_ rounds: Int) -> Double { measure(rounds) { set.decide(inputs[$0]).rule?.utf8.count ?? 0 } }

    func namesWithTrace(_ rounds: Int) -> Double {
        measure(rounds) { index in
            let trace = set.decideWithTrace(inputs[index])
            return trace.near.count + trace.because.count
        }
    }

    private func measure(_ rounds: Int, _ decide: (Int) -> Int) -> Double {
        var sum = 0
        let seconds = RuleBench.seconds {
            for _ in 0..<rounds { for index in inputs.indices { sum &+= decide(index) } }
        }
        // The sum is looked at, so that nothing can be left out.
        return sum == .min ? 0 : seconds / Double(rounds * inputs.count)
    }
}

/// Telephone lists of millions of entries.
enum ListBench {
    /// - Returns: nanoseconds a look-up, bytes an entry, look-ups that found what they should, all look-ups, seconds to read.
    static func run(_ count: Int) -> String {
        var state: UInt64 = 42
        func random(_ limit: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % limit
        }
        var text = "number\n"
        text.reserveCapacity(count * 14)
        var keys: [Int64] = []
        for _ in 0..<count {
            // Russian mobile numbers, and now and then a block.
            let number = 79_000_000_000 + random(1_000_000_000)
            text += "+"
            let isBlock = random(100) == 0
            let digits = String(isBlock ? number / 1000 : number)
            text += digits
            text += "\n"
            if keys.count < 200_000 { keys.append(DigitKey.key(digits) ?? 0) }
        }
        let facts = "format: 1\nfacts:\n  caller:\n    type: phone\n"
        let rules = "format: 1\nrules: Lists\nlists:\n  - list: numbers\n    file: numbers.csv\n    holds: phone\n"
        var set: RuleSet?
        let reading = RuleBench.seconds {
            set = try? RuleSet.read(
                files: [
                    RuleSource(path: "facts.yaml", text: facts), RuleSource(path: "rules.yaml", text: rules),
                    RuleSource(path: "numbers.csv", text: text),
                ], name: "list")
        }
        text = ""
        guard let list = set?.folder.lists.first?.rows.prefixes else { return "0 0 0 0 0" }
        let asked = (0..<1_000_000).map { _ -> Int64 in
            let number = random(2) == 0 ? 79_000_000_000 + random(1_000_000_000) : 70_000_000_000 + random(9_000_000_000)
            return DigitKey.key(String(number)) ?? 0
        }
        var found = 0
        let seconds = RuleBench.seconds { for key in asked { found += list.longest(key, on: 0) == nil ? 0 : 1 } }
        let right = keys.filter { list.longest($0, on: 0) != nil }.count + (found > 0 ? 0 : -1)
        return "\(seconds * 1e9 / Double(asked.count)) \(Double(list.sizeBytes) / Double(list.count)) \(right) \(keys.count) \(reading)"
    }
}

/// Two versions of a set over many recorded calls.
enum ReplayBench {
    /// - Returns: seconds to take the calls in, seconds of both sets and the difference, calls that change, wrong ones of a sample.
    static func run(live: String, draft: String, calls path: String) throws -> String {
        let (old, new) = (
            try RuleSet.read(files: RuleBench.files(of: live), name: "live"), try RuleSet.read(files: RuleBench.files(of: draft), name: "draft")
        )
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let names = lines[0].split(separator: ",").map(String.init)
        var inputs: [ScreeningInput] = []
        inputs.reserveCapacity(lines.count)
        for line in lines.dropFirst() {
            var input = ScreeningInput(moment: .ring, at: Instant(unixSeconds: 1_772_442_000))
            for (name, text) in zip(names, line.split(separator: ",", omittingEmptySubsequences: false)) where !text.isEmpty {
                input.facts[name] = Int64(text).map { .integer($0) } ?? .text(String(text))
            }
            inputs.append(input)
        }
        var calls = RecordedCalls()
        let taking = RuleBench.seconds { for (row, input) in inputs.enumerated() { calls.append(input, id: Int64(row)) } }
        var difference: ReplayDifference?
        let replaying = RuleBench.seconds { difference = Replay.difference(from: old, to: new, over: calls) }
        let changed = Set(difference?.changes.flatMap(\.rows) ?? [])
        let sample = stride(from: 0, to: inputs.count, by: max(1, inputs.count / 20_000))
        let wrong = sample.filter { row in
            Verdict.haveSameOutcome(old.decide(inputs[row]), new.decide(inputs[row])) == changed.contains(row)
        }
        return "\(taking) \(replaying) \(changed.count) \(wrong.count)"
    }
}
