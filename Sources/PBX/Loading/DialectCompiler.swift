// SPDX-License-Identifier: Apache-2.0
import CallModel
import StrictYAML

/// Reads a dialect file section by section, going on after a mistake, so that one run names all of them.
final class DialectCompiler {
    private var problems: [SourceProblem] = []
    private var compiled = CompiledDialect()
    private let scope = PathScope()
    private let file: String

    static func compile(_ text: String, file: String) throws(SourceProblems) -> CompiledDialect {
        let compiler = DialectCompiler(file: file)
        compiler.attempt { () throws(SourceProblem) in try YAMLNode.parse(text, file: file) }.map { compiler.read($0) }
        guard compiler.problems.isEmpty else { throw SourceProblems(compiler.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) }) }
        return compiler.compiled
    }

    private init(file: String) { self.file = file }

    private func attempt<T>(_ body: () throws(SourceProblem) -> T) -> T? {
        do { return try body() } catch {
            problems.append(error)
            return nil
        }
    }

    private func read(_ root: YAMLNode) {
        guard var fields = attempt({ () throws(SourceProblem) in try root.fields() }) else { return }
        attempt { () throws(SourceProblem) in try fields.require("dialect").text() }.map { compiled.name = $0 }
        compiled.title = fields.take("title").flatMap { try? $0.text() } ?? compiled.name
        // The body comes first, wherever it stands: it decides which paths are possible.
        attempt { () throws(SourceProblem) in try fields.require("body") }.map { readBody($0) }
        attempt { () throws(SourceProblem) in try fields.require("verify") }.map { readVerify($0) }
        if let node = fields.take("require") {
            compiled.requirements = attempt { () throws(SourceProblem) in try BodySection(scope: scope).requirements(node) } ?? []
        }
        readAnswer(fields.take("answer"))
        readEvents(&fields)
        if let node = fields.take("handshakes") { readHandshakes(node) }
        attempt { () throws(SourceProblem) in try fields.require("replies") }.map { readReplies($0) }
        _ = attempt { () throws(SourceProblem) in try fields.finish() }
        finish()
    }

    private func readBody(_ node: YAMLNode) {
        guard let readings = attempt({ () throws(SourceProblem) in try BodySection(scope: scope).readings(node) }) else { return }
        compiled.readings = readings
        scope.isFlat = readings.allSatisfy(\.isFlat)
        scope.hasForm = readings.contains(where: \.goesThroughForm)
    }

    private func readVerify(_ node: YAMLNode) {
        compiled.schemes = attempt { () throws(SourceProblem) in try VerifySection(scope: scope).schemes(node) } ?? []
        // Paths of the schemes are read from the bytes; only the others need the form or query opened up.
        verifyPlaces = scope.places.count
        compiled.needsPublicBase = compiled.schemes.contains(where: \.scheme.needsPublicURL)
    }
    private var verifyPlaces = 0

    /// Whether the file has the section, be it readable or not.
    private var hasAnswer = false

    private func readAnswer(_ node: YAMLNode?) {
        hasAnswer = node != nil
        guard let node, let result = attempt({ () throws(SourceProblem) in try AnswerSection.read(node) }) else { return }
        compiled.answer = result.plan
        compiled.answerDeadline = result.within
        compiled.failsOpenWith = result.onFailure
    }

    private func readEvents(_ fields: inout YAMLFields) {
        var formats = FieldSection.Formats()
        if let node = fields.take("formats") { formats = attempt { () throws(SourceProblem) in try FieldSection.formats(node) } ?? formats }
        compiled.withheld = formats.withheld
        compiled.zoneIsSources = formats.zoneIsSources
        compiled.needsZone = formats.needsZone
        let section = FieldSection(scope: scope, formats: formats)
        var common = FieldRules()
        if let node = fields.take("fields") { common = attempt { () throws(SourceProblem) in try section.rules(node) } ?? common }
        if let node = fields.take("extra") { compiled.extra = attempt { () throws(SourceProblem) in try section.extra(node) } ?? compiled.extra }
        let keyNode = fields.take("key")
        var events = EventSection(scope: scope, fields: section, common: common, commonKeys: [])
        if let keyNode {
            let keys = attempt { () throws(SourceProblem) in try events.keys(keyNode) } ?? []
            events = EventSection(scope: scope, fields: section, common: common, commonKeys: keys)
        }
        guard let node = attempt({ () throws(SourceProblem) in try fields.require("events") }),
            let items = attempt({ () throws(SourceProblem) in try node.list() })
        else { return }
        for item in items {
            guard let row = attempt({ () throws(SourceProblem) in try events.row(item) }) else { continue }
            compiled.rows.append(row)
            checkAsking(row, item)
        }
        if items.isEmpty { problems.append(node.problem("no row says what a request means")) }
        problems += EventSection.unreachable(compiled.rows, file: file)
    }

    private func checkAsking(_ row: EventRow, _ node: YAMLNode) {
        guard row.asks || row.continues else { return }
        guard let answer = compiled.answer else {
            if !hasAnswer {
                problems.append(
                    node.problem("this row asks, but nothing says how to answer", fix: "add answer: with a reply or command for each verb"))
            }
            return
        }
        if let point = row.askingPoint, answer.points[point] == nil {
            problems.append(
                node.problem(
                    "there is no asking point \"\(point)\" under answer:",
                    fix: nearest(to: point, among: Array(answer.points.keys)).map { "did you mean \"\($0)\"?" }
                        ?? "add points: {\(point): …}, or write asks: yes"))
        }
        if row.askingPoint == nil, answer.verbs.isEmpty {
            problems.append(
                node.problem(
                    "this row asks at no point, but answers are by point", fix: "write asks: \(answer.points.keys.sorted().joined(separator: " or "))"
                ))
        }
    }

    private func readHandshakes(_ node: YAMLNode) {
        guard let items = attempt({ () throws(SourceProblem) in try node.list() }) else { return }
        for item in items {
            attempt { () throws(SourceProblem) in try handshake(item) }.map { compiled.handshakes.append($0) }
        }
    }

    private func handshake(_ node: YAMLNode) throws(SourceProblem) -> CompiledDialect.Handshake {
        var fields = try node.fields()
        let conditions = try ConditionSection(scope: scope).conditions(try fields.require("when"))
        let isOpen = try fields.take("open").map { node throws(SourceProblem) in try node.yesNo() } ?? false
        let scope = scope
        let replies = ReplySection<PathExpression> { text, node throws(SourceProblem) in try scope.expression(text, node) }
        let reply = try replies.reply(try fields.require("reply"))
        try fields.finish()
        return .init(conditions: conditions, reply: reply, isOpen: isOpen)
    }

    private func readReplies(_ node: YAMLNode) {
        guard var fields = attempt({ () throws(SourceProblem) in try node.fields() }) else { return }
        let section = ReplySection<String>(slot: nil)
        for reply in StandardReply.allCases {
            let filled = attempt { () throws(SourceProblem) in try section.reply(try fields.require(reply.rawValue)).filled { _ in nil } }
            compiled.replies[reply] = filled
        }
        _ = attempt { () throws(SourceProblem) in try fields.finish() }
    }

    private func finish() {
        let verify = scope.places.prefix(verifyPlaces)
        let others = scope.places.dropFirst(verifyPlaces)
        compiled.usesQuery = others.contains { $0.root == .query } || compiled.readings.contains { $0.steps.contains(.query) }
        compiled.usesForm = others.contains { $0.root == .form }
        compiled.extra.named = NameSet(
            Set((verify + others).filter { $0.root == .body || $0.root == .form }.compactMap { $0.steps.first?.name }))
        if !compiled.usesForm { compiled.readings = compiled.readings.map(\.withFieldsFromBytes) }
    }
}

extension BodyReading {
    /// `form, field X` as one step that leaves the other fields unread.
    var withFieldsFromBytes: BodyReading {
        guard steps.count >= 2, case .form(percentDecoded: true, nested: false) = steps[0], case .field(let name) = steps[1] else { return self }
        return BodyReading(types: types, conditions: conditions, steps: [.formField(name)] + steps.dropFirst(2), line: line)
    }
}
