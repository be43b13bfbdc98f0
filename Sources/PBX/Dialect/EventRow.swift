// SPDX-License-Identifier: Apache-2.0
import CallModel

/// One row of `events:`; the first whose conditions all hold says what a request means.
struct EventRow: Sendable {
    enum Meaning: Sendable {
        case event(EventKind)
        /// Of no interest, with the reason.
        case ignored(String)
    }

    let conditions: [Condition]
    let meaning: Meaning
    let asks: Bool
    /// Asks only where the source has this secret, by which its PBX is steered; `nil`: always.
    let asksWith: String?
    /// The PBX waits to be told how the call goes on.
    let continues: Bool
    let askingPoint: String?
    /// Tried in order; the first whose places are all there.
    let keys: [Template<PathExpression>]
    /// The dialect's rules with the row's own over them.
    let fields: FieldRules
    let line: Int

    func suits(_ document: Document) -> Bool { conditions.allSatisfy { $0.holds(in: document) } }
}

/// Where fields that no path names go to.
struct ExtraRule: Sendable {
    /// Scalars at the top of the document whose names no path begins with.
    var rest: Bool
    /// Names that paths begin with; they are not "the rest".
    var named: NameSet
    /// Objects whose scalars are all taken.
    var objects: [Place]
    /// Single fields under names of their own.
    var fields: [(name: String, expression: PathExpression)]

    /// Fields of one event at the most, and bytes of one of them: more is cut off.
    static let fieldsMax = 64
    static let bytesMax = 1_000
}
