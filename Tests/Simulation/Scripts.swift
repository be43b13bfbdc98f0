// SPDX-License-Identifier: Apache-2.0
import CRM
import CallModel
import Essentials
import RuleFiles
import Screening
import StrictYAML

/// How a step of the made-up CRM leaves an unknown outcome: the classes of RELIABILITY.md, rule 4.
enum LeaveUnknown: String, CaseIterable, Sendable {
    case `repeat`
    case look
    case hold

    var recipe: Recipe { get throws { try Recipe.load(text, file: "simulation.yaml") } }

    private var text: String {
        let create =
            switch self {
            case .repeat: "idempotent: yes"
            case .look: "on unknown: {look: find, after: 2 s, again after: 20 s, then: repeat}"
            case .hold: "on unknown: hold"
            }
        let lead = self == .look ? "first: find, else: create" : "do: create"
        return """
            recipe: simulation
            base: "https://crm.example"
            auth: {kind: none}
            operations:
              find:
                get: find
                query: {key: "{lead.key}"}
                pick: {from: items, where: {key: "{lead.key}"}, take: {lead_id: id}}
              create:
                post: create
                json: {key: "{lead.key}", step: "{step.key}", order: "{lead.title}"}
                take: {lead_id: id}
                \(create)
              change:
                put: change
                json: {key: "{lead.key}", step: "{step.key}", order: "{lead.title}", lead: "{lead_id}"}
                idempotent: yes
            plan:
              deliver: [{step: lead, \(lead)}, {step: details, do: change, needs: lead_id}]
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

/// Rules small enough that one can see what must come out: a black list at `ring`, the last keys at `hangup`.
enum SimulationRules {
    static func load() throws -> RuleSet {
        try RuleSet.load(
            files: [
                RuleSource(path: "facts.yaml", text: facts), RuleSource(path: "tables.yaml", text: tables),
                RuleSource(path: "blacklist.csv", text: "number\n+74950000001\n"),
            ], name: "simulation")
    }

    private static let facts = """
        format: 1
        facts:
          caller: {type: phone, label: Caller}
          outcome:
            type: choice
            label: Outcome
            values: ANSWERED, MISSED, BUSY, ABANDONED, AFTER_HOURS, VOICEMAIL, BLOCKED, DIVERTED, FAILED
          digits: {type: text, label: Keys}
        """
    private static let tables = """
        format: 1
        rules: Simulation
        zone: Europe/Moscow
        lists:
          - {list: blacklist, file: blacklist.csv, holds: phone}
        tables:
          - table: ring
            decides: ring
            hits: first
            rules:
              - {rule: blacklisted, if: {caller: in list blacklist}, then: reject, reason: SPAM}
            otherwise: {then: answer, group: sales}
          - table: hangup
            decides: hangup
            hits: first
            rules:
              - {rule: talked, if: {outcome: ANSWERED}, then: qualify, group: sales}
              - {rule: gave up, if: {outcome: ABANDONED}, then: callback, reason: ABANDONED, within: 15 min}
            otherwise: {then: callback, reason: MISSED, within: 15 min}
        """
}
