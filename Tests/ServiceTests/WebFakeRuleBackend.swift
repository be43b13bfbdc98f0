// SPDX-License-Identifier: Apache-2.0
import Essentials
import RuleFiles
import WireFormats

@testable import WebServer

/// One set with two versions, one of which is tried as a shadow.
struct WebFakeRuleBackend: RuleBackend {
    static func version(_ number: Int, _ state: String) -> JSON {
        [
            "set": "agency", "version": JSON(number), "hash": "9f2c41d7", "lists": ["blacklist": "3be0"], "state": .string(state), "note": "why",
            "made_at": "2026-03-02T10:00:00.000Z", "made_by": "rule files", "changed_at": "2026-03-02T10:00:00.000Z",
            "changed_by": "operator Anna",
        ]
    }

    static let verdict: JSON = [
        "then": "drop", "rule": "too small", "table": "brief", "reason": "BUDGET_LOW", "group": .null, "to": .null, "within": 300, "priority": .null,
        "tags": ["partner"], "score": .null, "say": .null, "decided": true, "need": [], "conflict": false, "unreadable": [],
    ]
    static let became: JSON = ["leads": 1, "qualified": 1, "won": 1, "lost": 0, "returned": 0, "paid": ["RUB": "450000.00"]]
    static let change: JSON = [
        "calls": 1, "at": ["brief"], "from": verdict, "to": verdict, "became": became, "decisions": ["01J"], "sentence": ["en": "a", "ru": "б"],
    ]

    private func known(_ set: String) throws(Problem) { if set != "agency" { throw .notFound("rule set") } }

    func ruleSets() async throws(Problem) -> JSON {
        let shadow = JSON.object((Self.version(2, "shadow").members ?? []) + [.init("compared", 10), .init("changed", 1)])
        return ["items": [["set": "agency", "default": true, "live": Self.version(1, "live"), "shadow": shadow, "problems": []]]]
    }

    func ruleVersions(of set: String) async throws(Problem) -> JSON {
        try known(set)
        return ["set": "agency", "live": 1, "shadow": 2, "items": [Self.version(2, "shadow"), Self.version(1, "live")]]
    }

    func ruleVersion(_ number: Int, of set: String) async throws(Problem) -> JSON {
        try known(set)
        return .object((Self.version(number, "live").members ?? []) + [.init("files", [["path": "facts.yaml", "text": "format: 1\n"]])])
    }

    func ruleShadow(of set: String) async throws(Problem) -> JSON {
        try known(set)
        return ["set": "agency", "version": Self.version(2, "shadow"), "compared": 10, "changed": 1, "changes": [Self.change]]
    }

    func ruleHits(of set: String, from: Instant?, to: Instant?) async throws(Problem) -> JSON {
        try known(set)
        let row: JSON = [
            "at": "brief", "table": "brief", "rule": "too small", "live": true, "calls": 3, "before": 1, "trend": [0, 1, 2], "overridden": 0,
            "became": Self.became,
        ]
        return ["set": "agency", "from": "2026-03-02T10:00:00.000Z", "to": "2026-03-03T10:00:00.000Z", "decisions": 3, "items": [row]]
    }

    func replay(_ files: [RuleSource]?, version: Int?, of set: String, from: Instant?, to: Instant?) async throws(Problem) -> JSON {
        try known(set)
        return [
            "set": "agency", "draft": "9f2c41d7", "from": "2026-03-02T10:00:00.000Z", "to": "2026-03-03T10:00:00.000Z", "compared": 1, "changed": 1,
            "erased": 0, "overridden": 0, "changes": [Self.change], "rules": [["table": "brief", "rule": "too small", "before": 1, "after": 0]],
        ]
    }

    func lint(_ files: [RuleSource], of set: String) async throws(Problem) -> JSON {
        try known(set)
        let edit: JSON = ["file": "main.yaml", "start": ["line": 3, "column": 1], "end": ["line": 3, "column": 4], "replacement": "x"]
        let finding: JSON = [
            "code": "W04", "severity": "warning", "file": "main.yaml", "line": 3, "column": 1, "table": "brief", "rule": "small",
            "text": ["en": "a", "ru": "б"], "fix": ["text": ["en": "a", "ru": "б"], "edits": [edit]], "certainty": "proved",
            "call": ["service": "site"], "calls": 3,
        ]
        return ["set": "agency", "errors": 0, "warnings": 1, "items": [finding]]
    }

    func change(_ change: RuleChange, of set: String) async throws(Problem) -> JSON {
        try known(set)
        return Self.version(change.version ?? 3, change.act == .shadow ? "shadow" : change.act == .retire ? "retired" : "live")
    }
}
