// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import Logging
internal import RuleFiles
internal import Screening
internal import Store
internal import StrictYAML

extension RuleLibrary {
    /// A start: what each folder and the store say is live.
    struct Opening {
        let folders: RuleFolders
        let acts: RuleActs
        let time: any TimeSource
        let logger: Logger

        /// - Throws: `SourceProblems` when the folder is bad and no version of it is on record.
        func entry(_ name: String) async throws -> Entry {
            let stamps = folders.stamps(of: name)
            let stored = try await acts.stored(name)
            var entry: Entry
            do throws(SourceProblems) {
                let files = try folders.sources(of: name)
                let set = try RuleSet.load(files: files, name: name)
                let live = try await live(set, files)
                entry = Entry(live: live, shadow: nil, shadowOrder: 0, stamps: stamps, problems: [])
            } catch {
                guard let live = stored.live else { throw error }
                RuleLibrary.report(name, error.problems, logger)
                entry = Entry(
                    live: InForce(set: live.set, version: live.version, order: live.order), shadow: nil, shadowOrder: 0, stamps: stamps,
                    problems: error.problems)
            }
            if let shadow = stored.shadow, shadow.version.id != entry.live.version.id {
                entry.shadow = InForce(set: shadow.set, version: shadow.version, order: shadow.order)
                entry.shadowOrder = shadow.order
            }
            return entry
        }

        /// A good folder, on record. A store that can't be written stops the start, as everything else would fail too.
        private func live(_ set: RuleSet, _ files: [RuleSource]) async throws(SourceProblems) -> InForce {
            do {
                let taken = try await acts.take(set, files: files, at: time.now())
                try await CallerList(in: files, set: set.name)?.store(in: acts.store, set: set.name, at: time.now())
                return InForce(set: taken.set, version: taken.version, order: taken.order)
            } catch let problem as SourceProblem {
                throw SourceProblems([problem])
            } catch {
                throw SourceProblems([SourceProblem(file: set.name, message: "the set could not be put on record: \(error)")])
            }
        }
    }
}

extension RuleFolders {
    func sources(of name: String) throws(SourceProblems) -> [RuleSource] {
        do {
            return try files(of: name)
        } catch {
            throw SourceProblems([error])
        }
    }
}
