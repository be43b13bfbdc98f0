// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
internal import RuleFiles
internal import Screening
public import Store
internal import StrictYAML
internal import WebServer
public import WireFormats

/// What the store knows of rules: versions, what shadows said, how often rules hit, why a decision is what it is. Reads only.
public struct RuleHistory: Sendable {
    let store: Store
    let texts = StoredRules()

    public init(_ store: Store) { self.store = store }

    /// `rules versions`: the newest first.
    public func versions(of name: String) async throws -> JSON {
        try await store.read { store in
            guard let pointers = try store.rulePointers(of: name) else { throw try Self.unknown(name, in: store) }
            let versions = try store.ruleVersions(of: name)
            func number(_ id: RuleVersion.ID?) -> JSON { versions.first { $0.id == id }.map { JSON($0.number) } ?? .null }
            return [
                "set": .string(name), "live": number(pointers.live), "shadow": number(pointers.shadow),
                "items": .array(versions.map(\.json)),
            ]
        }
    }

    /// One version with its whole text.
    public func version(_ number: Int, of name: String) async throws -> JSON {
        try await store.read { store in
            guard let version = try store.ruleVersion(of: name, number: number) else { throw RuleActs.unknown(number, of: name) }
            let files = try store.ruleTexts(of: version.id).map { ["path": .string($0.path), "text": JSON($0.text)] as JSON }
            return .object((version.json.members ?? []) + [JSON.Member("files", .array(files))])
        }
    }

    /// `rules explain`: the trace of a stored decision in RULES.md 4.9's form.
    public func explain(_ id: ULID, language: Language) async throws -> JSON {
        let texts = texts
        return try await store.read { store in
            guard let record = try store.decision(id) else { throw RuleRefusal(code: .unknown, description: "there is no decision \(id)") }
            return DecisionTrace(record, rules: try texts.rules(of: record, in: store)).json(language)
        }
    }

    static func unknown(_ name: String, in store: some StoreReading) throws -> RuleRefusal {
        let known = try store.ruleSetNames()
        let list = known.isEmpty ? "no set was ever live here" : "known: \(known.joined(separator: ", "))"
        return RuleRefusal(code: .unknown, description: "there is no rule set \"\(name)\" on record; \(list)")
    }

    /// Every stored decision of a span, page after page, oldest first. Erased ones too.
    func each(_ span: DecisionSpan, _ body: (DecidedCall) -> Void) async throws {
        var cursor: Cursor?
        repeat {
            let from = cursor
            let page = try await store.read { try $0.decided(in: span, from: from) }
            page.items.forEach(body)
            cursor = page.next
        } while cursor != nil && !Task.isCancelled
        try Task.checkCancellation()
    }
}

extension RuleVersion {
    /// A row of `rules versions`, without the texts.
    public var json: JSON {
        [
            "set": .string(ruleSet), "version": JSON(number), "hash": .string(hash),
            "lists": .object(listVersions.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }),
            "state": .string(state.rawValue), "note": .string(note), "made_at": .string(madeAt.rfc3339), "made_by": .string(madeBy),
            "changed_at": .string(changedAt.rfc3339), "changed_by": .string(changedBy),
        ]
    }
}
