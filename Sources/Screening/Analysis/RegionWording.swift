// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles

/// Calls that an analysis found, in words.
struct RegionWording {
    let facts: [FactDeclaration]
    /// Names of the lists by index into the memberships that cells ask.
    let lists: [String]

    init(_ folder: RuleFolder) { self.init(facts: folder.facts, lists: folder.listNames) }

    init(facts: [FactDeclaration], lists: [String]) {
        self.facts = facts
        self.lists = lists
    }

    /// `service: site, shop; budget: under 300 000 RUB`, facts in the order of facts.yaml.
    func text(_ region: Region, _ language: Language) -> String {
        let parts = region.facts.keys.sorted().compactMap { index -> String? in
            guard let samples = region.facts[index], let text = text(samples, index, language) else { return nil }
            return "\(name(index, language)): \(text)"
        }
        return parts.isEmpty ? (language == .ru ? "любые" : "any facts") : parts.joined(separator: "; ")
    }

    func wording(_ make: (Language) -> String) -> Wording { Wording(Dictionary(uniqueKeysWithValues: Language.allCases.map { ($0, make($0)) })) }

    /// One call: the text of a cell by fact.
    func call(_ call: [Int: Sample]) -> [String: String] {
        var texts: [String: String] = [:]
        for (index, sample) in call where index < facts.count { texts[facts[index].name] = self.text(sample, index) }
        return texts
    }

    /// `service: site, budget: 0 RUB, decider: unknown`.
    func text(_ call: [Int: Sample]) -> String {
        let parts = call.keys.sorted().compactMap { index -> String? in
            call[index].flatMap { index < facts.count ? "\(facts[index].name): \(text($0, index))" : nil }
        }
        return parts.isEmpty ? "any facts" : parts.joined(separator: ", ")
    }

    private func name(_ index: Int, _ language: Language) -> String {
        guard index < facts.count else { return language == .ru ? "день" : "day" }
        return facts[index].label.text(language)
    }

    // MARK: - One sample

    private func text(_ sample: Sample, _ index: Int) -> String {
        let wording = CellWording(fact: facts[index], language: .en)
        switch sample {
        case .unknown: return "unknown"
        case .declined: return "declined"
        case .text(let text, let listed): return "\"\(text)\"" + suffix(listed, .en)
        case .tags(let bits): return wording.value(Int64(bitPattern: bits))
        case .values(let values, let listed):
            guard let range = values.ranges.first else { return "" }
            let isAnyNumber = facts[index].type == .phone && values == IntervalSet([DigitKey.domain])
            return (isAnyNumber ? "any number" : wording.value(typical(values, index) ?? range.lowerBound)) + suffix(listed, .en)
        }
    }

    /// A value that a person would name: the first of a set, or for a range without beginning the last.
    private func typical(_ values: IntervalSet, _ index: Int) -> Int64? {
        guard let range = values.ranges.first, case .scale(let domain) = facts[index].domain else { return nil }
        return range.lowerBound == domain.lowerBound && range.upperBound < domain.upperBound && facts[index].type == .money
            ? range.upperBound : range.lowerBound
    }

    private func suffix(_ listed: [Int: Bool], _ language: Language) -> String {
        let parts = listed.sorted { $0.key < $1.key }.filter { lists.indices.contains($0.key) }.map { list, isMember in
            language == .ru ? " \(isMember ? "в списке" : "не в списке") \(lists[list])" : " \(isMember ? "in" : "not in") list \(lists[list])"
        }
        return parts.joined(separator: language == .ru ? " и" : " and")
    }

    // MARK: - Several samples

    /// - Returns: `nil` when they are everything a fact can be.
    private func text(_ samples: [Sample], _ index: Int, _ language: Language) -> String? {
        guard index < facts.count else { return days(samples, language) }
        var parts: [String] = []
        var sets: [[Int: Bool]: IntervalSet] = [:]
        for case .values(let values, let listed) in samples { sets[listed] = (sets[listed] ?? .empty).union(values) }
        let isUnknown = samples.contains(.unknown)
        if sets.count == 1, let (listed, set) = sets.first {
            let text = self.text(set, listed, index, language)
            if text == known(language), isUnknown { return nil }
            parts.append(text)
        } else if !sets.isEmpty {
            // Every membership of a list with the same values: the list makes no difference.
            let all = Set(sets.values)
            if all.count == 1, let set = all.first, sets.count == 1 << (sets.keys.first?.count ?? 0) {
                let text = self.text(set, [:], index, language)
                if text == known(language), isUnknown { return nil }
                parts.append(text)
            } else {
                parts += sets.sorted { order($0.key) < order($1.key) }.map { self.text($0.value, $0.key, index, language) }
            }
        }
        for sample in samples {
            switch sample {
            case .text(let text, let listed):
                parts.append((text == "…" ? (language == .ru ? "другой текст" : "another text") : "\"\(text)\"") + suffix(listed, language))
            case .tags(let bits):
                let words = CellWording(fact: facts[index], language: language).value(Int64(bitPattern: bits))
                parts.append(words.isEmpty ? (language == .ru ? "без меток" : "no tags") : words)
            default: break
            }
        }
        if isUnknown {
            parts.append(language == .ru ? "неизвестно" : "unknown")
        } else if samples.contains(.declined) {
            parts.append(language == .ru ? "отказ" : "declined")
        }
        return parts.joined(separator: language == .ru ? " или " : " or ")
    }

    private func known(_ language: Language) -> String { language == .ru ? "известно" : "known" }

    private func order(_ listed: [Int: Bool]) -> String { listed.sorted { $0.key < $1.key }.map { "\($0.key)\($0.value)" }.joined() }

    private func text(_ set: IntervalSet, _ listed: [Int: Bool], _ index: Int, _ language: Language) -> String {
        let words = facts[index].type == .phone ? phone(set, language) : CellWording(fact: facts[index], language: language).set(set)
        guard !listed.isEmpty else { return words }
        let isEverything = words == known(language)
        let suffix = suffix(listed, language)
        return isEverything ? String(suffix.dropFirst()) : words + suffix
    }

    private func phone(_ set: IntervalSet, _ language: Language) -> String {
        if set == IntervalSet([DigitKey.domain]) { return known(language) }
        let shown = set.ranges.prefix(3).map { range in
            let wording = CellWording(fact: facts.first { $0.type == .phone } ?? facts[0], language: language)
            return range.lowerBound == range.upperBound
                ? wording.value(range.lowerBound) : "\(wording.value(range.lowerBound))…"
        }
        return shown.joined(separator: ", ") + (set.ranges.count > 3 ? ", …" : "")
    }

    private func days(_ samples: [Sample], _ language: Language) -> String? {
        var set = IntervalSet.empty
        for case .values(let values, _) in samples { set = set.union(values) }
        let texts = set.ranges.map { range in
            let first = range.lowerBound <= CivilDate.first ? "" : CivilDate.text(range.lowerBound)
            let last = range.upperBound >= CivilDate.last ? "" : CivilDate.text(range.upperBound)
            return "\(first) .. \(last)"
        }
        return set.isEmpty || texts == [" .. "] ? nil : texts.joined(separator: ", ")
    }
}
