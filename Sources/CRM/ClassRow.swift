// SPDX-License-Identifier: Apache-2.0
import Essentials
import WireFormats

/// One row of `classify:`; the first that holds decides. The status alone is never enough.
struct ClassRow: Sendable {
    /// Ranges of statuses; empty: any.
    var statuses: [ClosedRange<Int>]
    /// Beginning of the content type.
    var type: String?
    var headers: [(name: String, test: ValueTest)]
    var body: [(path: JSONPath, test: ValueTest)]
    /// A piece of the raw body.
    var text: String?
    var `class`: AnswerClass
    var wait: Wait?

    func holds(_ response: CRMResponse, _ json: JSON?) -> Bool {
        guard statuses.isEmpty || statuses.contains(where: { $0.contains(response.status) }) else { return false }
        if let type, !(response.header("content-type") ?? "").lowercased().hasPrefix(type.lowercased()) { return false }
        if let text, !String(decoding: response.body, as: UTF8.self).contains(text) { return false }
        guard headers.allSatisfy({ $0.test.holds(response.header($0.name).map(JSON.string)) }) else { return false }
        return body.allSatisfy { row in row.test.holds(json.flatMap { row.path.value(in: $0) }) }
    }
}

/// A test on one place of an answer.
enum ValueTest: Sendable {
    case present
    case absent
    case oneOf([String])
    /// The text begins with this.
    case starts(String)

    func holds(_ value: JSON?) -> Bool {
        switch self {
        case .present: value != nil
        case .absent: value == nil
        case .oneOf(let texts): value?.scalarText.map(texts.contains) ?? false
        case .starts(let text): value?.scalarText?.hasPrefix(text) ?? false
        }
    }
}

/// How long an answer asks us to wait.
struct Wait: Sendable {
    enum Source: Sendable {
        /// `Retry-After` as RFC 9110 has it: seconds or a date.
        case retryAfter
        case header(String, Unit)
        case body(JSONPath, Unit)
        case nothing
    }
    enum Unit: String, Sendable, CaseIterable {
        case seconds, milliseconds
        /// Unix seconds at which it may go on.
        case unix
        /// An RFC 3339 instant.
        case iso
    }
    var source: Source
    var otherwise: Duration?

    /// Within 0…`CRMAnswer.waitMax`; a value that is no number or date falls back to `otherwise`.
    func duration(_ response: CRMResponse, _ json: JSON?, now: Instant) -> Duration? {
        guard let wait = found(response, json, now: now) ?? otherwise else { return nil }
        return min(max(wait, .zero), CRMAnswer.waitMax)
    }

    private func found(_ response: CRMResponse, _ json: JSON?, now: Instant) -> Duration? {
        switch source {
        case .nothing: return nil
        case .retryAfter:
            guard let text = response.header("retry-after") else { return nil }
            return Wait.read(text, .seconds, now: now) ?? InstantText.parseHTTPDate(text).map { $0 - now }
        case .header(let name, let unit): return response.header(name).flatMap { Wait.read($0, unit, now: now) }
        case .body(let path, let unit):
            return json.flatMap { path.value(in: $0) }?.scalarText.flatMap { Wait.read($0, unit, now: now) }
        }
    }

    /// Numbers with a fraction are taken; anything too large to be a wait stands for the longest one.
    private static func read(_ text: String, _ unit: Unit, now: Instant) -> Duration? {
        if unit == .iso { return InstantText.parse(text).map { $0 - now } }
        guard let number = Double(text.trimming()), number.isFinite else { return nil }
        let bounded = min(max(number, -1e11), 1e11)
        switch unit {
        case .seconds: return .milliseconds(Int64(bounded * 1000))
        case .milliseconds: return .milliseconds(Int64(bounded))
        case .unix, .iso: return Instant(unixMilliseconds: Int64(bounded * 1000)) - now
        }
    }
}

/// Which record of a look-up's answer is ours: searches of many CRMs find more than was asked for.
struct Pick: Sendable {
    /// The list of records; `.`: the answer itself is the one record.
    var from: JSONPath
    var conditions: [(path: JSONPath, value: Template)]
    /// Ids to keep, by name.
    var take: [(name: String, path: JSONPath)]

    /// The ids of the first record whose every condition is exactly met; `nil`: none of them is ours.
    func ids(in json: JSON, _ scope: TemplateScope) -> [String: JSON]? {
        guard let found = from.value(in: json) else { return nil }
        let records = found.array ?? (found.members.map { $0.isEmpty ? [] : [found] } ?? [])
        for record in records where isOurs(record, scope) {
            var ids: [String: JSON] = [:]
            for (name, path) in take { ids[name] = path.value(in: record) }
            return ids
        }
        return nil
    }

    private func isOurs(_ record: JSON, _ scope: TemplateScope) -> Bool {
        conditions.allSatisfy { condition in
            guard let wanted = (try? condition.value.filled(scope))?.scalarText else { return false }
            return condition.path.values(in: record).contains { $0.scalarText == wanted }
        }
    }
}
