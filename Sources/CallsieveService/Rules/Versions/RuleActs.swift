// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import RuleFiles
internal import SQLEngine
internal import Screening
public import Store
internal import StrictYAML
internal import Synchronization
internal import WebServer

/// Why an act on rules was refused, for the person who asked.
public struct RuleRefusal: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable { case unknown, conflict, bad }
    public let code: Code
    public let description: String
}

/// What is to be published, shadowed or compared: files as they are now, or a version on record.
public enum RuleDraft: Sendable {
    case files([RuleSource])
    case version(Int)
}

/// Versions of rule sets and their one pointer: draft → shadow → live → retired (RULES.md 4.11). Each act is one transaction with its
/// record in the audit log; what a running service decides by follows after it.
public final class RuleActs: Sendable {
    /// A pointer that has moved. Acts are numbered in the order in which they took effect.
    struct Applied: Sendable {
        enum Pointer: Sendable { case live, shadow }
        let pointer: Pointer
        let name: String
        /// `nil`: no version is shadowed any more.
        let version: RuleVersion?
        let set: RuleSet?
        let order: Int
    }

    let store: Store
    private let time: any TimeSource
    private let texts = StoredRules()
    /// Acts so far; counted on the writer's thread.
    private let order = Mutex(0)
    private let applied: @Sendable (Applied) -> Void

    public convenience init(store: Store, time: any TimeSource) { self.init(store: store, time: time) { _ in } }

    init(store: Store, time: any TimeSource, applied: @escaping @Sendable (Applied) -> Void) {
        self.store = store
        self.time = time
        self.applied = applied
    }

    /// Makes a draft live. Files are checked as a whole first: examples, promises, rules that can't win.
    /// - Throws: `SourceProblems` for what is wrong with the files; `RuleRefusal`.
    public func publish(_ draft: RuleDraft, to name: String, by person: String, note: String) async throws -> RuleVersion {
        let (set, files) = try await checked(draft, of: name)
        let actor = RuleActor(person, note: note, at: time.now())
        let (version, number) = try await store.write(.housekeeping) { [self] tx in
            let version = try Self.recorded(draft, set, files, actor, tx)
            try tx.makeLive(version, by: actor)
            return (try tx.ruleVersion(version.id) ?? version, nextOrder())
        }
        applied(Applied(pointer: .live, name: name, version: version, set: set, order: number))
        return version
    }

    /// Lets a draft decide beside the live set; what it says is recorded and nothing else.
    public func shadow(_ draft: RuleDraft, of name: String, by person: String, note: String) async throws -> RuleVersion {
        let (set, files) = try await checked(draft, of: name)
        let actor = RuleActor(person, note: note, at: time.now())
        let (version, number) = try await store.write(.housekeeping) { [self] tx in
            let version = try Self.recorded(draft, set, files, actor, tx)
            guard try tx.rulePointers(of: name)?.live != version.id else {
                throw RuleRefusal(code: .conflict, description: "version \(version.number) is the live one: there is nothing to compare")
            }
            try tx.makeShadow(version, by: actor)
            return (try tx.ruleVersion(version.id) ?? version, nextOrder())
        }
        applied(Applied(pointer: .shadow, name: name, version: version, set: set, order: number))
        return version
    }

    /// Puts a draft or shadow version out of use.
    /// - Parameter number: `nil`: the shadow.
    public func retire(_ number: Int?, of name: String, by person: String, note: String) async throws -> RuleVersion {
        let actor = RuleActor(person, note: note, at: time.now())
        let (version, order) = try await store.write(.housekeeping) { [self] tx in
            guard let version = try Self.meant(number, of: name, tx, orPointer: \.shadow) else {
                throw RuleRefusal(code: .unknown, description: "\(name) has no shadow to retire: name a version")
            }
            guard try tx.retire(version, by: actor) else {
                throw RuleRefusal(code: .conflict, description: "version \(version.number) is live: publish another one, or roll back")
            }
            return (try tx.ruleVersion(version.id) ?? version, nextOrder())
        }
        let shadow = try await store.read { try $0.rulePointers(of: name)?.shadow }
        if shadow == nil { applied(Applied(pointer: .shadow, name: name, version: nil, set: nil, order: order)) }
        return version
    }

    /// Makes an earlier version live again.
    /// - Parameter number: `nil`: the one that was live before the present one.
    public func rollBack(_ name: String, to number: Int?, by person: String, note: String) async throws -> RuleVersion {
        if let number { return try await publish(.version(number), to: name, by: person, note: note) }
        let earlier = try await store.read { store in
            try store.ruleVersions(of: name).filter { $0.state == .retired }.max { ($0.changedAt, $0.number) < ($1.changedAt, $1.number) }
        }
        guard let earlier else { throw RuleRefusal(code: .conflict, description: "\(name) has no earlier version to go back to") }
        return try await publish(.version(earlier.number), to: name, by: person, note: note)
    }

    /// The set that a draft is, and its files where they are new.
    func checked(_ draft: RuleDraft, of name: String) async throws -> (RuleSet, [RuleSource]) {
        switch draft {
        case .files(let files): return (try RuleSet.load(files: files, name: name), files)
        case .version(let number):
            let set = try await store.read { [self] store in
                guard let version = try store.ruleVersion(of: name, number: number) else { throw Self.unknown(number, of: name) }
                return try texts.set(of: version, in: store)
            }
            guard let set else {
                throw RuleRefusal(code: .bad, description: "version \(number) of \(name) can't be read any more: a file of it was too large to keep")
            }
            return (set, [])
        }
    }

    static func unknown(_ number: Int, of name: String) -> RuleRefusal {
        RuleRefusal(code: .unknown, description: "\(name) has no version \(number)")
    }

    private static func recorded(
        _ draft: RuleDraft, _ set: RuleSet, _ files: [RuleSource], _ actor: RuleActor, _ tx: Transaction
    ) throws -> RuleVersion {
        guard case .version(let number) = draft else { return try tx.record(set, files: files, by: actor) }
        guard let version = try tx.ruleVersion(of: set.name, number: number) else { throw unknown(number, of: set.name) }
        return version
    }

    private static func meant(
        _ number: Int?, of name: String, _ tx: Transaction, orPointer pointer: KeyPath<RulePointers, RuleVersion.ID?>
    ) throws -> RuleVersion? {
        guard let number else { return try tx.rulePointers(of: name)?[keyPath: pointer].flatMap { try tx.ruleVersion($0) } }
        guard let version = try tx.ruleVersion(of: name, number: number) else { throw unknown(number, of: name) }
        return version
    }

    func nextOrder() -> Int {
        order.withLock { order in
            order += 1
            return order
        }
    }
}

extension Transaction {
    /// A set with its files, on record.
    func record(_ set: RuleSet, files: [RuleSource], by actor: RuleActor) throws -> RuleVersion {
        try recordRules(
            set.name, hash: set.hash, lists: set.listVersions, files: files.map { RuleText(path: $0.path, text: $0.text) }, by: actor)
    }
}
