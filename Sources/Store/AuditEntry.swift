// SPDX-License-Identifier: Apache-2.0

/// One act to be put on record, in the transaction in which it takes effect.
public struct AuditEntry: Sendable {
    /// Who: "operator Anna", "source mango", "service".
    public var actor: String
    /// What, in a closed vocabulary: "lead.override".
    public var action: String
    /// On what: "lead 01J…".
    public var object: String
    /// "done", "refused", or another word of the action's own.
    public var outcome: String
    public var reason: String
    public var details: [AuditDetail]

    public init(
        actor: String, action: String, object: String, outcome: String = "done", reason: String = "", details: [AuditDetail] = []
    ) {
        self.actor = actor
        self.action = action
        self.object = object
        self.outcome = outcome
        self.reason = reason
        self.details = details
    }
}

/// A named value of an audit record.
public struct AuditDetail: Sendable {
    enum Value: Sendable {
        case plain(String)
        case personal(PersonID, String)
    }
    let name: String
    let value: Value

    /// A value that is nobody's personal data.
    public static func plain(_ name: String, _ value: String) -> AuditDetail { AuditDetail(name: name, value: .plain(value)) }

    /// A personal value: only its HMAC under the person's key is recorded, which means nothing once that key is destroyed.
    public static func personal(_ name: String, _ person: PersonID, _ value: String) -> AuditDetail {
        AuditDetail(name: name, value: .personal(person, value))
    }
}
