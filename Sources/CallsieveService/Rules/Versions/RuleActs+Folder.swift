// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import RuleFiles
internal import SQLEngine
internal import Screening
internal import Store
internal import WebServer

/// What a folder on the disk means for the versions: a good change goes live, an unchanged one leaves the pointer where a person put it.
extension RuleActs {
    /// What is live after a folder was looked at.
    struct Taken: Sendable {
        let set: RuleSet
        let version: RuleVersion
        let order: Int
        /// The folder's version went live now.
        let isNews: Bool
    }

    /// Puts a good folder on record. It goes live, unless it still holds what it held when it was last taken and another version is live.
    /// - Parameter set: loaded and checked, from `files`.
    func take(_ set: RuleSet, files: [RuleSource], at now: Instant) async throws -> Taken {
        let actor = RuleActor("rule files", note: "the folder was changed", at: now)
        let stored = StoredRules()
        return try await store.write(.housekeeping) { [self] tx in
            let version = try tx.record(set, files: files, by: actor)
            let pointers = try tx.rulePointers(of: set.name)
            if let live = pointers?.live, live != version.id, pointers?.seen == version.id, let other = try tx.ruleVersion(live),
                let otherSet = try stored.set(of: other, in: tx)
            {
                return Taken(set: otherSet, version: other, order: nextOrder(), isNews: false)
            }
            let isNews = pointers?.live != version.id
            try tx.makeLive(version, by: actor)
            try tx.markSeen(version)
            return Taken(set: set, version: try tx.ruleVersion(version.id) ?? version, order: nextOrder(), isNews: isNews)
        }
    }

    /// The live version and the shadow of a set as they are on record; `nil` where there is none or its texts can't be read.
    func stored(_ name: String) async throws -> (live: Taken?, shadow: Taken?) {
        let stored = StoredRules()
        let order = nextOrder()
        return try await store.read { tx in
            let pointers = try tx.rulePointers(of: name)
            func taken(_ id: RuleVersion.ID?) throws -> Taken? {
                guard let id, let version = try tx.ruleVersion(id), let set = try stored.set(of: version, in: tx) else { return nil }
                return Taken(set: set, version: version, order: order, isNews: false)
            }
            return (try taken(pointers?.live), try taken(pointers?.shadow))
        }
    }
}
