// SPDX-License-Identifier: Apache-2.0

/// How one CRM is spoken to: a YAML file, read and checked (docs/recipes.md). Immutable; knows no account and no lead.
///
/// Pure: it builds requests from values and reads answers into values. Sending, waiting and remembering are Delivery's.
public struct Recipe: Sendable {
    public let name: String
    /// Hex SHA-256 of the file's bytes. Orders are pinned to it: what was begun with one text is finished with it.
    public let hash: String
    /// The file itself, kept so that a pinned order can still be finished after an upgrade.
    public let text: String
    /// What an account of this CRM must or may say, in the order of the file.
    public let accountFields: [AccountField]
    /// Steps by kind of order (`deliver`, `update`, `call`); a kind that is missing is nothing to do at this CRM.
    public let plans: [String: [PlanStep]]
    public let operations: [String: Operation]
    public let pace: Pace
    /// Which of the ids people know the record by.
    public let shownID: String?
    /// The CRM's own hook and polls, and how its records are read.
    public let outcomes: Outcomes
    /// Operations that change nothing, which `crm check` sends to prove credentials, fields and stages.
    public let probes: [String]
    /// Lists that the CRM keeps and a mapping must agree with.
    public let catalogs: [Catalog]
    let base: Template
    /// The first way whose conditions hold.
    let auth: [AuthWay]
    let headers: [NamedTemplate]
    let classify: [ClassRow]
    /// Where the CRM says in words what is wrong, and with which field.
    let message: AnswerPlace?
    let field: AnswerPlace?
    let hints: [BudgetRow]
    /// Our status → the CRM's, for `status.crm`; what is missing goes as it is.
    let statuses: [String: String]
    /// Our status → the CRM's stage, for `stage.crm`, where the account's mapping says nothing.
    let stages: [String: String]
    /// For the filter `by`.
    let tables: [String: [String: String]]
}

/// One value that an account gives: `token: secret`, `portal: host`, `originator: {default: callsieve}`.
public struct AccountField: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// `host` and `url` are put into the address as they are; all others are encoded there.
        case text, secret, url, host, number
    }
    public var name: String
    public var kind: Kind
    /// Taken when the account says nothing.
    public var `default`: String?
    public var isOptional: Bool
}
