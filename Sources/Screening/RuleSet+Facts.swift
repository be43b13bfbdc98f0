// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import Essentials
import RuleFiles

/// The facts of one call, ready to be decided.
struct LoadedFacts {
    var facts: FactVector
    /// Somebody may still be asked for some of them.
    var isOpen = false
    var unreadable: [String] = []
}

/// A fact's declaration that is passed on without counting the references in it, with what most values need of it.
final class DeclaredFact: Sendable {
    let fact: FactDeclaration
    private let type: FactType
    /// What one of the type is as its whole number, for numbers.
    private let unit: Int64
    private let domain: ClosedRange<Int64>
    private let numbers: [String: Int]

    init(_ fact: FactDeclaration) {
        self.fact = fact
        type = fact.type
        unit = (0..<fact.type.places).reduce(1) { unit, _ in unit * 10 }
        if case .scale(let range) = fact.domain { domain = range } else { domain = 0...0 }
        numbers = fact.numbers
    }

    /// The value of the inputs that nearly all are: whole numbers, declared words, yes and no; `nil`: look closer.
    func value(of input: FactInput) -> Int64? {
        switch (input, type) {
        case (.integer(let number), .count), (.integer(let number), .number), (.integer(let number), .days), (.integer(let number), .money):
            let (value, overflow) = number.multipliedReportingOverflow(by: unit)
            return !overflow && domain.contains(value) ? value : nil
        case (.text(let text), .choice): return numbers[text].map { Int64($0) }
        case (.yesNo(let isTrue), .yesNo): return isTrue ? 1 : 0
        default: return nil
        }
    }
}

extension RuleSet {
    /// - Parameter hasTime: false leaves the facts of the clock unknown, for examples that name no time.
    func load(_ input: ScreeningInput, for moment: MomentProgram, hasTime: Bool = true) -> LoadedFacts {
        var loaded = LoadedFacts(facts: FactVector(count: folder.facts.count))
        let loading = FactLoading(folder: folder)
        for (name, value) in input.facts {
            guard let fact = folder.factIndex(of: name) else { continue }
            if let number = declarations[fact].value(of: value) {
                loaded.facts.set(fact, to: number)
            } else {
                set(fact, loading.load(value, into: declarations[fact].fact), &loaded)
            }
        }
        if loaded.unreadable.count > 1 { loaded.unreadable.sort() }
        if moment.needsTime { setClock(clock, input.at, input.zone, moment, hasTime, &loaded) }
        guard input.moment == .brief, moment.asks, !input.closed else { return loaded }
        for fact in folder.facts.indices where folder.facts[fact].ask != nil && loaded.facts.states[fact] == .unknown {
            loaded.facts.set(fact, .open)
        }
        loaded.isOpen = true
        return loaded
    }

    func set(_ fact: Int, _ value: FactLoading.Loaded, _ loaded: inout LoadedFacts) {
        switch value {
        case .value(let number): loaded.facts.set(fact, to: number)
        case .text(let text): loaded.facts.set(fact, to: text)
        case .declined: loaded.facts.set(fact, .declined)
        case .unreadable: loaded.unreadable.append(folder.facts[fact].name)
        }
    }

    /// Day, time and weekday on the line, what prefix lists give, and the time where the caller is. A stated fact stays.
    /// - Parameter line: the line's zone; `nil`: the set's own.
    func setClock(
        _ clock: ZoneClock, _ instant: Instant, _ line: String?, _ moment: MomentProgram, _ hasTime: Bool, _ loaded: inout LoadedFacts
    ) {
        let offset = clock.offset(instant, in: line ?? zone) ?? clock.offset(instant, in: zone) ?? 0
        let local = Local(instant, offset: offset)
        loaded.facts.day = local.day
        var callerZone: String?
        for index in moment.lookups {
            guard let row = lookups[index].row(loaded.facts) else { continue }
            for column in lookups[index].columns where loaded.facts.states[column.fact] == .unknown {
                if let value = column.values[Int(column.places[row])] { set(column.fact, value, &loaded) }
            }
            if let zones = lookups[index].zones, !zones.texts[Int(zones.places[row])].isEmpty { callerZone = zones.texts[Int(zones.places[row])] }
        }
        guard hasTime else { return }
        for (fact, kind) in moment.clockFacts where loaded.facts.states[fact] == .unknown {
            switch kind {
            case .time: loaded.facts.set(fact, to: local.minute)
            case .weekday: loaded.facts.set(fact, to: CivilDate.weekday(local.day))
            case .date: loaded.facts.set(fact, to: local.day)
            case .callerTime:
                guard let callerZone, let offset = clock.offset(instant, in: callerZone) else { continue }
                loaded.facts.set(fact, to: Local(instant, offset: offset).minute)
            }
        }
    }

    /// A wall clock's day and minute; seconds are cut off.
    struct Local {
        let day: Int64
        let minute: Int64

        init(_ instant: Instant, offset: Int64) {
            let wall = instant.unixMilliseconds.addingReportingOverflow(offset).partialValue
            day = wall >= 0 ? wall / 86_400_000 : (wall - 86_399_999) / 86_400_000
            minute = (wall - day * 86_400_000) / 60_000
        }
    }
}
