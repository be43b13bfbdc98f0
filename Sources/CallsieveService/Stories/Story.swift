// SPDX-License-Identifier: Apache-2.0
internal import Essentials
public import StrictYAML

/// A course of calls to be played to a running service: webhooks and briefing steps in order (docs/stories.md).
public struct Story: Sendable {
    public enum Step: Sendable, Hashable {
        /// A webhook in the `callsieve` contract: field → text as written.
        case send([String: String])
        /// A recorded request of the source's PBX: its file's name and bytes.
        case post(String, [UInt8])
        /// Takes the briefing of the call sent last, as this person.
        case take(String, over: Bool)
        /// Answers, in the order written.
        case answer([Answer])
        case close
        case wait(Duration)
        /// What must show now: key → text, in the order written.
        case expect([Expectation])
    }

    public enum Answer: Sendable, Hashable {
        case value(fact: String, text: String)
        case declined(fact: String)
        case other(fact: String, text: String)
    }

    public struct Expectation: Sendable, Hashable {
        public var key: String
        public var value: String
    }

    /// One sentence of what is told.
    public var title: String
    public var file: String
    public var source: String
    /// Fields of every `send`, unless it says otherwise.
    public var defaults: [String: String]
    public var steps: [(step: Step, line: Int)]

    /// What an event may hold beside `call`, `event` and `at` (docs/dialects.md, the `callsieve` contract).
    static let eventFields = [
        "call", "event", "id", "at", "from", "name", "to", "agent", "digits", "direction", "cause", "wait_s", "talk_s", "recording", "sequence",
    ]
    static let expectations = [
        "action", "target", "decided", "then", "next", "status", "reason", "group", "rule", "priority", "repeats", "lead", "outcome", "agent",
    ]
    /// The longest `wait:`.
    static let waitMax = Duration.seconds(60)
}

extension Story {
    /// Reads a story.
    /// - Parameter recorded: the bytes of a recorded request's file; `nil` when it can't be read.
    /// - Throws: `SourceProblem` with line and fix for an unknown step, field or expectation.
    public static func read(_ text: String, file: String, recorded: (String) -> [UInt8]? = { _ in nil }) throws(SourceProblem) -> Story {
        let node = try YAMLNode.parse(text, file: file)
        var fields = try node.fields()
        let title = try fields.require("story").text()
        let source = try fields.text("source") ?? "demo"
        var steps: [(Step, Int)] = []
        for element in try fields.require("steps").list() { steps.append((try step(element, recorded), element.place.line)) }
        var defaults: [String: String] = [:]
        for name in eventFields { if let text = try fields.text(name) { defaults[name] = text } }
        try fields.finish()
        return Story(title: title, file: file, source: source, defaults: defaults, steps: steps)
    }

    /// Recorded requests alone, posted one after the other.
    public static func of(_ requests: [(file: String, bytes: [UInt8])], source: String) -> Story {
        Story(
            title: "\(requests.count) recorded requests to \(source)", file: requests.first?.file ?? "", source: source, defaults: [:],
            steps: requests.map { (.post($0.file, $0.bytes), 1) })
    }

    private static let words = ["send", "post", "brief", "answer", "close", "wait", "expect"]

    private static func step(_ node: YAMLNode, _ recorded: (String) -> [UInt8]?) throws(SourceProblem) -> Step {
        let entries = try node.entries()
        guard entries.count == 1, let entry = entries.first else {
            throw node.problem("one step is one \"word: …\"", fix: "known: \(words.joined(separator: ", "))")
        }
        switch entry.key {
        case "send": return .send(try texts(entry.value, known: eventFields))
        case "post":
            let name = try entry.value.text()
            guard let bytes = recorded(name) else {
                throw entry.value.problem("the recorded request \(name) can't be read", fix: "name a file beside the story")
            }
            return .post(name, bytes)
        case "expect": return .expect(try expectations(entry.value))
        case "close": return .close
        case "wait": return .wait(try wait(entry.value))
        case "brief": return try take(entry.value)
        case "answer": return .answer(try answers(entry.value))
        default:
            let fix = nearest(to: entry.key, among: words).map { "did you mean \"\($0)\"?" } ?? "known: \(words.joined(separator: ", "))"
            throw node.problem("unknown step \"\(entry.key)\"", fix: fix)
        }
    }

    private static func wait(_ node: YAMLNode) throws(SourceProblem) -> Duration {
        let duration = try ConfigurationReader(folder: ".").duration(node)
        guard duration <= waitMax else { throw node.problem("a wait is at most 60 s") }
        return duration
    }

    private static func take(_ node: YAMLNode) throws(SourceProblem) -> Step {
        var fields = try node.fields()
        let take = try fields.text("take")
        let over = try fields.text("take over")
        try fields.finish()
        switch (take, over) {
        case (let name?, nil): return .take(name, over: false)
        case (nil, let name?): return .take(name, over: true)
        default: throw node.problem("say who takes the briefing", fix: "take: Name")
        }
    }

    private static func answers(_ node: YAMLNode) throws(SourceProblem) -> [Answer] {
        var result: [Answer] = []
        for entry in try node.entries() {
            if entry.value.isMapping {
                var fields = try entry.value.fields()
                result.append(.other(fact: entry.key, text: try fields.require("other").text()))
                try fields.finish()
            } else {
                let text = try entry.value.text()
                result.append(text == "declined" ? .declined(fact: entry.key) : .value(fact: entry.key, text: text))
            }
        }
        return result
    }

    private static func expectations(_ node: YAMLNode) throws(SourceProblem) -> [Expectation] {
        _ = try texts(node, known: expectations)
        var result: [Expectation] = []
        for entry in try node.entries() { result.append(Expectation(key: entry.key, value: try entry.value.text())) }
        return result
    }

    private static func texts(_ node: YAMLNode, known: [String]) throws(SourceProblem) -> [String: String] {
        var fields = try node.fields()
        var result: [String: String] = [:]
        for name in known { if let text = try fields.text(name) { result[name] = text } }
        try fields.finish()
        return result
    }
}

extension Story {
    /// The story with `{n}`, `{n:3}` and `{run}` filled in everywhere.
    /// - Parameters:
    ///   - number: of the repetition, from 0.
    ///   - run: a word that is new with each run.
    public func numbered(_ number: Int, run: String) -> Story {
        func filled(_ text: String) -> String {
            var text = text.replacing("{n}", with: String(number)).replacing("{run}", with: run)
            for width in 1...9 where text.contains("{n:\(width)}") {
                let digits = String(repeating: "0", count: width) + String(number)
                text = text.replacing("{n:\(width)}", with: digits.suffix(width))
            }
            return text
        }
        var result = self
        result.defaults = defaults.mapValues(filled)
        result.steps = steps.map { step, line in
            switch step {
            case .send(let fields): (.send(fields.mapValues(filled)), line)
            case .post(let file, let bytes): (.post(file, Array(filled(String(decoding: bytes, as: UTF8.self)).utf8)), line)
            case .expect(let rows): (.expect(rows.map { Expectation(key: $0.key, value: filled($0.value)) }), line)
            default: (step, line)
            }
        }
        return result
    }
}
