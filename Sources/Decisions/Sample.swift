// SPDX-License-Identifier: Apache-2.0

/// What a fact may be, so far as any cell can tell: a class of values, or one of the ways of having none.
public enum Sample: Hashable, Sendable {
    case unknown
    case declined
    /// Any of these values of a scale; `listed` says for lists that are asked whether the value is in them.
    case values(IntervalSet, listed: [Int: Bool])
    case text(String, listed: [Int: Bool])
    /// These tags, as bits, and none of the others that cells name.
    case tags(UInt64)
}

extension Program {
    /// Values of a fact on a scale that some cell of these tables tells apart; empty for texts and tags.
    public func valueClasses(of fact: Int) -> [IntervalSet] {
        options(of: fact, none: []).compactMap { if case .values(let values, _) = $0.sample { values } else { nil } }
    }

    /// A free fact, with values that leave the same rows as one option; known values first.
    func variable(of fact: Int, none: [FactState], isKnownPossible: Bool = true) -> Walk.Variable {
        let all = options(of: fact, none: none, isKnownPossible: isKnownPossible)
        return Walk.Variable(fact: fact, options: merged(all.filter(\.isKnown) + all.filter { !$0.isKnown }))
    }

    private func merged(_ options: [Walk.Option]) -> [Walk.Option] {
        var merged: [Walk.Option] = []
        var places: [[UInt64]: Int] = [:]
        for option in options {
            if let place = places[option.mask] {
                merged[place].samples += option.samples
            } else {
                places[option.mask] = merged.count
                merged.append(option)
            }
        }
        return merged
    }

    /// Facts that the tables give.
    public var givenFacts: [Int] { giving.compactMap { givenFact($0) } }

    /// Everything that a fact may turn out to be.
    /// - Parameters:
    ///   - fact: an index; the number of facts means the day.
    ///   - none: which ways of having no value count.
    ///   - isKnownPossible: whether values count.
    func options(of fact: Int, none: [FactState], isKnownPossible: Bool = true) -> [Walk.Option] {
        var options: [Walk.Option] = []
        if none.contains(.unknown) { options.append(option(fact, .unknown) { _ in Column.unknownClass }) }
        if none.contains(.declined) { options.append(option(fact, .declined) { _ in Column.declinedClass }) }
        guard isKnownPossible else { return options }
        let asked = columnsOfFact[fact].map { columns[$0] }
        let domain: Domain = fact < facts.count ? facts[fact].domain : .scale(.min ... .max)
        switch domain {
        case .scale(let range): options += scaleOptions(fact, range, asked)
        case .text: options += textOptions(fact, asked)
        case .tags: options += tagOptions(fact, asked)
        }
        return options
    }

    private func option(_ fact: Int, _ sample: Sample, _ classOf: (Column) -> Int) -> Walk.Option {
        var mask = everyRow
        let bits = bits
        for column in columnsOfFact[fact] {
            let place = columns[column]
            let first = place.firstBit + classOf(place) * wordCount
            for word in 0..<wordCount { mask[word] &= bits[first + word] }
        }
        return Walk.Option(samples: [sample], mask: mask)
    }

    /// Classes of the ranges, times being in each list or not: lists change, so neither can be excluded.
    private func scaleOptions(_ fact: Int, _ domain: ClosedRange<Int64>, _ asked: [Column]) -> [Walk.Option] {
        let ranged = asked.first { $0.test == nil }
        let ranges = ranged.map { $0.valuesOfClasses(in: domain) }
        let lists = self.lists(in: asked)
        var cuts = ranges ?? [IntervalSet([domain])]
        for column in asked { cuts = cuts.flatMap { refine($0, by: column.test, in: domain) } }
        return cuts.flatMap { values in
            combinations(of: lists).map { listed in
                option(fact, .values(values, listed: listed)) { column in
                    let value = values.ranges.first?.lowerBound ?? domain.lowerBound
                    guard let test = column.test else { return column.valueClass(value) }
                    return test.holds(value: value, text: "", listed: listed) ? Column.holdsClass : Column.failsClass
                }
            }
        }
    }

