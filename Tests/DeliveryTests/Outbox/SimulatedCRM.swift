// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import Testing
import WireFormats

@testable import Delivery

/// Recipes of the four classes of RELIABILITY.md, rule 4, for one made-up CRM.
enum SimulatedRecipe: String, CaseIterable, Sendable {
    /// PUT under our key.
    case idempotent
    /// Search by our mark, with a lag.
    case lookUp = "look up"
    /// The same with one look before the search has caught up: what the second look is for.
    case hasty
    /// Create, a note that may get lost, and nothing to look by.
    case hold

    var text: String {
        let create =
            switch self {
            case .idempotent: "idempotent: yes"
            case .lookUp: "on unknown: {look: find, after: 2 s, again after: 20 s, then: repeat}"
            case .hasty: "on unknown: {look: find, after: 2 s, then: repeat}"
            case .hold: "on unknown: hold"
            }
        return """
            recipe: simulated
            base: "https://crm.example"
            auth: {kind: none}
            operations:
              find:
                get: find
                query: {key: "{lead.key}"}
                pick: {from: items, where: {key: "{lead.key}"}, take: {lead_id: id}}
              create:
                post: create
                json: {key: "{lead.key}", step: "{step.key}"}
                take: {lead_id: id}
                \(create)
              note:
                post: note
                json: {key: "{lead.key}", step: "{step.key}", lead: "{lead_id}"}
                on unknown: skip
              change:
                put: change
                json: {key: "{lead.key}", step: "{step.key}", lead: "{lead_id}"}
                idempotent: yes
            plan:
              deliver:
                - {step: lead, \(self == .lookUp || self == .hasty ? "first: find, else: create" : "do: create")}
                - {step: note, do: note, needs: lead_id}
              update: [{step: change, do: change, needs: lead_id}]
              call: [{step: call, do: change, needs: lead_id}]
            classify:
              - {status: 2xx, body: {error: absent}, class: ok}
              - {status: 429, class: throttled, wait: 3 s}
              - {status: 409, class: retry}
              - {class: server_error}
            """
    }
}

/// A CRM that does one thing and says another, and a ledger of what it really did.
struct SimulatedCRM {
    /// What is written for each effect, in the order in which it took place.
    struct Entry: Equatable {
        var key: String
        var step: String
        var at: Instant
        /// Its place among all effects.
        var number: Int
    }
    var created: [Entry] = []
    var changes: [Entry] = []
    let isIdempotent: Bool
    /// How long a new record stays invisible to `find`.
    let searchLag: Duration
    /// Chance in percent of each kind of fault; 0 when faults are over.
    var faultPercent: Int

    /// What the other side did and what we hear of it.
    mutating func handle(_ request: CRMRequest, now: Instant, dice: inout Dice) -> Heard {
        if dice.percent(faultPercent) {
            switch dice.below(6) {
            case 0: return .failedBeforeSend("could not connect")
            case 1: return .unknown("timed out")  // before it was read
            case 2: return answer(429, "{}")
            case 3: return answer(409, "{}")
            case 4: return answer(502, "<html>")
            default: return answer(200, "{\"error\":\"busy\"}")
            }
        }
        let reply = act(request, now: now)
        // The effect is there; the answer is not.
        if dice.percent(faultPercent) { return dice.percent(50) ? .unknown("connection lost") : answer(500, "") }
        return answer(200, reply)
    }

    private func answer(_ status: Int, _ body: String) -> Heard { .response(CRMResponse(status: status, body: Array(body.utf8))) }

    /// What reaches us.
    enum Heard {
        case response(CRMResponse)
        case failedBeforeSend(String)
        case unknown(String)
    }

    private mutating func act(_ request: CRMRequest, now: Instant) -> String {
        let body = (try? JSON.parse(request.body ?? [])) ?? .null
        let entry = Entry(key: body["key"]?.string ?? "", step: body["step"]?.string ?? "", at: now, number: created.count + changes.count)
        if request.url.contains("/find") {
            let key = request.url.split(separator: "=").last.map(String.init) ?? ""
            let visible = created.enumerated().filter { $0.element.key == key && $0.element.at + searchLag <= now }
            return "{\"items\":[\(visible.map { "{\"id\":\($0.offset),\"key\":\"\(key)\"}" }.joined(separator: ","))]}"
        }
        if request.url.hasSuffix("/create") {
            if isIdempotent, let known = created.firstIndex(where: { $0.step == entry.step }) { return "{\"id\":\(known)}" }
            created.append(entry)
            return "{\"id\":\(created.count - 1)}"
        }
        changes.append(entry)
        return "{}"
    }
}

/// Numbers of a seeded history.
struct Dice {
    let random: SeededRandom
    init(seed: UInt64) { random = SeededRandom(seed: seed) }
    mutating func below(_ bound: Int) -> Int { random.bytes(4).reduce(0) { $0 << 8 | Int($1) } % bound }
    mutating func percent(_ chance: Int) -> Bool { below(100) < chance }
}
