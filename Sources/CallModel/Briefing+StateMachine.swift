// SPDX-License-Identifier: Apache-2.0
public import Essentials

//            take                answer, decline, other, clear
//   (none) ────────▶ open ◀──────────────────────────────────── (its holder only; takeOver changes the holder)
//                     │  ▲
//    close, override, │  │ reopen, or the same person calls again
//    forgotten        ▼  │
//          closed · overridden · expired
extension Briefing {
    /// The same person takes it again (a reload), or sees who else holds it.
    public func taken(by person: String) throws(BriefingRefusal) {
        guard state == .open else { throw .notOpen(state) }
        guard heldBy == person else { throw .heldBy(heldBy) }
    }

    /// From now on `person` writes; the answers stay.
    public mutating func takeOver(by person: String, at: Instant) throws(BriefingRefusal) {
        guard state == .open else { throw .notOpen(state) }
        heldBy = person
        touch(at)
    }

    /// Records an answer; a further one to the same question replaces it.
    public mutating func answer(_ fact: String, _ answer: BriefingAnswer, by person: String, at: Instant) throws(BriefingRefusal) {
        try taken(by: person)
        answers[fact] = Answer(answer: answer, by: person, at: at)
        touch(at)
    }

    /// The question is as if it had not been asked.
    public mutating func clear(_ fact: String, by person: String, at: Instant) throws(BriefingRefusal) {
        try taken(by: person)
        answers[fact] = nil
        touch(at)
    }

    /// The holder is done: the form is closed and the rules decide.
    public mutating func close(by person: String, at: Instant) throws(BriefingRefusal) {
        try taken(by: person)
        state = .closed
        touch(at)
    }

    /// The holder decides against the rules.
    public mutating func override(by person: String, at: Instant) throws(BriefingRefusal) {
        try taken(by: person)
        state = .overridden
        touch(at)
    }

    /// When a form left open is forgotten: `grace` after it was last touched.
    public func isForgottenAt(grace: Duration) -> Instant { touchedAt + grace }

    /// Nobody closed it: `false` while it is not open or was touched since.
    public mutating func expire(grace: Duration, at: Instant) -> Bool {
        guard state == .open, at >= isForgottenAt(grace: grace) else { return false }
        state = .expired
        return true
    }

    /// Opened once more, by `person`, with all answers.
    public mutating func reopen(by person: String, at: Instant) throws(BriefingRefusal) {
        guard state != .open else { throw .alreadyOpen }
        state = .open
        heldBy = person
        touch(at)
    }

    private mutating func touch(_ at: Instant) { touchedAt = max(touchedAt, at) }
}
