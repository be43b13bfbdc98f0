// SPDX-License-Identifier: Apache-2.0
internal import Intake
internal import PBX
internal import Store

/// Intake's hand on the in-hand ring of the data folder.
struct RingOnDisk: InHand {
    let ring: InHandRing

    func hold(source: String, _ request: HookRequest) throws -> Held {
        let bytes = HeldRequest(source: source, request: request).bytes
        let held = try ring.hold(source: source, arrivedAt: request.arrivedAt, head: bytes, body: [])
        return Held { ring.release(held) }
    }

    /// What an ended process left in hand, oldest first; each is to be released once it is stored.
    func leftovers() -> [(request: HeldRequest, held: Held)] {
        ring.takeLeftovers().sorted { $0.arrivedAt < $1.arrivedAt }.compactMap { leftover in
            guard let request = HeldRequest(bytes: leftover.head) else {
                ring.release(leftover.held)
                return nil
            }
            return (request, Held { ring.release(leftover.held) })
        }
    }
}
