// SPDX-License-Identifier: Apache-2.0
import Essentials

// The stored form of the fold. One version byte, then fields: a tag, the length of the value as a varint, the value. A tag that is not known is
// skipped, so that an older program reads what a newer one wrote (RELIABILITY.md R19). Numbers are zigzag varints, texts UTF-8.
extension Call {
    static let storedVersion: UInt8 = 1

    private enum Tag: UInt8 {
        case source = 1, callID, generation, direction, ringThen, ringReason, ringObeyed, link
        case caller, name, line, taken, rung, press, recording, extra, sequence
        case firstSeen = 32, lastSeen, firstHeard, began, rang, answered, transferred, missed, ended
        case statedStart = 48, statedAnswer, statedEnd, statedWait, statedTalk, missedCause, endedCause, ownEnd, ownLast
    }

    /// The call as bytes, to be given back to `init(stored:)`. Equal calls give equal bytes.
    public var stored: [UInt8] {
        var out = CallBytes()
        out.bytes.reserveCapacity(512)
        out.bytes.append(Self.storedVersion)
        out.put(Tag.source.rawValue) { $0.text(source) }
        out.put(Tag.callID.rawValue) { $0.text(callID) }
        out.put(Tag.generation.rawValue) { $0.number(Int64(generation)) }
        out.put(Tag.direction.rawValue) { $0.text(direction.rawValue) }
        if let ring {
            out.put(Tag.ringThen.rawValue) { $0.text(ring.then.rawValue) }
            if let reason = ring.reason { out.put(Tag.ringReason.rawValue) { $0.text(reason.code) } }
            out.put(Tag.ringObeyed.rawValue) { $0.number(ring.isObeyed ? 1 : 0) }
        }
        for link in links { out.put(Tag.link.rawValue) { $0.text(link) } }
        storePeople(&out)
        storeTimes(&out)
        return out.bytes
    }

    private func storePeople(_ out: inout CallBytes) {
        func put(_ tag: Tag, _ said: Stamped<String>?) {
            guard let said else { return }
            out.put(tag.rawValue) { $0.stamped(said.stamp, said.value) }
        }
        if let seen = callerSeen { put(.caller, Stamped(stamp: seen.stamp, value: seen.caller.stored)) }
        put(.name, nameSeen)
        put(.line, lineSeen)
        put(.taken, takenBy)
        put(.rung, rangAgent)
        put(.recording, recordingSeen)
        for press in presses {
            out.put(Tag.press.rawValue) {
                $0.number(Int64(bitPattern: press.key))
                $0.stamped(press.stamp, press.digits)
            }
        }
        for (name, said) in extraSeen.sorted(by: { $0.key < $1.key }) {
            out.put(Tag.extra.rawValue) {
                $0.counted(name)
                $0.stamped(said.stamp, said.value)
            }
        }
        for (leg, numbers) in sequences.sorted(by: { $0.key < $1.key }) {
            out.put(Tag.sequence.rawValue) {
                $0.counted(leg)
                for number in numbers { $0.number(number) }
            }
        }
    }

    private func storeTimes(_ out: inout CallBytes) {
        func put(_ tag: Tag, _ number: Int64?) {
            guard let number else { return }
            out.put(tag.rawValue) { $0.number(number) }
        }
        func put(_ tag: Tag, _ stamp: CallStamp?) {
            guard let stamp else { return }
            out.put(tag.rawValue) { $0.stamp(stamp) }
        }
        func put(_ tag: Tag, _ cause: Stamped<CauseSeen>?) {
            guard let cause else { return }
            out.put(tag.rawValue) { $0.stamped(cause.stamp, cause.value.cause.rawValue) }
        }
        put(.firstSeen, firstSeen.unixMilliseconds)
        put(.lastSeen, lastSeen.unixMilliseconds)
        put(.firstHeard, firstHeard?.unixMilliseconds)
        put(.began, began)
        put(.rang, rang)
        put(.answered, answered)
        put(.transferred, transferred)
        put(.missed, missed)
        put(.ended, ended)
        put(.statedStart, statedStart?.unixMilliseconds)
        put(.statedAnswer, statedAnswer?.unixMilliseconds)
        put(.statedEnd, statedEnd?.unixMilliseconds)
        put(.statedWait, statedWait?.milliseconds)
        put(.statedTalk, statedTalk?.milliseconds)
        put(.missedCause, missedCause)
        put(.endedCause, endedCause)
        put(.ownEnd, ownEnd?.unixMilliseconds)
        put(.ownLast, ownLast?.unixMilliseconds)
    }

