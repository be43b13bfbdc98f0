// SPDX-License-Identifier: Apache-2.0
internal import Crypto
public import Essentials
internal import Foundation
internal import Synchronization

/// Where a request's bytes are while it is in hand: written before anything parses them, freed after the commit that
/// stores them (RELIABILITY rule 7).
///
/// A Swift trap ends the process; the next start finds here what was in hand, and hands it back with the number of
/// crashes it has now been through. After `crashesMax` it goes to quarantine and is refused from then on.
///
/// The file has fixed slots, written with `pwrite` and never synced: it survives the end of the process, not a power
/// cut, after which an old slot may come back. That is harmless: its event is a duplicate by then, or was never acknowledged.
public final class InHandRing: Sendable {
    /// Restarts that one input may cost.
    public static let crashesMax = 3

    let file: RingFile
    let quarantine: Quarantine
    private let slots: Mutex<Slots>

    private struct Slots {
        var freeSmall: [Int]
        var freeLarge: [Int]
        var leftovers: [Leftover]
    }

    /// The right to a slot until `release`.
    public struct Held: Hashable, Sendable {
        let slot: Int
        /// SHA-256 over source, head and body.
        public let contentHash: [UInt8]
    }

    /// A request that was in hand when the process ended.
    public struct Leftover: Sendable {
        public let held: Held
        public let source: String
        public let arrivedAt: Instant
        public let head: [UInt8]
        public let body: [UInt8]
        /// Ends of the process it was part of, 1…
        public let crashes: Int
    }

    /// Opens or makes the ring `in-hand` in the data folder, and quarantines what has crashed too often.
    ///
    /// - Parameters:
    ///   - bodyMax: the largest head and body together, in bytes; requests above it are refused before they come here.
    ///   - shape: numbers of slots; as many requests can be in hand at once.
    /// - Throws: `StoreError` `.ring` when the file can't be used.
    public init(folder: String, bodyMax: Int = 256 << 10, shape: RingShape = RingShape()) throws {
        file = try RingFile(path: folder + "/in-hand", shape: shape, largeMax: bodyMax)
        quarantine = try Quarantine(folder: folder + "/quarantine")
        var slots = Slots(freeSmall: [], freeLarge: [], leftovers: [])
        let found = try InHandRing.found(in: file)
        for slot in (0..<shape.total).reversed() {
            guard let leftover = found[slot] else {
                if slot < shape.small { slots.freeSmall.append(slot) } else { slots.freeLarge.append(slot) }
                continue
            }
            slots.leftovers.append(leftover)
        }
        slots.leftovers.sort { $0.arrivedAt < $1.arrivedAt }
        self.slots = Mutex(slots)
        try quarantineRepeaters()
    }

    /// What the file holds, with the crash counts raised by one, there and here. Equal contents share the highest count.
    private static func found(in file: RingFile) throws -> [Int: Leftover] {
        var contents: [(slot: Int, content: RingFile.Content)] = []
        var crashes: [[UInt8]: Int] = [:]
        for slot in 0..<file.shape.total {
            guard let content = try file.read(slot) else { continue }
            contents.append((slot, content))
            crashes[content.hash] = max(crashes[content.hash] ?? 0, content.crashes + 1)
        }
        var found: [Int: Leftover] = [:]
        for (slot, content) in contents {
            let count = crashes[content.hash] ?? 1
            try file.set(crashes: count, of: slot)
            found[slot] = Leftover(
                held: Held(slot: slot, contentHash: content.hash), source: content.source, arrivedAt: content.arrivedAt,
                head: content.head, body: content.body, crashes: count)
        }
        return found
    }

    private func quarantineRepeaters() throws {
        let repeaters = slots.withLock { slots in
            let repeaters = slots.leftovers.filter { $0.crashes >= InHandRing.crashesMax }
            slots.leftovers.removeAll { $0.crashes >= InHandRing.crashesMax }
            return repeaters
        }
        for leftover in repeaters {
            try quarantine.add(leftover)
            release(leftover.held)
        }
    }

    /// Puts a request in hand.
    ///
    /// - Throws: `RingRefusal`: answer 503 for `.full`, 413 for `.tooLarge`, the dialect's "malformed" for `.quarantined`.
    public func hold(source: String, arrivedAt: Instant, head: [UInt8], body: [UInt8]) throws(RingRefusal) -> Held {
        let content = RingFile.Content(source: source, arrivedAt: arrivedAt, head: head, body: body)
        guard !quarantine.contains(content.hash) else { throw .quarantined }
        guard content.size <= file.largeMax + RingFile.headerSize else { throw .tooLarge(limit: file.largeMax) }
        let isSmall = content.size <= file.shape.smallBytes
        let slot = slots.withLock { slots in
            isSmall ? slots.freeSmall.popLast() ?? slots.freeLarge.popLast() : slots.freeLarge.popLast()
        }
        guard let slot else { throw .full }
        let held = Held(slot: slot, contentHash: content.hash)
        do { try file.write(content, to: slot) } catch {
            release(held)
            throw .unwritable(error.message)
        }
        return held
    }

    /// Frees the slot: what it held is stored, or was refused. Call it once.
    public func release(_ held: Held) {
        file.free(held.slot)
        slots.withLock { slots in
            if held.slot < file.shape.small { slots.freeSmall.append(held.slot) } else { slots.freeLarge.append(held.slot) }
        }
    }

    /// What was in hand when the process ended last, in the order of arrival, without the quarantined. To be processed
    /// one by one, each released when done, so that the one that crashes is the one that is counted. Given once.
    public func takeLeftovers() -> [Leftover] {
        slots.withLock { slots in
            defer { slots.leftovers = [] }
            return slots.leftovers
        }
    }

    /// Overwrites all free slots with zeros, so that nothing of an erased person stays in the file.
    public func scrub() throws {
        let free = slots.withLock { slots in
            defer { (slots.freeSmall, slots.freeLarge) = ([], []) }
            return slots.freeSmall + slots.freeLarge
        }
        defer {
            slots.withLock { slots in
                slots.freeSmall += free.filter { $0 < file.shape.small }
                slots.freeLarge += free.filter { $0 >= file.shape.small }
            }
        }
        for slot in free { try file.scrub(slot) }
    }

    /// Contents in quarantine: hex hashes, each also the name of a file in `<data>/quarantine`.
    public var quarantined: [String] { quarantine.names }

    /// Accepts a quarantined content again (after an upgrade that mended its reader) and drops its file.
    public func pardon(_ name: String) throws { try quarantine.remove(name) }
}

/// How many slots a ring has. Most webhooks are small; a few large ones have a place too.
public struct RingShape: Sendable, Equatable {
    public var small: Int
    public var smallBytes: Int
    public var large: Int
    var total: Int { small + large }

    public init(small: Int = 2048, smallBytes: Int = 8 << 10, large: Int = 32) {
        self.small = small
        self.smallBytes = smallBytes
        self.large = large
    }
}

/// Why a request was not taken in hand.
public enum RingRefusal: Error, Hashable, Sendable {
    case full
    case tooLarge(limit: Int)
    /// The same bytes ended the process three times.
    case quarantined
    /// The disk took no write.
    case unwritable(String)
}
