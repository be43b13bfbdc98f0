// SPDX-License-Identifier: Apache-2.0

/// A fact of a made-up rule folder. Its values fall into segments: words, or stretches of a scale between round numbers.
public struct CorpusFact: Sendable {
    public enum Kind: Sendable {
        /// Words in any combination.
        case words([String])
        /// Stretches that begin at these numbers; the first at the beginning of the scale.
        case money([Int])
        case days([Int])
        /// Stretches that begin at these hours.
        case hours([Int])
        case yesNo
    }

    public let name: String
    public let kind: Kind

    public var segmentCount: Int {
        switch kind {
        case .words(let words): words.count
        case .money(let starts), .days(let starts), .hours(let starts): starts.count
        case .yesNo: 2
        }
    }

    /// Any subset of segments is a cell; else only neighbours are.
    public var takesSubsets: Bool { if case .words = kind { true } else { false } }

    public static let all: [CorpusFact] = [
        CorpusFact(name: "service", kind: .words(["site", "shop", "promotion", "support", "design", "other"])),
        CorpusFact(name: "budget", kind: .money([0, 50_000, 100_000, 150_000, 300_000, 400_000, 500_000, 700_000, 1_000_000, 1_500_000, 3_000_000])),
        CorpusFact(name: "start", kind: .days([0, 3, 7, 14, 30, 45, 60, 90, 180])),
        CorpusFact(name: "decider", kind: .yesNo),
        CorpusFact(name: "region", kind: .words(["Moscow", "Kazan", "Tver", "Omsk", "abroad"])),
        CorpusFact(name: "time", kind: .hours([0, 6, 9, 12, 15, 18, 21])),
        CorpusFact(name: "channel", kind: .words(["advert", "referral", "tender", "direct"])),
        CorpusFact(name: "units", kind: .days([0, 1, 2, 5, 10, 20, 50, 100])),
    ]

    /// The fact in facts.yaml.
    public var declaration: String {
        switch kind {
        case .words(let words): "  \(name):\n    type: choice\n    ask: Which \(name)?\n    values: \(words.joined(separator: ", "))\n"
        case .money: "  \(name):\n    type: money\n    ask: Which \(name)?\n"
        case .days: "  \(name):\n    type: days\n    ask: Which \(name)?\n"
        case .hours: "  \(name):\n    type: time\n"
        case .yesNo: "  \(name):\n    type: yes/no\n    ask: \(name)?\n"
        }
    }

    /// The cell for some segments; for a scale they are neighbours. `nil`: all of them, so that no cell is needed.
    public func cell(_ segments: [Int]) -> String? {
        guard segments.count < segmentCount, let first = segments.first, let last = segments.last else { return nil }
        switch kind {
        case .words(let words): return segments.map { words[$0] }.joined(separator: ", ")
        case .yesNo: return first == 0 ? "no" : "yes"
        case .money(let starts): return range(starts, first, last) { $0 + " .. " + ($1 - 1).grouped + ".99" }
        case .days(let starts): return range(starts, first, last) { $0 + " to " + $1.grouped }
        case .hours(let starts):
            if first == 0 { return "before \(starts[last + 1].clock)" }
            return last == starts.count - 1 ? "from \(starts[first].clock)" : "\(starts[first].clock) to \(starts[last + 1].clock)"
        }
    }

    private func range(_ starts: [Int], _ first: Int, _ last: Int, _ both: (String, Int) -> String) -> String {
        if first == 0 { return "under \(starts[last + 1].grouped)" }
        return last == starts.count - 1 ? "at least \(starts[first].grouped)" : both(starts[first].grouped, starts[last + 1])
    }

    /// A value of a segment, as a cell says it.
    public func value(_ segment: Int, _ dice: inout Dice) -> String {
        switch kind {
        case .words(let words): return words[segment]
        case .yesNo: return segment == 0 ? "no" : "yes"
        case .money(let starts), .days(let starts):
            let end = segment + 1 < starts.count ? starts[segment + 1] : starts[segment] * 2 + 10
            let offset = dice.below(3) == 0 ? 0 : dice.below(3) == 0 ? end - starts[segment] - 1 : dice.below(end - starts[segment])
            return String(starts[segment] + offset)
        case .hours(let starts): return starts[segment].clock
        }
    }
}

extension Int {
    /// `1 500 000`
    var grouped: String {
        var digits = String(self)
        var parts: [String] = []
        while digits.count > 3 {
            parts.insert(String(digits.suffix(3)), at: 0)
            digits = String(digits.dropLast(3))
        }
        return ([digits] + parts).joined(separator: " ")
    }

    /// An hour as `09:00`.
    var clock: String { (self < 10 ? "0" : "") + "\(self):00" }
}
