// SPDX-License-Identifier: Apache-2.0
import RuleFiles
public import Screening
public import Store
import Synchronization

/// The rules that stored decisions were made by, read again from the texts of their versions. A few are kept in memory.
public final class StoredRules: Sendable {
    /// The rules of a decision.
    public struct Found: Sendable {
        public let set: RuleSet
        public let version: RuleVersion
        /// Why a decision may come out otherwise with them, in a sentence; `nil`: they are exactly those that decided.
        public let deviation: String?
    }

    /// Sets kept in memory.
    private static let keptMax = 8
    private let kept = Mutex<[(id: RuleVersion.ID, set: RuleSet)]>([])

    public init() {}

    /// The rules that made a decision.
    /// - Returns: `nil` when no version of that hash is on record, or its texts can't be read.
    public func rules(of record: DecisionRecord, in store: some StoreReading) throws -> Found? {
        guard let version = try store.ruleVersion(of: record.ruleSet, hash: record.ruleSetHash, lists: record.listVersions) else { return nil }
        guard let set = try set(of: version, in: store) else { return nil }
        if set.hash != record.ruleSetHash {
            return Found(
                set: set, version: version, deviation: "this release reads version \(version.number) otherwise than the one that decided did")
        }
        let changed = record.listVersions.filter { set.listVersions[$0.key] != $0.value }.keys.sorted()
        let deviation = changed.isEmpty ? nil : "the lists \(changed.joined(separator: ", ")) are not kept as they were"
        return Found(set: set, version: version, deviation: deviation)
    }

    /// A version as a set; `nil` when a text that it can't do without was not kept, or can't be read any more.
    public func set(of version: RuleVersion, in store: some StoreReading) throws -> RuleSet? {
        if let known = kept.withLock({ $0.first { $0.id == version.id }?.set }) { return known }
        let files = try store.ruleTexts(of: version.id).compactMap { file in file.text.map { RuleSource(path: file.path, text: $0) } }
        guard let set = try? RuleSet.read(files: files, name: version.ruleSet) else { return nil }
        kept.withLock { kept in
            kept.removeAll { $0.id == version.id }
            kept.append((version.id, set))
            if kept.count > Self.keptMax { kept.removeFirst() }
        }
        return set
    }
}
