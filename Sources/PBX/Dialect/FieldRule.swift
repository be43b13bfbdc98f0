// SPDX-License-Identifier: Apache-2.0
import CallModel

/// The canonical fields of an event, in the words of the dialect files.
enum CanonicalField: Int, CaseIterable, Sendable {
    case call, leg, caller, name, line, agent, digits, direction, cause, at, start, answer, end, wait, talk, recording, sequence, command
    case parentCall, links

    /// As it is written in a file.
    var word: String { self == .parentCall ? "parent call" : "\(self)" }
    var isTime: Bool { [.at, .start, .answer, .end].contains(self) }
    var isDuration: Bool { self == .wait || self == .talk }
}

/// How one canonical field is read.
struct FieldRule: Sendable {
    enum Reading: Sendable {
        case expression(PathExpression)
        /// Another place for each direction of the call.
        case byDirection([Direction: PathExpression])
        case template(Template<PathExpression>)
    }

    let reading: Reading
    let table: ValueTable?
    let times: [TimeFormat]
    let durations: DurationFormat

    func text(in document: Document, direction: Direction) -> String? {
        let found: String? =
            switch reading {
            case .expression(let expression): document.text(expression)
            case .byDirection(let expressions): expressions[direction].flatMap(document.text)
            case .template(let template): template.filled(document.text)
            }
        guard let table else { return found }
        return found.flatMap { table[$0] }
    }

    var expressions: [PathExpression] {
        switch reading {
        case .expression(let expression): [expression]
        case .byDirection(let expressions): Array(expressions.values)
        case .template(let template): template.slots
        }
    }
}

/// A vendor's words → ours: exact words first, then classes (`2xxx`, where `x` is any digit), then what else is said.
struct ValueTable: Sendable {
    let words: [String: String]
    let classes: [(pattern: [UInt8], word: String)]
    let otherwise: String?

    subscript(text: String) -> String? {
        if let word = words[text] { return word }
        let bytes = Array(text.utf8)
        let hit = classes.first { $0.pattern.count == bytes.count && zip($0.pattern, bytes).allSatisfy(ValueTable.fits) }
        return hit?.word ?? (text.isEmpty ? nil : otherwise)
    }

    static func fits(_ pattern: UInt8, _ byte: UInt8) -> Bool {
        pattern == UInt8(ascii: "x") ? (0x30...0x39).contains(byte) : pattern == byte
    }
}

/// One rule a canonical field, in the order of `CanonicalField.allCases`.
struct FieldRules: Sendable {
    private var rules: [FieldRule?] = Array(repeating: nil, count: CanonicalField.allCases.count)

    subscript(field: CanonicalField) -> FieldRule? {
        get { rules[field.rawValue] }
        set { rules[field.rawValue] = newValue }
    }

    var all: [FieldRule] { rules.compactMap { $0 } }

    /// These rules with those of a row put over them.
    func overridden(by other: FieldRules) -> FieldRules {
        var merged = self
        for (index, rule) in other.rules.enumerated() where rule != nil { merged.rules[index] = rule }
        return merged
    }
}
