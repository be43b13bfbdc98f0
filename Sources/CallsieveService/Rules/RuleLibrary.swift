// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import Foundation
public import Logging
internal import RuleFiles
public import Screening
public import Store
public import StrictYAML
internal import Synchronization

/// The rule sets in force. A changed folder goes live as a whole when it is good; else the version that was live stays,
/// over a restart too, and the folder's problems are shown until it is mended.
public final class RuleLibrary: Sendable {
    /// A version that decides, or decides beside the live one.
    struct InForce: Sendable {
        let set: RuleSet
        let version: RuleVersion
        let order: Int
    }

    struct Entry: Sendable {
        var live: InForce
        var shadow: InForce?
        /// Acts on the shadow up to this one are known.
        var shadowOrder: Int
        /// What the disk showed when it was last looked at.
        var stamps: [String: RuleFolders.Stamp]
        /// Why the folder's present state is not live.
        var problems: [SourceProblem]
    }

    let folders: RuleFolders
    /// The set for lines that name none.
    public let defaultName: String
    /// The default set as it was at the start; what stands in should its folder ever be gone from the entries.
    private let firstDefault: RuleSet
    /// What people do with versions; the library follows.
    public let acts: RuleActs
    private let time: any TimeSource
    private let logger: Logger
    private let entries: Entries
    /// Folders that came later and were never good: what was looked at last, and why it is not live.
    private let refused = Mutex<[String: (stamps: [String: RuleFolders.Stamp], problems: [SourceProblem])]>([:])
    /// What the disk showed at the look before, for folders that are being changed right now.
    private let unsettled = Mutex<[String: [String: RuleFolders.Stamp]]>([:])

    private init(folders: RuleFolders, standard: (name: String, set: RuleSet), acts: RuleActs, entries: Entries, time: any TimeSource, logger: Logger)
    {
        self.folders = folders
        defaultName = standard.name
        firstDefault = standard.set
        self.acts = acts
        self.entries = entries
        self.time = time
        self.logger = logger
    }

    /// Loads every set of the folder.
    /// - Parameter defaultName: the set for lines that name none; `nil`: the first in alphabetical order.
    /// - Throws: `SourceProblems` when a set is bad and none of its versions is on record, or when there is no set at all.
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
        let entries = Entries()
        let acts = RuleActs(store: store, time: time) { [entries] in entries.follow($0) }
        let opening = Opening(folders: folders, acts: acts, time: time, logger: logger)
        for name in names { entries[name] = try await opening.entry(name) }
        guard let standard = entries[name] else {
            throw SourceProblems([
                SourceProblem(file: folder, message: "there is no rule set \"\(name)\"", fix: "known: \(names.joined(separator: ", "))")
            ])
        }
        return RuleLibrary(folders: folders, standard: (name, standard.live.set), acts: acts, entries: entries, time: time, logger: logger)
    }

    /// Names of all sets in force, sorted.
    public var names: [String] { entries.all.keys.sorted() }

    /// The set of that name; the default one for `nil` or a name that is not there.
    public func ruleSet(named name: String?) -> RuleSet {
        (name.flatMap { entries[$0] } ?? entries[defaultName])?.live.set ?? firstDefault
    }

    /// The live version of a set; `nil`: there is no such set.
    public func liveVersion(of name: String) -> RuleVersion? { entries[name]?.live.version }

    /// Sets that decide beside the live ones, by the name of the set.
    var shadows: [String: InForce] { entries.all.compactMapValues(\.shadow) }

    /// Sets whose files are not live because of these problems.
    public var problems: [String: [SourceProblem]] {
        let neverGood = refused.withLock { $0.mapValues(\.problems) }
        return entries.all.mapValues(\.problems).filter { !$0.value.isEmpty }.merging(neverGood) { $1 }
    }

    /// Looks at the disk once; publishes what changed and is good. Safe to repeat; not concurrently.
    /// - Parameter settled: takes only folders that look as they did at the look before, so that a folder is not taken while
    ///   an editor or a copy is in the middle of several files.
    public func refresh(settled: Bool = false) async {
        for name in folders.names() {
            let stamps = folders.stamps(of: name)
            let known = entries[name]?.stamps ?? refused.withLock { $0[name]?.stamps }
            guard stamps != known else { continue }
            let before = unsettled.withLock { $0.updateValue(stamps, forKey: name) }
            if !settled || before == stamps { await publish(name, stamps: stamps) }
        }
    }

    private func publish(_ name: String, stamps: [String: RuleFolders.Stamp]) async {
        do throws(SourceProblems) {
            let files = try folders.sources(of: name)
            let set = try RuleSet.load(files: files, name: name)
            await publish(set, files: files, stamps: stamps)
        } catch {
            let isLive = entries.change(name) { entry in
                entry.stamps = stamps
                entry.problems = error.problems
            }
            if !isLive { refused.withLock { $0[name] = (stamps, error.problems) } }
            Self.report(name, error.problems, logger)
        }
    }

    /// On record first, then in force: a decision never names a version that is not on record. What fails is tried again at the next look.
    private func publish(_ set: RuleSet, files: [RuleSource], stamps: [String: RuleFolders.Stamp]) async {
        let name = set.name
        do {
            let taken = try await acts.take(set, files: files, at: time.now())
            entries.take(taken, name: name, stamps: stamps)
            refused.withLock { $0[name] = nil }
            if taken.isNews {
                logger.info(
                    "rule set is live", metadata: ["rules": "\(name)", "version": "\(taken.version.number)", "hash": "\(set.hash.prefix(12))"])
            }
            try await CallerList(in: files, set: name)?.store(in: acts.store, set: name, at: time.now())
        } catch {
            logger.warning("the changed rule set was not recorded, and is not live yet", metadata: ["rules": "\(name)", "error": "\(error)"])
        }
    }

    static func report(_ name: String, _ problems: [SourceProblem], _ logger: Logger) {
        for problem in problems.prefix(20) {
            logger.warning("rule files are not live; the last good set stays", metadata: ["rules": "\(name)", "problem": "\(problem)"])
        }
    }
}
