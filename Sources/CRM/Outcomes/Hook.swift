// SPDX-License-Identifier: Apache-2.0
public import Essentials
import StrictYAML
import WireFormats

/// A message that a CRM sent to us.
public struct HookMessage: Sendable {
    public var method: String
    /// The whole address that the CRM called, as it knows it: some sign it.
    public var url: String
    /// The part of the path behind the account's name; `nil`: none.
    public var token: String?
    public var headers: [CRMHeader]
    public var body: [UInt8]
    public var receivedAt: Instant

    public init(method: String = "POST", url: String, token: String? = nil, headers: [CRMHeader], body: [UInt8], receivedAt: Instant) {
        self.method = method
        self.url = url
        self.token = token
        self.headers = headers
        self.body = body
        self.receivedAt = receivedAt
    }

    func header(_ name: String) -> String? { CRMResponse(status: 0, headers: headers).header(name) }
}

/// What a message of a CRM says.
public enum HookReading: Sendable {
    /// Not from this CRM, or too old: the sentence is for the audit, not for the sender.
    case refused(String)
    case unreadable(String)
    /// Records that may have changed; none: nothing that concerns us.
    case hints([RecordHint])
}

/// How a CRM's messages are verified and read.
struct Hook: Sendable {
    enum Body: String, Sendable, CaseIterable {
        case json
        /// `a[b][0][c]=x` is `{a: {b: {0: {c: x}}}}`.
        case form
    }
    struct Event: Sendable {
        var when: [(path: JSONPath, test: ValueTest)]
        /// Things that changed, one each; `.`: the message itself.
        var each: JSONPath
        var kind: String
        var id: JSONPath?
        var key: JSONPath?
        var isGone: Bool
        /// The thing is the record; only for signed messages.
        var isRecord: Bool
    }
    var verification: HookVerification
    var body: Body
    /// Every event that holds is taken.
    var events: [Event]

    var placeholders: [Placeholder] { verification.placeholders }

    func tree(_ message: HookMessage) -> JSON? {
        switch body {
        case .json: return try? JSON.parse(message.body)
        case .form:
            let form = Form(parsing: message.body)
            return form.fields.isEmpty ? nil : Hook.nested(form)
        }
    }

    func hints(in tree: JSON, records: [String: RecordReader], _ scope: TemplateScope) -> [RecordHint] {
        var hints: [RecordHint] = []
        for event in events where event.when.allSatisfy({ $0.test.holds($0.path.value(in: tree)) }) {
            for thing in event.each.values(in: tree).prefix(Hook.hintsMax) {
                var hint = RecordHint(
                    kind: event.kind, id: event.id?.value(in: thing)?.scalarText, key: event.key?.value(in: thing)?.scalarText, isGone: event.isGone)
                if event.isRecord, let id = hint.key ?? hint.id {
                    hint.record = records[event.kind]?.record(in: thing, scope) ?? OutcomeRecord(kind: event.kind, id: id)
                }
                if hint.id != nil || hint.key != nil, !hints.contains(hint) { hints.append(hint) }
            }
        }
        return hints
    }

    /// Records of one message that are taken; more is found by the next poll.
    static let hintsMax = 1000

    /// Names of a form as a tree.
    static func nested(_ form: Form) -> JSON {
        var root = JSON.object([])
        for field in form.fields {
            let name = field.name.replacing("]", with: "")
            root = put(field.value, at: name.split(separator: "[", omittingEmptySubsequences: false).map(String.init)[...], in: root)
        }
        return root
    }

    private static func put(_ value: String, at path: ArraySlice<String>, in json: JSON) -> JSON {
        // Deeper than any CRM writes, and what a stranger could send is bounded by the form's own limits.
        guard let name = path.first, path.count <= 16 else { return path.isEmpty ? .string(value) : json }
        var members = json.members ?? []
        let inner = members.firstIndex { $0.name == name }
        let filled = put(value, at: path.dropFirst(), in: inner.map { members[$0].value } ?? .object([]))
        if let inner { members[inner].value = filled } else { members.append(JSON.Member(name, filled)) }
        return .object(members)
    }
}

extension Hook {
    init(_ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        body = try fields.take("body").map { (node) throws(SourceProblem) in try RecipeReader.word(node) } ?? .json
        verification = try HookVerification(try fields.require("verify"))
        events = []
        for one in try fields.require("events").list() {
            let event = try Event(one)
            if event.isRecord, !verification.isSigned {
                throw one.problem("a message that is not signed is a hint, never the record", fix: "remove record: yes, or verify a signature")
            }
            events.append(event)
        }
        try fields.finish()
    }
}

extension Hook.Event {
    init(_ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        when = []
        for entry in try fields.take("when")?.entries() ?? [] {
            guard let path = JSONPath(entry.key) else { throw entry.value.problem("\"\(entry.key)\" is no path") }
            when.append((path, try ValueTest(entry.value)))
        }
        each = try fields.take("each").map { (node) throws(SourceProblem) in try JSONPath(node) } ?? JSONPath.whole
        kind = try fields.text("kind") ?? "lead"
        id = try fields.take("id").map { (node) throws(SourceProblem) in try JSONPath(node) }
        key = try fields.take("key").map { (node) throws(SourceProblem) in try JSONPath(node) }
        guard id != nil || key != nil else { throw node.problem("the event names no record", fix: "add id: or key: with its path") }
        isGone = try fields.take("gone")?.yesNo() ?? false
        isRecord = try fields.take("record")?.yesNo() ?? false
        try fields.finish()
    }
}