    private func textOptions(_ fact: Int, _ asked: [Column]) -> [Walk.Option] {
        let lists = self.lists(in: asked)
        return TextSamples.candidates(for: asked.compactMap(\.test)).flatMap { text in
            combinations(of: lists).map { listed in
                option(fact, .text(text, listed: listed)) { column in
                    guard let test = column.test else { return Column.firstValueClass }
                    return test.holds(value: 0, text: text, listed: listed) ? Column.holdsClass : Column.failsClass
                }
            }
        }
    }

    private func tagOptions(_ fact: Int, _ asked: [Column]) -> [Walk.Option] {
        var named: UInt64 = 0
        for atom in asked.compactMap(\.test).flatMap(\.atoms) {
            if case .hasAny(let bits) = atom { named |= bits }
            if case .hasAll(let bits) = atom { named |= bits }
            if case .hasNone(let bits) = atom { named |= bits }
        }
        return Self.subsets(of: named).map { bits in
            option(fact, .tags(bits)) { column in
                guard let test = column.test else { return Column.firstValueClass }
                return test.holds(value: Int64(bitPattern: bits), text: "", listed: [:]) ? Column.holdsClass : Column.failsClass
            }
        }
    }

    private func lists(in asked: [Column]) -> [Int] {
        let named = asked.compactMap(\.test).flatMap(\.atoms).compactMap { atom -> Int? in
            if case .list(let index, _) = atom { index } else { nil }
        }
        return Set(named).sorted()
    }

    private func combinations(of lists: [Int]) -> [[Int: Bool]] {
        lists.prefix(8).reduce([[:]]) { combined, list in
            combined.flatMap { [$0.merging([list: false]) { $1 }, $0.merging([list: true]) { $1 }] }
        }
    }

    /// Splits a class of values where a test names values itself.
    private func refine(_ values: IntervalSet, by test: CellTest?, in domain: ClosedRange<Int64>) -> [IntervalSet] {
        var parts = [values]
        for case .values(let set) in test?.atoms ?? [] {
            parts = parts.flatMap { [$0.intersection(set), $0.intersection(set.complement(in: domain))] }.filter { !$0.isEmpty }
        }
        return parts
    }

    /// All subsets of up to ten bits; of more, none, all, and each bit with and without the others.
    private static func subsets(of bits: UInt64) -> [UInt64] {
        let single = (0..<64).map { UInt64(1) << UInt64($0) }.filter { bits & $0 != 0 }
        if single.count > 10 { return [0, bits] + single + single.map { bits & ~$0 } }
        return single.reduce([0]) { all, bit in all + all.map { $0 | bit } }
    }
}

extension CellTest {
    /// With membership as a supposition.
    func holds(value: Int64, text: String, listed: [Int: Bool]) -> Bool {
        let isAnyTrue = atoms.contains { atom in
            switch atom {
            case .values(let set): set.contains(value)
            case .list(let index, let isMember): (listed[index] ?? false) == isMember
            case .equals(let other): text == other
            case .startsWith(let part): text.hasPrefix(part)
            case .contains(let part): text.isContaining(part)
            case .endsWith(let part): text.hasSuffix(part)
            case .hasAny(let bits): UInt64(bitPattern: value) & bits != 0
            case .hasAll(let bits): UInt64(bitPattern: value) & bits == bits
            case .hasNone(let bits): UInt64(bitPattern: value) & bits == 0
            }
        }
        return isAnyTrue != isNegated
    }
}

/// Texts that between them meet and miss the tests of a column in as many ways as texts can.
enum TextSamples {
    static func candidates(for tests: [CellTest]) -> [String] {
        var (whole, first, middle, last) = (["…"], [""], [""], [""])
        for atom in tests.flatMap(\.atoms) {
            switch atom {
            case .equals(let text): whole.append(text)
            case .startsWith(let text): first.append(text)
            case .contains(let text): middle.append(text)
            case .endsWith(let text): last.append(text)
            default: break
            }
        }
        let contained = middle + (middle.count > 2 ? [middle.joined(separator: " ")] : [])
        let joined = first.prefix(40).flatMap { head in
            contained.prefix(40).flatMap { core in last.prefix(40).map { [head, core, $0].filter { !$0.isEmpty }.joined(separator: " ") } }
        }
        var seen: Set<String> = []
        return (whole + joined).filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}
