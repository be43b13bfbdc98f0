// SPDX-License-Identifier: Apache-2.0
public import CallModel
internal import RuleFiles
public import Screening
internal import StrictYAML
internal import WebServer
public import WireFormats

/// `rules decide`: facts as JSON lines in, decisions as JSON lines out (RULES.md 4.14). Each line is decided by itself.
public struct DecideLines: Sendable {
    /// The answer to one line.
    public struct Answer: Sendable {
        /// The decision, or `{"id", "line", "error"}`.
        public let json: JSON
        /// What is wrong with the line, in a sentence with its number; `nil`: it was decided.
        public let problem: String?
        /// Facts that the rules do not know; they were passed over.
        public let undeclared: [String]
    }

    /// Bytes of one line at the most.
    public static let lineBytesMax = 1 << 20

    private let set: RuleSet
    private let moment: Moment?
    private let language: Language

    /// - Parameters:
    ///   - moment: of lines that name none; `nil`: each must.
    ///   - language: of `say`.
    public init(_ set: RuleSet, moment: Moment?, language: Language) {
        self.set = set
        self.moment = moment
        self.language = language
    }

    /// Why a line can't be decided.
    private struct Fault: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    /// - Parameter number: of the line, from 1.
    /// - Returns: `nil` for a line without text.
    public func answer(_ line: String, number: Int) -> Answer? {
        guard !line.allSatisfy(\.isWhitespace) else { return nil }
        guard line.utf8.count <= Self.lineBytesMax else { return failed(.null, number, "longer than \(Self.lineBytesMax) bytes: split it") }
        let json: JSON
        do {
            json = try JSON.parse(Array(line.utf8))
        } catch {
            return failed(.null, number, "no JSON: \(error)")
        }
        let id = json["id"] ?? .null
        do throws(Fault) {
            let (call, undeclared) = try call(json)
            let verdict = set.decide(call, language: language)
            return Answer(json: .object([JSON.Member("id", id)] + verdict.outputs), problem: nil, undeclared: undeclared)
        } catch {
            return failed(id, number, error.text)
        }
    }

    private func failed(_ id: JSON, _ number: Int, _ text: String) -> Answer {
        Answer(json: ["id": id, "line": JSON(number), "error": .string(text)], problem: "line \(number): \(text)", undeclared: [])
    }

    private static let members = ["id", "at", "when", "line", "closed", "facts"]

    private func call(_ json: JSON) throws(Fault) -> (AskedCall, undeclared: [String]) {
        guard let members = json.members else { throw Fault("a line is an object: {\"facts\": {…}}") }
        for member in members where !Self.members.contains(member.name) {
            let near = nearest(to: member.name, among: Self.members).map { "did you mean \"\($0)\"?" }
            throw Fault("\"\(member.name)\" is not known here: \(near ?? "known are " + Self.members.joined(separator: ", "))")
        }
        var call = AskedCall(moment: try moment(json["at"]), when: try when(json["when"]))
        if let closed = json["closed"], closed != .null {
            guard let isClosed = closed.bool else { throw Fault("\"closed\" is true or false") }
            call.closed = isClosed
        }
        if let line = json["line"], line != .null {
            guard let name = line.string else { throw Fault("\"line\" is a text: the line's name") }
            call.facts["line"] = .text(name)
        }
        var undeclared: [String] = []
        for member in try facts(json["facts"]) {
            if !set.declares(member.name) { undeclared.append(member.name) }
            call.facts[member.name] = try value(member.value, of: member.name)
        }
        return (call, undeclared)
    }

    private func moment(_ json: JSON?) throws(Fault) -> Moment {
        if let json, json != .null {
            guard let moment = json.string.flatMap(Moment.init(rawValue:)) else { throw Fault("\"at\" is one of ring, brief, hangup") }
            return moment
        }
        guard let moment else { throw Fault("no moment: say \"at\": \"ring\", \"brief\" or \"hangup\", or use --at") }
        return moment
    }

    private func when(_ json: JSON?) throws(Fault) -> WallClock? {
        guard let json, json != .null else { return nil }
        guard let clock = json.string.flatMap(WallClock.parse) else {
            throw Fault("\"when\" is a date and time, such as \"2026-03-02 11:40\" or \"2026-03-02T11:40:00+03:00\"")
        }
        return clock
    }

    private func facts(_ json: JSON?) throws(Fault) -> [JSON.Member] {
        guard let json, json != .null else { return [] }
        guard let members = json.members else { throw Fault("\"facts\" is an object: {\"budget\": 300000}") }
        return members
    }

    /// `nil` is unknown.
    private func value(_ json: JSON, of fact: String) throws(Fault) -> FactInput? {
        switch json {
        case .null: return nil
        case .bool(let value): return .yesNo(value)
        case .number(let text): return Int64(text).map(FactInput.integer) ?? .decimal(text)
        case .string(let text):
            switch folded(text) {
            case "declined", "отказ": return .declined
            case "unknown", "неизвестно", "": return nil
            default: return .text(text)
            }
        case .array(let elements):
            let words = elements.compactMap(\.string)
            guard words.count == elements.count else { throw Fault("the fact \"\(fact)\" is an array of texts, or one value") }
            return .words(words)
        case .object: throw Fault("the fact \"\(fact)\" can't be an object: write a text, a number, true or false, an array of texts, or null")
        }
    }
}
