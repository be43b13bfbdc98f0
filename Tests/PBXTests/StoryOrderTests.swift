// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing

/// Every recorded call ends in one state, in whatever order its webhooks come and however often.
@Suite struct StoryOrderTests {
    private static let stories = Result { try RecordedStory.all() }
    /// Stories of more events than this are tried in 10,000 random orders instead of all.
    private static let allOrdersUpTo = 6
    private static let randomOrders = 10_000

    @Test func everyRecordedCallIsAStory() throws {
        let stories = try StoryOrderTests.stories.get()
        print("stories: \(stories.count), events: \(stories.map(\.events.count).reduce(0, +))")
        #expect(stories.count > 80)
        #expect(Set(stories.map(\.name)).count == stories.count)
    }

    @Test(arguments: try stories.get().filter { $0.events.count <= allOrdersUpTo })
    func everyOrderGivesOneFinalState(story: RecordedStory) {
        check(story, permutations(of: Array(story.events.indices)))
    }

    @Test(arguments: try stories.get().filter { $0.events.count > allOrdersUpTo })
    func tenThousandOrdersGiveOneFinalState(story: RecordedStory) {
        var dice = Dice(seed: 1)
        check(story, (0..<StoryOrderTests.randomOrders).map { _ in dice.shuffled(Array(story.events.indices)) })
    }

    @Test(arguments: try stories.get())
    func everyEventDoubledChangesNothing(story: RecordedStory) {
        let expected = state(story, Array(story.events.indices))
        let doubled = story.events.indices.flatMap { [$0, $0] }
        var dice = Dice(seed: 2)
        for order in [doubled] + (0..<200).map({ _ in dice.shuffled(doubled) }) { #expect(state(story, order) == expected, "\(order)") }
    }

    private func check(_ story: RecordedStory, _ orders: [[Int]]) {
        let expected = state(story, Array(story.events.indices))
        let different = orders.first { state(story, $0) != expected }
        #expect(different == nil, "\(different.map { state(story, $0).description } ?? "") in the order \(different ?? []) instead of \(expected)")
        // With the times at which they arrived first, the whole call is the same value.
        let whole = fold(story, Array(story.events.indices))
        #expect(orders.prefix(720).allSatisfy { fold(story, $0) == whole })
    }

    private func state(_ story: RecordedStory, _ order: [Int]) -> FinalState {
        FinalState(RecordedStory.fold(order.map { story.events[$0] }), hasOwnTimes: story.events.allSatisfy { $0.at != nil })
    }

    private func fold(_ story: RecordedStory, _ order: [Int]) -> Call {
        var call = Call(story.events[order[0]], arrivedAt: Samples.now + .seconds(order[0]))
        for index in order.dropFirst() { call.apply(story.events[index], arrivedAt: Samples.now + .seconds(index)) }
        return call
    }

    /// All orders of `list`, by Heap's algorithm.
    private func permutations(of list: [Int]) -> [[Int]] {
        var list = list
        var all: [[Int]] = []
        func permute(_ count: Int) {
            if count <= 1 { return all.append(list) }
            for index in 0..<count {
                permute(count - 1)
                list.swapAt(count.isMultiple(of: 2) ? index : 0, count - 1)
            }
        }
        permute(list.count)
        return all
    }

    private struct Dice {
        private let source: SeededRandom
        init(seed: UInt64) { source = SeededRandom(seed: seed) }
        mutating func shuffled(_ list: [Int]) -> [Int] {
            var list = list
            let bytes = source.bytes(list.count * 2)
            for index in stride(from: list.count - 1, to: 0, by: -1) {
                list.swapAt(index, (Int(bytes[2 * index]) << 8 | Int(bytes[2 * index + 1])) % (index + 1))
            }
            return list
        }
    }
}
