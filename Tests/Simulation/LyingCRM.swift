// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import WireFormats

/// A CRM that does one thing and says another, and a ledger of what it really did.
struct LyingCRM {
    struct Effect {
        var key: String
        var step: String
        /// Number of the order, as its payload says.
        var order: Int
        var at: Int64
    }
    /// A request that it has taken and not answered yet.
    struct Request {
        var key: String
        var path: String
        var step: String
        var order: Int
        var worker: Int
    }
    private(set) var created: [Effect] = []
    private(set) var changed: [Effect] = []
    /// All effects in the order in which they took place.
    private(set) var effects: [Effect] = []
    private(set) var requests = 0
    private(set) var overlaps: [String] = []
    private var open: [Int: Request] = [:]
    /// Taken and not acted on yet; a cut connection changes nothing about that.
    private var waiting: [Int: Request] = [:]
    let isIdempotent: Bool
    /// Milliseconds for which a new record stays invisible to a search.
    let searchLag: Int64 = 15_000

    init(isIdempotent: Bool) { self.isIdempotent = isIdempotent }

    /// Takes a request in. - Returns: its number.
    mutating func take(_ request: CRMRequest, worker: Int) -> Int {
        let body = request.body.flatMap { try? JSON.parse($0) } ?? .null
        let path = request.url.split(separator: "/").last.map(String.init) ?? ""
        let key = body["key"]?.string ?? request.url.split(separator: "=").last.map(String.init) ?? ""
        if let other = open.values.first(where: { $0.key == key }) {
            overlaps.append("\(key): \(path) came while \(other.path) was being worked on")
        }
        requests += 1
        let taken = Request(
            key: key, path: path, step: body["step"]?.string ?? "", order: body["order"]?.string.flatMap(Int.init) ?? 0, worker: worker)
        open[requests] = taken
        waiting[requests] = taken
        return requests
    }

    /// What it does with the request, and what it would answer.
    mutating func act(_ request: Request, at now: Int64) -> String {
        if request.path.hasPrefix("find") {
            let found = created.indices.filter { created[$0].key == request.key && created[$0].at + searchLag <= now }
            return "{\"items\":[\(found.map { "{\"id\":\($0),\"key\":\"\(request.key)\"}" }.joined(separator: ","))]}"
        }
        let effect = Effect(key: request.key, step: request.step, order: request.order, at: now)
        guard request.path == "create" else {
            changed.append(effect)
            effects.append(effect)
            return "{}"
        }
        if isIdempotent, let known = created.firstIndex(where: { $0.step == request.step }) { return "{\"id\":\(known)}" }
        created.append(effect)
        effects.append(effect)
        return "{\"id\":\(created.count - 1)}"
    }

    mutating func taken(_ number: Int) -> Request? { waiting.removeValue(forKey: number) }

    /// The connection ended, by an answer or without.
    mutating func end(_ number: Int) { open[number] = nil }

    /// The worker died: nobody can say any more when its requests end.
    mutating func forget(worker: Int) { open = open.filter { $0.value.worker != worker } }
}