    /// Reads what `stored` wrote, also by a newer version; `nil` for bytes that are no call.
    public init?(stored bytes: [UInt8]) {
        guard bytes.first == Self.storedVersion, var fields = CallFields(bytes.dropFirst()),
            let source = fields.texts[Tag.source.rawValue], let callID = fields.texts[Tag.callID.rawValue],
            let generation = fields.number(Tag.generation.rawValue),
            let direction = fields.texts[Tag.direction.rawValue].flatMap(Direction.init(rawValue:)),
            let firstSeen = fields.instant(Tag.firstSeen.rawValue), let lastSeen = fields.instant(Tag.lastSeen.rawValue)
        else { return nil }
        self.source = source
        self.callID = callID
        self.generation = Int(clamping: generation)
        self.direction = direction
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        if let then = fields.texts[Tag.ringThen.rawValue].flatMap(Action.init(rawValue:)) {
            let reason = fields.texts[Tag.ringReason.rawValue].map { ReasonCode($0) }
            ring = RingAnswer(then: then, reason: reason, isObeyed: fields.number(Tag.ringObeyed.rawValue) == 1)
        }
        readPeople(&fields)
        readTimes(&fields)
    }

    private mutating func readPeople(_ fields: inout CallFields) {
        links = fields.all(Tag.link.rawValue).map { String(decoding: $0, as: UTF8.self) }
        if let seen = fields.stamped(Tag.caller.rawValue), let caller = Caller(stored: seen.value) {
            callerSeen = CallerSeen(caller: caller, stamp: seen.stamp)
        }
        nameSeen = fields.stamped(Tag.name.rawValue)
        lineSeen = fields.stamped(Tag.line.rawValue)
        takenBy = fields.stamped(Tag.taken.rawValue)
        rangAgent = fields.stamped(Tag.rung.rawValue)
        recordingSeen = fields.stamped(Tag.recording.rawValue)
        for bytes in fields.all(Tag.press.rawValue) {
            var reader = CallReader(bytes)
            guard let key = reader.number(), let stamp = reader.stamp() else { continue }
            presses.append(KeyPress(stamp: stamp, digits: reader.rest(), key: UInt64(bitPattern: key)))
        }
        for bytes in fields.all(Tag.extra.rawValue) {
            var reader = CallReader(bytes)
            guard let name = reader.counted(), let stamp = reader.stamp() else { continue }
            extraSeen[name] = Stamped(stamp: stamp, value: reader.rest())
        }
        for bytes in fields.all(Tag.sequence.rawValue) {
            var reader = CallReader(bytes)
            guard let leg = reader.counted() else { continue }
            while let number = reader.number() { sequences[leg, default: []].append(number) }
        }
    }

    private mutating func readTimes(_ fields: inout CallFields) {
        func cause(_ tag: Tag) -> Stamped<CauseSeen>? {
            guard let said = fields.stamped(tag.rawValue), let cause = HangupCause(rawValue: said.value) else { return nil }
            return Stamped(stamp: said.stamp, value: CauseSeen(cause: cause))
        }
        firstHeard = fields.instant(Tag.firstHeard.rawValue)
        began = fields.stamp(Tag.began.rawValue)
        rang = fields.stamp(Tag.rang.rawValue)
        answered = fields.stamp(Tag.answered.rawValue)
        transferred = fields.stamp(Tag.transferred.rawValue)
        missed = fields.stamp(Tag.missed.rawValue)
        ended = fields.stamp(Tag.ended.rawValue)
        statedStart = fields.instant(Tag.statedStart.rawValue)
        statedAnswer = fields.instant(Tag.statedAnswer.rawValue)
        statedEnd = fields.instant(Tag.statedEnd.rawValue)
        statedWait = fields.number(Tag.statedWait.rawValue).map { .milliseconds($0) }
        statedTalk = fields.number(Tag.statedTalk.rawValue).map { .milliseconds($0) }
        missedCause = cause(.missedCause)
        endedCause = cause(.endedCause)
        ownEnd = fields.instant(Tag.ownEnd.rawValue)
        ownLast = fields.instant(Tag.ownLast.rawValue)
    }
}
