// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
public import RuleFiles
internal import Screening
public import Store
internal import StrictYAML
public import WebServer
public import WireFormats

/// Rules for the API and the command line: acts on versions and the history of decisions, with errors for people.
public struct RuleConsole: RuleBackend {
    private let acts: RuleActs
    private let history: RuleHistory
    /// `nil` where no service runs: the store alone is asked.
    private let library: RuleLibrary?
    private let time: any TimeSource

    /// A period that is asked about when none is named.
    private static let period = Duration.seconds(90 * 86_400)

    init(acts: RuleActs, library: RuleLibrary?, time: any TimeSource) {
        self.acts = acts
        self.library = library
        self.time = time
        history = RuleHistory(acts.store)
    }

    /// For commands while no service runs.
    public init(store: Store, time: any TimeSource) { self.init(acts: RuleActs(store: store, time: time), library: nil, time: time) }

    public func ruleSets() async throws(Problem) -> JSON {
        try await told {
            let names: [String]
            if let library { names = library.names } else { names = try await acts.store.read { try $0.ruleSetNames() } }
            var items: [JSON] = []
            for name in names { items.append(try await overview(of: name)) }
            return ["items": .array(items)]
        }
    }

    private func overview(of name: String) async throws -> JSON {
        let (live, shadow, count) = try await acts.store.read { store in
            let pointers = try store.rulePointers(of: name)
            let shadow = try pointers?.shadow.flatMap { try store.ruleVersion($0) }
            return (try pointers?.live.flatMap { try store.ruleVersion($0) }, shadow, try shadow.map { try store.shadowCount(of: $0.id) })
        }
        var shadowed = JSON.null
        if let shadow, let count {
            shadowed = .object((shadow.json.members ?? []) + [.init("compared", JSON(count.compared)), .init("changed", JSON(count.differing))])
        }
        return [
            "set": .string(name), "default": .bool(library?.defaultName == name), "live": live?.json ?? .null, "shadow": shadowed,
            "problems": RuleReports.problems(library?.problems[name] ?? []),
        ]
    }

    public func ruleVersions(of set: String) async throws(Problem) -> JSON { try await told { try await history.versions(of: set) } }

    public func ruleVersion(_ number: Int, of set: String) async throws(Problem) -> JSON {
        try await told { try await history.version(number, of: set) }
    }

    public func ruleShadow(of set: String) async throws(Problem) -> JSON { try await told { try await history.shadow(of: set) } }

    public func ruleHits(of set: String, from: Instant?, to: Instant?) async throws(Problem) -> JSON {
        let end = to ?? time.now()
        return try await told { try await history.hits(of: set, from: from ?? end - Self.period, to: end) }
    }

    public func replay(_ files: [RuleSource]?, version: Int?, of set: String, from: Instant?, to: Instant?) async throws(Problem) -> JSON {
        let end = to ?? time.now()
        let span = DecisionSpan(from: from ?? end - Self.period, to: end, ruleSet: set)
        return try await told {
            guard let draft = files.map(RuleDraft.files) ?? version.map(RuleDraft.version) else {
                throw RuleRefusal(code: .bad, description: "send the draft's files, or a version")
            }
            // A draft may still have findings: it is only tried here.
            if case .files(let files) = draft { return try await history.replay(try RuleSet.read(files: files, name: set), over: span) }
            return try await history.replay(try await acts.checked(draft, of: set).0, over: span)
        }
    }

    public func lint(_ files: [RuleSource], of set: String) async throws(Problem) -> JSON {
        let now = time.now()
        return try await told { try await history.lint(files, of: set, from: now - Self.period, to: now) }
    }

    public func explain(_ decision: ULID, language: Language) async throws(Problem) -> JSON {
        try await told { try await history.explain(decision, language: language) }
    }

    public func change(_ change: RuleChange, of set: String) async throws(Problem) -> JSON {
        try await told {
            guard try await isKnown(set) else { throw RuleRefusal(code: .unknown, description: "there is no rule set \"\(set)\"") }
            let person = "operator \(change.actor)"
            let draft = change.files.map(RuleDraft.files) ?? change.version.map(RuleDraft.version)
            let version: RuleVersion
            switch (change.act, draft) {
            case (.publish, let draft?): version = try await acts.publish(draft, to: set, by: person, note: change.note)
            case (.shadow, let draft?): version = try await acts.shadow(draft, of: set, by: person, note: change.note)
            case (.retire, _): version = try await acts.retire(change.version, of: set, by: person, note: change.note)
            case (.rollback, _): version = try await acts.rollBack(set, to: change.version, by: person, note: change.note)
            case (.publish, nil), (.shadow, nil): throw RuleRefusal(code: .bad, description: "send files or a version")
            }
            return version.json
        }
    }

    private func isKnown(_ set: String) async throws -> Bool {
        if let library { return library.names.contains(set) }
        return try await acts.store.read { try $0.rulePointers(of: set) } != nil
    }

    /// What people did wrong becomes a problem with its text; everything else that fails is `unavailable`.
    private func told<T: Sendable>(_ body: () async throws -> T) async throws(Problem) -> T {
        do {
            return try await body()
        } catch let problem as Problem {
            throw problem
        } catch let refusal as RuleRefusal {
            switch refusal.code {
            case .unknown: throw Problem("not-found", status: 404, "There is no such set or version", detail: refusal.description)
            case .conflict: throw Problem.conflict(refusal.description)
            case .bad: throw Problem.unacceptable(refusal.description)
            }
        } catch let problems as SourceProblems {
            throw Problem(
                "not-acceptable", status: 422, "The rules are not fit to go live", detail: problems.description,
                members: [JSON.Member("problems", RuleReports.problems(problems.problems))])
        } catch {
            throw .unavailable
        }
    }
}
