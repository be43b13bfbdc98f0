// SPDX-License-Identifier: Apache-2.0
import Essentials
import StrictYAML
import WireFormats

/// How long an answer asks us to wait.
struct Wait: Sendable {
    enum Source: Sendable {
        /// `Retry-After` as RFC 9110 has it: seconds or a date.
        case retryAfter
        case place(AnswerPlace, Unit)
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
        case .place(let place, let unit): return place.value(in: response, json)?.scalarText.flatMap { Wait.read($0, unit, now: now) }
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

extension Wait {
    /// `30 s`, `retry-after`, `{header: x-ratelimit-reset, unit: unix, else: 30 s}` or `{body: path, unit: seconds}`.
    init(_ node: YAMLNode) throws(SourceProblem) {
        if node.isScalar {
            if try node.text() == "retry-after" {
                self.init(source: .retryAfter, otherwise: nil)
            } else {
                self.init(source: .nothing, otherwise: try node.duration())
            }
            return
        }
        var fields = try node.fields()
        let unit: Unit = try fields.take("unit").map { (node) throws(SourceProblem) in try RecipeReader.word(node) } ?? .seconds
        let otherwise = try fields.take("else")?.duration()
        if let header = fields.take("header") {
            let name = try header.text()
            guard let place = AnswerPlace("header \(name)") else { throw header.problem("\"\(name)\" is no header") }
            self.init(source: name.lowercased() == "retry-after" ? .retryAfter : .place(place, unit), otherwise: otherwise)
        } else if let path = fields.take("body") {
            self.init(source: .place(try AnswerPlace(path), unit), otherwise: otherwise)
        } else {
            throw node.problem("the wait names no place", fix: "add header: name or body: path")
        }
        try fields.finish()
    }
}
