// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import Logging
internal import RuleFiles
public import Screening
internal import SQLEngine
public import Store
public import StrictYAML
internal import Synchronization
internal import WireFormats

/// The rule sets in force. A changed folder goes live as a whole when it is good; else the last good set stays,
/// over a restart too, and its problems are shown until the folder is mended.
public final class RuleLibrary: Sendable {
    struct Entry: Sendable {
        var set: RuleSet
        /// What the disk showed when it was last looked at.
        var stamps: [String: RuleFolders.Stamp]
        /// Why the folder's present state is not live.
        var problems: [SourceProblem]
    }

    let folders: RuleFolders
    private let defaultName: String
    private let store: Store
    private let logger: Logger
    private let entries: Mutex<[String: Entry]>

    private init(folders: RuleFolders, defaultName: String, entries: [String: Entry], store: Store, logger: Logger) {
        self.folders = folders
        self.defaultName = defaultName
        self.store = store
        self.logger = logger
        self.entries = Mutex(entries)
    }

    /// Loads every set of the folder.
    /// - Parameter defaultName: the set for lines that name none; `nil`: the first in alphabetical order.
    /// - Throws: `SourceProblems` when a set is bad and no good copy of it is stored, or when there is no set at all.
    public static func open(folder: String, defaultName: String?, store: Store, logger: Logger) async throws -> RuleLibrary {
        let folders = RuleFolders(root: folder)
        let names = folders.names()
        guard let first = names.first else {
            throw SourceProblems([SourceProblem(file: folder, message: "there is no rule set in it", fix: "a set is a folder with a facts.yaml; name the folder with rules:")])
        }
        if let defaultName, !names.contains(defaultName) {
            throw SourceProblems([SourceProblem(file: folder, message: "there is no rule set \"\(defaultName)\"", fix: "known: \(names.joined(separator: ", "))")])
        }
        let library = RuleLibrary(folders: folders, defaultName: defaultName ?? first, entries: [:], store: store, logger: logger)
        for name in names { try await library.start(name) }
        return library
    }

    /// Names of all sets in force, sorted.
    public var names: [String] { entries.withLock { $0.keys.sorted() } }

    /// The set of that name; the default one for `nil` or a name that is not there.
    public func current(_ name: String?) -> RuleSet? {
        entries.withLock { entries in (name.flatMap { entries[$0] } ?? entries[defaultName])?.set }
    }

    /// Sets whose files are not live because of these problems.
    public var problems: [String: [SourceProblem]] {
        entries.withLock { entries in entries.mapValues(\.problems).filter { !$0.value.isEmpty } }
    }

    /// Looks at the disk once; publishes what changed and is good. Safe to repeat; not concurrently.
    public func refresh() async {
        for name in folders.names() {
            let stamps = folders.stamps(of: name)
            let known = entries.withLock { $0[name]?.stamps }
            guard stamps != known else { continue }
            await publish(name, stamps: stamps)
        }
    }

    private func start(_ name: String) async throws {
        let stamps = folders.stamps(of: name)
        do throws(SourceProblems) {
            let files = try read(name)
            let set = try RuleSet.load(files: files, name: name)
            entries.withLock { $0[name] = Entry(set: set, stamps: stamps, problems: []) }
            try? await remember(set, files: files)
        } catch {
            guard let stored = try await storedCopy(of: name) else { throw error }
            entries.withLock { $0[name] = Entry(set: stored, stamps: stamps, problems: error.problems) }
            report(name, error)
        }
    }

    private func publish(_ name: String, stamps: [String: RuleFolders.Stamp]) async {
        do throws(SourceProblems) {
            let files = try read(name)
            let set = try RuleSet.load(files: files, name: name)
            let before = entries.withLock { entries in
                defer { entries[name] = Entry(set: set, stamps: stamps, problems: []) }
                return entries[name]?.set.hash
            }
            guard before != set.hash else { return }
            logger.info("rule set is live", metadata: ["rules": "\(name)", "hash": "\(set.hash.prefix(12))"])
            do {
                try await remember(set, files: files)
            } catch {
                logger.warning("the live rule set could not be recorded", metadata: ["rules": "\(name)", "error": "\(error)"])
            }
        } catch {
            entries.withLock { entries in
                entries[name]?.stamps = stamps
                entries[name]?.problems = error.problems
            }
            report(name, error)
        }
    }

    private func read(_ name: String) throws(SourceProblems) -> [RuleSource] {
        do {
            return try folders.files(of: name)
        } catch {
            throw SourceProblems([error])
        }
    }

    private func report(_ name: String, _ error: SourceProblems) {
        for problem in error.problems.prefix(20) {
            logger.warning("rule files are not live; the last good set stays", metadata: ["rules": "\(name)", "problem": "\(problem)"])
        }
    }
}

/// The copy of the last good set in the store, for a start while the folder is bad.
extension RuleLibrary {
    private func remember(_ set: RuleSet, files: [RuleSource]) async throws {
        let size = files.reduce(0) { $0 + $1.text.utf8.count }
        let copy = JSON.array(files.map { ["path": .string($0.path), "text": .string($0.text)] }).text
        let (name, hash) = (set.name, set.hash)
        try await store.write(.housekeeping) { tx in
            guard try tx.setting("live rules \(name) hash") != hash else { return }
            try tx.set("live rules \(name) hash", hash)
            try tx.set("live rules \(name)", size <= RuleFolders.storedBytesMax ? copy : nil)
            try tx.audit(AuditEntry(actor: "service", action: "rules.live", object: "rules \(name)", details: [.plain("hash", hash)]))
        }
    }

    private func storedCopy(of name: String) async throws -> RuleSet? {
        guard let text = try await store.read({ try $0.setting("live rules \(name)") }) else { return nil }
        let limits = JSON.Limits(depth: 4, values: 100_000)
        guard let files = try? JSON.parse(text, limits: limits).array else { return nil }
        let sources = files.compactMap { file -> RuleSource? in
            guard let path = file["path"]?.string, let text = file["text"]?.string else { return nil }
            return RuleSource(path: path, text: text)
        }
        return try? RuleSet.load(files: sources, name: name)
    }
}
