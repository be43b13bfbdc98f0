// SPDX-License-Identifier: Apache-2.0
import CRM
public import Essentials
import Synchronization
import WireFormats

/// The accounts with their gates and how many requests each has under way.
final class AccountDesk: Sendable {
    private struct Place {
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

    /// Takes places and budget for as much as each account has room for, at most `most` an account; none where it has none.
    /// What comes of it is told by `settle`.
    func reserve(now: Instant, atMost most: Int) -> [String: Int] {
        places.withLock { places in
            var taken: [String: Int] = [:]
            for name in places.keys {
                guard var place = places[name] else { continue }
                let free = min(place.gate.room(underWay: place.underWay, now: now), most)
                guard free > 0 else { continue }
                place.underWay += free
                for _ in 0..<free { place.gate.take(now: now) }
                places[name] = place
                taken[name] = free
            }
            return taken
        }
    }

    /// Of what was reserved, `used` requests are made; the rest goes back.
    func settle(_ account: String, reserved: Int, used: Int, now: Instant) {
        guard used < reserved else { return }
        places.withLock { places in
            places[account]?.underWay -= reserved - used
            places[account]?.gate.giveBack(reserved - used, now: now)
        }
    }

    /// How the account's budget stands, where a restart must know it.
    func budget(_ account: String) -> JSON? {
        places.withLock { places in places[account].flatMap { $0.gate.isLimited ? $0.gate.saved : JSON?.none } }
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
                saved: place.gate.saved == saved ? JSON?.none : place.gate.saved)
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

    /// - Returns: what is to be stored; `nil`: there is no such account.
    func resume(_ account: String) -> JSON? {
        places.withLock { places in
            places[account]?.gate.resume()
            return places[account]?.gate.saved
        }
    }

    /// Nothing more is sent to the account until `resume`.
    /// - Returns: what is to be stored; `nil`: there is no such account.
    func pause(_ account: String, by actor: String) -> JSON? {
        places.withLock { places in
            places[account]?.gate.pausedBy = actor
            return places[account]?.gate.saved
        }
    }

    /// When some account opens again, or its rate allows the next request; `nil`: none is shut.
    func nextOpening(now: Instant) -> Instant? {
        places.withLock { places in
            var openings: [Instant] = []
            for (name, place) in places where place.gate.pausedBy == nil {
                if let at = places[name]?.gate.nextToken(now: now), at > now { openings.append(at) }
            }
            return openings.min()
        }
    }

    var health: [String: AccountGate.Health] { places.withLock { $0.mapValues(\.gate.health) } }

    /// Everything a list shows of the accounts.
    var standings: [AccountStanding] {
        places.withLock { places in
            places.map { name, place in
                AccountStanding(
                    name: name, recipe: accounts[name]?.recipe.name ?? "", health: place.gate.health, pausedBy: place.gate.pausedBy,
                    pausedUntil: place.gate.pausedUntil, underWay: place.underWay)
            }.sorted { $0.name < $1.name }
        }
    }
}

/// How one account stands now.
public struct AccountStanding: Sendable, Equatable {
    public var name: String
    public var recipe: String
    public var health: AccountGate.Health
    /// The person who asked that nothing be sent.
    public var pausedBy: String?
    /// Until when the CRM asked us to wait.
    public var pausedUntil: Instant?
    /// Orders being carried now.
    public var underWay: Int
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
