// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Intake
import Screening
import Store

/// Explains stored decisions with the rules that made them, live or not: the text of every version is kept.
struct RuleReader: Sendable {
    let shelf: any RuleShelf
    let language: Language
    private let configured: [String]
    private let stored = StoredRules()

    init(shelf: any RuleShelf, language: Language, groups: [String]) {
        self.shelf = shelf
        self.language = language
        configured = groups
    }

    var groups: [String] { Set(configured).union(shelf.ruleSet(named: nil).groups).sorted() }

    func resource(_ record: DecisionRecord, in store: some StoreReading) throws -> DecisionResource {
        var resource = DecisionResource(id: record.ulid, moment: record.input.moment, at: record.input.at)
        resource.call = try record.call.flatMap { try store.call($0) }?.ulid
        resource.lead = try record.lead.flatMap { try store.lead($0) }?.ulid
        (resource.ruleSet, resource.ruleSetHash) = (record.ruleSet, record.ruleSetHash)
        let verdict = record.verdict
        (resource.then, resource.rule, resource.reason) = (verdict.then, verdict.rule, verdict.reason)
        (resource.group, resource.to, resource.say) = (verdict.group, verdict.to, verdict.say)
        (resource.isWatchOnly, resource.overriddenBy, resource.note) = (record.watch, record.overriddenBy, record.note)
        let live = shelf.ruleSet(named: record.ruleSet)
        let rules = live.hash == record.ruleSetHash ? live : try stored.rules(of: record, in: store)?.set ?? live
        let isSame = rules.hash == record.ruleSetHash
        resource.facts = record.input.facts.sorted { $0.key < $1.key }.map { name, value in
            let words = isSame ? rules.words(for: value, of: name, language: language) : value.plainWords
            return DecisionResource.Fact(name: name, value: value == .declined ? nil : words)
        }
        if record.erased { return resource }
        if isSame, record.overriddenBy == nil { explain(record.input, rules, &resource) }
        if resource.why == nil { resource.why = verdict.say.map { BothLanguages($0) } }
        return resource
    }

    /// The decision with its whole trace.
    func traced(_ record: DecisionRecord, _ wanted: Language?, in store: some StoreReading) throws -> DecisionResource {
        var resource = try resource(record, in: store)
        resource.trace = DecisionTrace(record, rules: try stored.rules(of: record, in: store)).json(wanted ?? language)
        return resource
    }

    private func explain(_ input: ScreeningInput, _ rules: RuleSet, _ resource: inout DecisionResource) {
        let (en, ru) = (rules.explain(input, language: .en), rules.explain(input, language: .ru))
        if !en.sentence.isEmpty { resource.why = BothLanguages(en: en.sentence, ru: ru.sentence) }
        if let change = en.counterfactual { resource.change = BothLanguages(en: change, ru: ru.counterfactual ?? change) }
        let own = language == .ru ? ru : en
        resource.because = own.because.map { DecisionResource.Cause(fact: $0.label, value: $0.value, test: $0.test) }
        resource.near = own.near.map {
            DecisionResource.NearMiss(rule: $0.rule, cause: DecisionResource.Cause(fact: $0.fact, value: $0.now, test: $0.test))
        }
    }
}

extension FactInput {
    /// The value without the words of its rule set.
    var plainWords: String {
        switch self {
        case .text(let text), .decimal(let text): text
        case .integer(let number): String(number)
        case .yesNo(let yes): yes ? "yes" : "no"
        case .duration(let duration): "\(duration.components.seconds) s"
        case .phone(let number): number.e164
        case .words(let words): words.joined(separator: ", ")
        case .declined: "declined"
        }
    }
}
