// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Screening
import Store
import WireFormats

/// What the store holds: a value, so that a power cut is the assignment of an earlier one.
struct Disk: Sendable {
    struct Event: Sendable {
        var key: String
        var content: String
        var event: CallEvent
        var arrivedAt: Instant
        var call: Int
        var answer: String
    }
    struct CallRow: Sendable {
        var source: String
        var id: String
        var generation: Int
        var call: Call
        var lead: Int?
        var ring: Decision?
        var hangup: Decision?
        var hangupDue: Instant?
    }
    struct Decision: Sendable {
        var input: ScreeningInput
        var verdict: Verdict
        var ruleSet: String
    }
    struct Lead: Sendable {
        var number: PhoneNumber?
        var status: LeadStatus
        var lastContactAt: Instant
    }

    var events: [Event] = []
    var eventsByKey: [String: [Int]] = [:]
    var calls: [CallRow] = []
    /// The latest generation of each call id.
    var callsByID: [String: Int] = [:]
    var leads: [Lead] = []
    var orders: [OrderRecord] = []
    var remotes: [Int64: [String: JSON]] = [:]
    var fence: Int64 = 0
    /// Repeats with other contents that were put on record.
    var conflicts = 0

    func order(_ id: OrderRecord.ID) -> Int { Int(id.value) - 1 }

    /// The first unfinished order of each lead: the only one that may be claimed.
    func isHead(_ order: OrderRecord) -> Bool {
        orders.first { $0.lead == order.lead && !$0.state.isFinished }?.id == order.id
    }
}

/// The disk with what the system has been told to write and has not synced yet.
struct DiskWithTail {
    /// As transactions see it.
    private(set) var now = Disk()
    private var synced = Disk()
    private var syncedBefore = Disk()
    /// After each transaction since the last sync.
    private var tail: [Disk] = []

    mutating func commit(_ changed: Disk) {
        now = changed
        tail.append(changed)
    }

    /// - Parameter leavingOut: transactions that the sync misses, though it says it did not (a mutation).
    mutating func sync(leavingOut: Int = 0) {
        syncedBefore = synced
        if tail.count > leavingOut { synced = tail[tail.count - 1 - leavingOut] }
        tail = leavingOut == 0 ? [] : Array(tail.suffix(leavingOut))
    }

    /// Any number of the unsynced transactions, from the first on, may have reached the disk.
    mutating func losePower(_ dice: inout Dice) {
        let kept = dice.below(tail.count + 1)
        if kept > 0 { synced = tail[kept - 1] }
        now = synced
        tail = []
    }

    /// A recovery that drops good transactions too (a mutation).
    mutating func cutLastSync() {
        now = syncedBefore
        synced = syncedBefore
        tail = []
    }
}
