// SPDX-License-Identifier: Apache-2.0
import CallModel

/// A dialect in the form in which requests meet it: no text of the file is parsed any more.
struct CompiledDialect: Sendable {
    /// A condition on the whole request, without which it is malformed.
    enum Requirement: Sendable {
        case present(PathExpression, String)
        /// Two places that say the same thing, where both are there.
        case same(PathExpression, PathExpression, String)
        /// The first ends with the second, where both are there.
        case endsWith(PathExpression, PathExpression, String)
    }

    /// A test of the address that the vendor makes.
    struct Handshake: Sendable {
        let conditions: [Condition]
        let reply: ReplyTemplate<PathExpression>
        /// Answered to anybody: the vendor doesn't sign it.
        let isOpen: Bool
    }

    var name = ""
    var title = ""
    var schemes: [(name: String, scheme: any SignatureScheme)] = []
    var readings: [BodyReading] = []
    var requirements: [Requirement] = []
    var withheld: [String] = []
    /// Texts without a zone are in that of the source; else in UTC.
    var zoneIsSources = true
    var needsZone = false
    var rows: [EventRow] = []
    var extra = ExtraRule(rest: true, named: NameSet(), objects: [], fields: [])
    var handshakes: [Handshake] = []
    var replies: [StandardReply: HookReply] = [:]
    var answer: AnswerPlan?
    var failsOpenWith = FailOpen.unavailable503
    var answerDeadline = Duration.seconds(1)
    /// Some path looks into the query or the form.
    var usesQuery = false
    var usesForm = false
    /// The public URL is signed.
    var needsPublicBase = false
}
