// SPDX-License-Identifier: Apache-2.0
internal import Screening
internal import Store
internal import Synchronization

extension RuleLibrary {
    /// The sets in force by name. Acts may report out of order; the later act wins.
    final class Entries: Sendable {
        private let entries = Mutex<[String: Entry]>([:])

        var all: [String: Entry] { entries.withLock { $0 } }

        subscript(name: String) -> Entry? {
            get { entries.withLock { $0[name] } }
            set { entries.withLock { $0[name] = newValue } }
        }

        /// - Returns: false when there is no such entry.
        func change(_ name: String, _ body: (inout Entry) -> Void) -> Bool {
            entries.withLock { entries in
                guard var entry = entries[name] else { return false }
                body(&entry)
                entries[name] = entry
                return true
            }
        }

        /// A pointer has moved.
        func follow(_ act: RuleActs.Applied) {
            _ = change(act.name) { entry in
                switch act.pointer {
                case .live:
                    guard let set = act.set, let version = act.version, act.order > entry.live.order else { return }
                    entry.live = InForce(set: set, version: version, order: act.order)
                    if entry.shadow?.version.id == version.id { entry.shadow = nil }
                case .shadow:
                    guard act.order > entry.shadowOrder else { return }
                    entry.shadowOrder = act.order
                    entry.shadow = act.set.flatMap { set in act.version.map { InForce(set: set, version: $0, order: act.order) } }
                }
            }
        }

        /// A folder was taken.
        func take(_ taken: RuleActs.Taken, name: String, stamps: [String: RuleFolders.Stamp]) {
            let live = InForce(set: taken.set, version: taken.version, order: taken.order)
            entries.withLock { entries in
                guard var entry = entries[name] else {
                    entries[name] = Entry(live: live, shadow: nil, shadowOrder: 0, stamps: stamps, problems: [])
                    return
                }
                if entry.live.order < live.order { entry.live = live }
                entry.stamps = stamps
                entry.problems = []
                entries[name] = entry
            }
        }
    }
}
