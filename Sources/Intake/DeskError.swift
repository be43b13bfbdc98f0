// SPDX-License-Identifier: Apache-2.0
import CallModel

/// Why the desk did not do what a person asked. `message` is for that person.
public struct DeskError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// No such call, lead or question, or the call has no lead.
        case notFound
        /// Somebody else holds the briefing; `holder` says who.
        case held
        /// The briefing is not open, or the lead is not where this can be done.
        case notOpen
        /// A value that the question does not take, or a reason that does not belong to the verdict.
        case notAcceptable
        /// The store takes no writes now: nothing was changed, try again.
        case unavailable
    }

    public var code: Code
    public var message: String
    public var holder: String?

    public init(_ code: Code, _ message: String, holder: String? = nil) {
        self.code = code
        self.message = message
        self.holder = holder
    }

    public var description: String { "\(code.rawValue): \(message)" }
}

extension DeskError {
    init(_ refusal: BriefingRefusal) {
        switch refusal {
        case .heldBy(let person): self.init(.held, "\(person) holds this briefing; take it over to write in it.", holder: person)
        case .notOpen(let state): self.init(.notOpen, "The briefing is \(state.rawValue); reopen it first.")
        case .alreadyOpen: self.init(.notOpen, "The briefing is open already.")
        }
    }
}
