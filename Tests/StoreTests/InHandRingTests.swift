// SPDX-License-Identifier: Apache-2.0
import Essentials
import Foundation
import Store
import Testing

/// What is in hand survives the end of the process, and an input that ends it is quarantined (R12).
struct InHandRingTests {
    private let shape = RingShape(small: 4, smallBytes: 1024, large: 2)
    private let at = TestStore.start

    private func ring(_ folder: TemporaryFolder) throws -> InHandRing { try InHandRing(folder: folder.path, bodyMax: 64 << 10, shape: shape) }

    @Test func whatWasInHandComesBackInOrder() throws {
        let folder = try TemporaryFolder()
        do {
            let ring = try ring(folder)
            let bodies: [[UInt8]] = [[1], Array(repeating: 2, count: 50_000), []]
            for (index, body) in bodies.enumerated() {
                _ = try ring.hold(source: "демо", arrivedAt: at + .seconds(Int64(10 - index)), head: [9, 9], body: body)
            }
            let done = try ring.hold(source: "demo", arrivedAt: at, head: [], body: [7])
            ring.release(done)
        }
        let leftovers = try ring(folder).takeLeftovers()
        #expect(leftovers.map(\.body.count) == [0, 50_000, 1])
        #expect(leftovers.allSatisfy { $0.crashes == 1 && $0.head == [9, 9] && $0.source == "демо" })
        #expect(leftovers.last?.arrivedAt == at + .seconds(10))
    }

    @Test func aReleasedSlotIsForgotten() throws {
        let folder = try TemporaryFolder()
        do {
            let ring = try ring(folder)
            ring.release(try ring.hold(source: "demo", arrivedAt: at, head: [], body: [1]))
        }
        #expect(try ring(folder).takeLeftovers().isEmpty)
    }

    @Test func anInputInHandAtThreeCrashesIsQuarantinedAndRefused() throws {
        let folder = try TemporaryFolder()
        let poison = Array("trap".utf8)
        do { _ = try ring(folder).hold(source: "demo", arrivedAt: at, head: [5], body: poison) }
        for crashes in 1...2 {
            let leftovers = try ring(folder).takeLeftovers()
            #expect(leftovers.map(\.crashes) == [crashes])
        }
        let third = try ring(folder)
        #expect(third.takeLeftovers().isEmpty)
        #expect(third.quarantined.count == 1)
        #expect(throws: RingRefusal.quarantined) { try third.hold(source: "demo", arrivedAt: at, head: [6], body: poison) }
        _ = try third.hold(source: "other", arrivedAt: at, head: [5], body: poison)
        let name = try #require(third.quarantined.first)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/quarantine/" + name)).suffix(4) == Data(poison))
        try third.pardon(name)
        _ = try third.hold(source: "demo", arrivedAt: at, head: [5], body: poison)
    }

    @Test func theSameContentSentAgainSharesItsCount() throws {
        let folder = try TemporaryFolder()
        let poison: [UInt8] = [66]
        do { _ = try ring(folder).hold(source: "demo", arrivedAt: at, head: [], body: poison) }
        for _ in 1...2 {
            let ring = try ring(folder)
            _ = try ring.hold(source: "demo", arrivedAt: at + .seconds(1), head: [1], body: poison)
        }
        let last = try ring(folder)
        #expect(last.takeLeftovers().isEmpty)
        #expect(last.quarantined.count == 1)
    }

    @Test func aFullRingAndATooLargeBodyAreRefused() throws {
        let folder = try TemporaryFolder()
        let ring = try ring(folder)
        var held: [InHandRing.Held] = []
        for number in 0..<6 { held.append(try ring.hold(source: "demo", arrivedAt: at, head: [], body: [UInt8(number)])) }
        #expect(throws: RingRefusal.full) { try ring.hold(source: "demo", arrivedAt: at, head: [], body: [9]) }
        held.forEach(ring.release)
        _ = try ring.hold(source: "demo", arrivedAt: at, head: [], body: [9])
        #expect(throws: RingRefusal.tooLarge(limit: 64 << 10)) {
            try ring.hold(source: "demo", arrivedAt: at, head: [], body: Array(repeating: 0, count: 65 << 10))
        }
    }

    @Test func aTornSlotIsNotHandedBack() throws {
        let folder = try TemporaryFolder()
        do { _ = try ring(folder).hold(source: "demo", arrivedAt: at, head: [], body: Array(repeating: 3, count: 500)) }
        let path = folder.path + "/in-hand"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(bytes.firstRange(of: Data([3, 3, 3, 3])))
        bytes[place.lowerBound] = 4
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try ring(folder).takeLeftovers().isEmpty)
    }

    @Test func scrubbingLeavesNothingOfWhatWasFreed() throws {
        let folder = try TemporaryFolder()
        let ring = try ring(folder)
        ring.release(try ring.hold(source: "demo", arrivedAt: at, head: [], body: Array("+79161000001".utf8)))
        let kept = try ring.hold(source: "demo", arrivedAt: at, head: [], body: Array("kept".utf8))
        try ring.scrub()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/in-hand"))
        #expect(bytes.range(of: Data("79161000001".utf8)) == nil)
        #expect(bytes.range(of: Data("kept".utf8)) != nil)
        ring.release(kept)
    }
}
