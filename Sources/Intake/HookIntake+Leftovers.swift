// SPDX-License-Identifier: Apache-2.0
import Essentials
import Logging
import PBX
import Store

extension HookIntake {
    /// Takes up what was in hand when the process ended last: requests that nobody has had an answer to, or a preset one. To be
    /// called once at start, before new requests come.
    ///
    /// One by one, so that the one that ends the process is the one that is counted. What is decided now is not obeyed: the calls went
    /// on without us.
    /// - Returns: how many there were.
    @discardableResult
    public func takeUpLeftovers() async -> Int {
        let leftovers = ring.takeLeftovers()
        for leftover in leftovers {
            counters.add { $0.takenUp += 1 }
            guard let source = parts.settings.sources[leftover.source],
                let request = HookRequest(heldHead: leftover.head, body: leftover.body, arrivedAt: leftover.arrivedAt)
            else {
                logger.warning("A request in hand is of a source that is gone", metadata: ["source": "\(leftover.source)"])
                ring.release(leftover.held)
                continue
            }
            await withCheckedContinuation { continuation in
                take(Work(source: source, request: request, held: leftover.held, isLeftover: true)) { _ in continuation.resume() }
            }
        }
        return leftovers.count
    }
}
