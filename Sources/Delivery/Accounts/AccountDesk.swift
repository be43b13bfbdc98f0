// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import Synchronization
import WireFormats

/// The accounts with their gates and how many requests each has under way.
final class AccountDesk: Sendable {
    fileprivate struct Place {
        var gate: AccountGate
        var underWay = 0
    }
    let accounts: [String: DeliveryAccount]
    private let places: Mutex<[String: Place]>

    init(_ accounts: [DeliveryAccount]) {
        self.accounts = Dictionary(accounts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        places = Mutex(
            Dictionary(accounts.map { ($0.name, Place(gate: AccountGate($0.pace ?? $0.recipe.pace))) }, uniquingKeysWith: { first, _ in first }))
    }

    /// How much each account has room for, none where it has none.
    func room(now: Instant) -> [String: Int] {
        places.withLock { places in
            var room: [String: Int] = [:]
            for name in places.keys {
                let free = places[name]?.roomNow(now) ?? 0
                if free > 0 { room[name] = free }
            }
            return room
        }
    }

    /// Takes the place of one order that was claimed, and its first request's share of the rate.
    func enter(_ account: String, now: Instant, sending: Bool) {
        places.withLock { places in
            places[account]?.underWay += 1
            if sending { places[account]?.gate.take(now: now) }
        }
    }

    func leave(_ account: String) { places.withLock { $0[account]?.underWay -= 1 } }

    /// Whether an order that has its place may send its next request now; if not, when.
    func permit(_ account: String, now: Instant) -> (granted: Bool, at: Instant) {
        places.withLock { places in
            guard var place = places[account] else { return (false, now) }
            defer { places[account] = place }
            guard place.gate.room(underWay: place.underWay - 1, now: now) > 0 else { return (false, place.gate.nextToken(now: now)) }
            place.gate.take(now: now)
            return (true, now)
        }
    }

    /// What an ending taught.
    struct Lesson {
        /// The failure counts against the order.
        var counts: Bool
        /// How the account stands now, where that changed.
        var changedTo: AccountGate.Health?
        /// What is to be stored of it, where that changed.
        var saved: JSON?
    }

    /// Lets the account learn from an ending.
    func learn(_ account: String, _ ending: OutboxEntry.Ending, now: Instant) -> Lesson {
        places.withLock { places in
            guard var place = places[account] else { return Lesson(counts: true) }
            defer { places[account] = place }
            let (health, saved) = (place.gate.health.name, place.gate.saved)
            let counts = place.gate.learn(ending, now: now)
            return Lesson(
                counts: counts, changedTo: place.gate.health.name == health ? nil : place.gate.health,
                saved: place.gate.saved == saved ? nil : place.gate.saved)
        }
    }

    /// Takes up what an earlier process knew of the accounts.
    func restore(_ saved: [String: JSON], now: Instant) {
        places.withLock { places in
            for (name, state) in saved {
                guard let account = accounts[name] else { continue }
                places[name]?.gate = AccountGate(account.pace ?? account.recipe.pace, saved: state, now: now)
            }
        }
    }

    /// What is to be stored of each account.
    var saved: [String: JSON] { places.withLock { $0.mapValues(\.gate.saved) } }

    func resume(_ account: String) { places.withLock { $0[account]?.gate.resume() } }

    /// When some account opens again, or its rate allows the next request; `nil`: none is shut.
    func nextOpening(now: Instant) -> Instant? {
        places.withLock { places in
            var openings: [Instant] = []
            for name in places.keys { if let at = places[name]?.gate.nextToken(now: now), at > now { openings.append(at) } }
            return openings.min()
        }
    }

    var health: [String: AccountGate.Health] { places.withLock { $0.mapValues(\.gate.health) } }
}

extension AccountDesk.Place {
    fileprivate mutating func roomNow(_ now: Instant) -> Int { gate.room(underWay: underWay, now: now) }
}

extension AccountGate.Health {
    /// up, down or stopped.
    public var name: String {
        switch self {
        case .up: "up"
        case .down: "down"
        case .stopped: "stopped"
        }
    }
}
