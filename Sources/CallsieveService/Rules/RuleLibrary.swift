// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import Foundation
public import Logging
internal import RuleFiles
internal import SQLEngine
public import Screening
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
    /// The default set as it was at the start; what stands in should its folder ever be gone from the entries.
    private let firstDefault: RuleSet
    private let store: Store
    private let time: any TimeSource
    private let logger: Logger
    private let entries: Mutex<[String: Entry]>
    /// Folders that came later and were never good: what was looked at last, and why it is not live.
    private let refused = Mutex<[String: (stamps: [String: RuleFolders.Stamp], problems: [SourceProblem])]>([:])

    private init(
        folders: RuleFolders, standard: (name: String, set: RuleSet), entries: [String: Entry], store: Store, time: any TimeSource, logger: Logger
    ) {
        self.folders = folders
        defaultName = standard.name
        firstDefault = standard.set
        self.store = store
        self.time = time
        self.logger = logger
        self.entries = Mutex(entries)
    }

    /// Loads every set of the folder.
    /// - Parameter defaultName: the set for lines that name none; `nil`: the first in alphabetical order.
    /// - Throws: `SourceProblems` when a set is bad and no good copy of it is stored, or when there is no set at all.
    public static func open(
        folder: String, defaultName: String?, store: Store, time: any TimeSource, logger: Logger
    ) async throws -> RuleLibrary {
        let folders = RuleFolders(root: folder)
        let names = folders.names()
        guard let name = defaultName ?? names.first else {
            throw SourceProblems([
                SourceProblem(
                    file: folder, message: "there is no rule set in it", fix: "a set is a folder with a facts.yaml; name the folder with rules:")
            ])
        }
        var loads: [String: Load] = [:]
        for name in names { loads[name] = try await load(name, folders, store) }
        guard let standard = loads[name] else {
            throw SourceProblems([
                SourceProblem(file: folder, message: "there is no rule set \"\(name)\"", fix: "known: \(names.joined(separator: ", "))")
            ])
        }
        let library = RuleLibrary(
            folders: folders, standard: (name, standard.entry.set), entries: loads.mapValues(\.entry), store: store, time: time, logger: logger)
        for (name, load) in loads {
            library.report(name, load.entry.problems)
            if let files = load.files { await library.record(load.entry.set, files: files) }
        }
        return library
    }

    /// Names of all sets in force, sorted.
    public var names: [String] { entries.withLock { $0.keys.sorted() } }

    /// The set of that name; the default one for `nil` or a name that is not there.
    public func ruleSet(named name: String?) -> RuleSet {
        entries.withLock { entries in (name.flatMap { entries[$0] } ?? entries[defaultName])?.set ?? firstDefault }
    }

    /// Sets whose files are not live because of these problems.
    public var problems: [String: [SourceProblem]] {
        let neverGood = refused.withLock { $0.mapValues(\.problems) }
        return entries.withLock { entries in entries.mapValues(\.problems).filter { !$0.value.isEmpty } }.merging(neverGood) { $1 }
    }

    /// Looks at the disk once; publishes what changed and is good. Safe to repeat; not concurrently.
    public func refresh() async {
        for name in folders.names() {
            let stamps = folders.stamps(of: name)
            let known = entries.withLock { $0[name]?.stamps } ?? refused.withLock { $0[name]?.stamps }
            guard stamps != known else { continue }
            await publish(name, stamps: stamps)
        }
    }

    private func publish(_ name: String, stamps: [String: RuleFolders.Stamp]) async {
        do throws(SourceProblems) {
            let files = try Self.read(name, folders)
            let set = try RuleSet.load(files: files, name: name)
            let before = entries.withLock { entries in
                defer { entries[name] = Entry(set: set, stamps: stamps, problems: []) }
                return entries[name]?.set.hash
            }
            refused.withLock { $0[name] = nil }
            if before != set.hash { logger.info("rule set is live", metadata: ["rules": "\(name)", "hash": "\(set.hash.prefix(12))"]) }
            await record(set, files: files)
        } catch {
            let isLive = entries.withLock { entries in
                entries[name]?.stamps = stamps
                entries[name]?.problems = error.problems
                return entries[name] != nil
            }
            if !isLive { refused.withLock { $0[name] = (stamps, error.problems) } }
            report(name, error.problems)
        }
    }

    private static func read(_ name: String, _ folders: RuleFolders) throws(SourceProblems) -> [RuleSource] {
        do {
            return try folders.files(of: name)
        } catch {
            throw SourceProblems([error])
        }
    }

    private func report(_ name: String, _ problems: [SourceProblem]) {
        for problem in problems.prefix(20) {
            logger.warning("rule files are not live; the last good set stays", metadata: ["rules": "\(name)", "problem": "\(problem)"])
        }
    }

    /// Puts the live set on record and its list of callers into the directory; what fails is tried again with the next change or start.
    private func record(_ set: RuleSet, files: [RuleSource]) async {
        do {
            try await remember(set, files: files)
            try await CallerList(in: files, set: set.name)?.store(in: store, set: set.name, at: time.now())
        } catch {
            logger.warning("the live rule set was not recorded whole", metadata: ["rules": "\(set.name)", "error": "\(error)"])
        }
    }
}

/// The copy of the last good set in the store, for a start while the folder is bad.
extension RuleLibrary {
    /// A set as it was loaded at the start; `files` is `nil` when it came from the store.
    private struct Load {
        var entry: Entry
        var files: [RuleSource]?
    }

    private static func load(_ name: String, _ folders: RuleFolders, _ store: Store) async throws -> Load {
        let stamps = folders.stamps(of: name)
        do throws(SourceProblems) {
            let files = try read(name, folders)
            return Load(entry: Entry(set: try RuleSet.load(files: files, name: name), stamps: stamps, problems: []), files: files)
        } catch {
            guard let stored = try await storedCopy(of: name, store) else { throw error }
            return Load(entry: Entry(set: stored, stamps: stamps, problems: error.problems), files: nil)
        }
    }

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

    private static func storedCopy(of name: String, _ store: Store) async throws -> RuleSet? {
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
