// SPDX-License-Identifier: Apache-2.0

/// The names that a recipe may use: the contract between us and every recipe (docs/recipes.md).
public enum LeadDictionary {
    public static let names: Set<String> = [
        "lead.key", "lead.title", "lead.phone", "lead.phone_digits", "lead.phone_national", "lead.name", "lead.first_name", "lead.last_name",
        "lead.company", "lead.email", "lead.status", "lead.verdict", "lead.reason", "lead.reason_text", "lead.score", "lead.priority",
        "lead.tags", "lead.group", "lead.owner", "lead.line", "lead.channel", "lead.source", "lead.region", "lead.amount",
        "lead.amount_minor", "lead.currency", "lead.service", "lead.answers", "lead.answers_text", "lead.act_within", "lead.act_by",
        "lead.callback_at", "lead.defer_until", "lead.created_at", "lead.qualified_at", "lead.url", "lead.utm", "lead.extra",
        "call.id", "call.direction", "call.from", "call.to", "call.agent", "call.started_at", "call.answered_at", "call.ended_at",
        "call.wait_s", "call.talk_s", "call.outcome", "call.recording_url", "call.text",
        "outcome.status", "outcome.stage", "outcome.reason", "outcome.amount", "outcome.paid", "outcome.currency", "outcome.at", "outcome.by",
        "status.crm", "stage.crm", "owner.crm", "group.crm", "reason.crm", "step.key", "now",
    ]

    /// Names whose further part is free.
    public static let open = ["lead.answers.", "lead.utm.", "lead.extra.", "mapping."]

    static func holds(_ name: String) -> Bool { names.contains(name) || open.contains { name.hasPrefix($0) && name.count > $0.count } }
}
