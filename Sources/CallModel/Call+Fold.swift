// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// What folding an event into a call did.
public struct FoldEffect: Hashable, Sendable {
    /// `nil` for the event that made the call.
    public var before: Call.State?
    public var after: Call.State
    /// The event tells of something before the state that the call is already in: it is kept and moves nothing back.
    public var isLate: Bool
    /// The event said something new about the call.
    public var hasChanged: Bool

    public init(before: Call.State?, after: Call.State, isLate: Bool, hasChanged: Bool) {
        self.before = before
        self.after = after
        self.isLate = isLate
        self.hasChanged = hasChanged
    }

    /// This very event ended the call.
    public var isEnd: Bool { before != .ended && after == .ended }
    /// This very event is the first that says a person took the call.
    public var isAnswer: Bool { before != .talking && after == .talking }
}

extension EventKind {
    /// Whether an event of this kind belongs to a call at all. The others are recorded and folded into nothing: a handshake, a
    /// `result` (joined by its command), and call tracking's `source`.
    public var belongsToCall: Bool {
        switch self {
        case .handshake, .result, .source: false
        default: true
        }
    }

    /// The state that an event of this kind speaks of; `nil`: of none.
    var state: Call.State? {
        switch self {
        case .incoming, .ringing, .digits, .outgoing: .ringing
        case .answered, .transferred: .talking
        case .ended, .missed: .ended
        case .recording, .status, .handshake, .result, .source: nil
        }
    }
}

extension Call {
    /// The call as the first event of it that was seen tells; that may be any event of the call.
    public init(_ event: CallEvent, arrivedAt: Instant, generation: Int = 0) {
        let time = CallTime(own: event.at, arrived: arrivedAt)
        source = event.source
        callID = event.callID
        self.generation = generation
        direction = event.direction
        firstSeen = time.used
        lastSeen = time.used
        fold(event, time)
    }

    /// Folds in a further event. Repeating an event changes nothing, and no order of events changes the result.
    ///
    /// - Parameter notesChange: false saves the comparison with the call as it was; `hasChanged` is then always true.
    @discardableResult
    public mutating func apply(_ event: CallEvent, arrivedAt: Instant, notesChange: Bool = true) -> FoldEffect {
        let before = notesChange ? self : nil
        let (stateBefore, isOvertaken) = (state, self.isOvertaken(event))
        fold(event, CallTime(own: event.at, arrived: arrivedAt))
        let isLate = event.kind.state.map { $0 < stateBefore } ?? false || isOvertaken
        return FoldEffect(before: stateBefore, after: state, isLate: isLate, hasChanged: before.map { $0 != self } ?? true)
    }

    /// Records what our rules answered at `ring`. The first obeyed answer stays: a second ask gets the same one.
    public mutating func decided(_ answer: RingAnswer) {
        if ring?.isObeyed != true { ring = answer }
    }

    /// Our answer did not reach the PBX in time: the caller was let through, whatever it said.
    public mutating func letThroughAfterAll() { ring?.isObeyed = false }

    private mutating func fold(_ event: CallEvent, _ time: CallTime) {
        guard event.kind.belongsToCall else { return }
        let stamp = CallStamp(milliseconds: time.used.unixMilliseconds, sequence: event.sequence ?? 0)
        foldPeople(event, stamp)
        foldMilestones(event, time, stamp)
        foldStated(event, time, stamp)
        foldLinks(event)
        foldExtra(event, stamp)
    }

    private mutating func foldPeople(_ event: CallEvent, _ stamp: CallStamp) {
        func said(_ text: String?) -> Stamped<String>? {
            guard let text, !text.isEmpty else { return nil }
            return Stamped(stamp: stamp, value: cut(text, Limit.text))
        }
        callerSeen.keepLeast(event.caller.map { CallerSeen(caller: $0, stamp: stamp) })
        nameSeen.keepLeast(said(event.callerName))
        lineSeen.keepLeast(said(event.line))
        switch event.kind {
        case .answered, .transferred, .ended: takenBy.keepGreatest(said(event.agent))
        // Where the PBX names no time, only the order of arrival would tell who rang last, and that is chance.
        default: rangAgent.keepGreatest(said(event.agent).map { event.at == nil ? Stamped(stamp: .unknown, value: $0.value) : $0 })
        }
        let direction = event.kind == .outgoing ? Direction.outbound : event.direction
        if direction.rank > self.direction.rank { self.direction = direction }
    }

    private mutating func foldMilestones(_ event: CallEvent, _ time: CallTime, _ stamp: CallStamp) {
        ownLast.keepGreatest(event.at)
        lastSeen = max(lastSeen, time.used)
        firstSeen = min(firstSeen, time.used)
        if event.kind.state != nil { firstHeard.keepLeast(time.used) }
        switch event.kind {
        case .incoming, .outgoing: began.keepLeast(stamp)
        case .ringing: rang.keepLeast(stamp)
        case .answered: answered.keepLeast(stamp)
        case .transferred: transferred.keepLeast(stamp)
        case .missed: missed.keepLeast(stamp)
        case .ended: ended.keepLeast(stamp)
        case .digits: press(event, stamp)
        default: break
        }
        if event.kind.state == .ended { ownEnd.keepLeast(event.at) }
    }

    private mutating func foldStated(_ event: CallEvent, _ time: CallTime, _ stamp: CallStamp) {
        statedStart.keepLeast(event.startedAt.flatMap(time.corrected))
        statedAnswer.keepLeast(event.answeredAt.flatMap(time.corrected))
        statedEnd.keepGreatest(event.endedAt.flatMap(time.corrected))
        statedWait.keepGreatest(event.wait.flatMap { $0 >= .zero ? $0 : nil })
        statedTalk.keepGreatest(event.talk.flatMap { $0 >= .zero ? $0 : nil })
        let cause = event.cause.map { Stamped(stamp: stamp, value: CauseSeen(cause: $0)) }
        if event.kind == .missed { missedCause.keepLeast(cause) } else if event.kind == .ended { endedCause.keepLeast(cause) }
        let recording = event.recording.map { Stamped(stamp: stamp, value: cut($0, Limit.longText)) }
        recordingSeen.keepGreatest(recording)
    }

    private mutating func foldLinks(_ event: CallEvent) {
        if event.callID != callID || event.parentCallID != nil || !event.links.isEmpty { foldIDs(event) }
        guard let sequence = event.sequence else { return }
        let leg = cut(event.legID ?? event.callID, Limit.text)
        Self.insert(sequence, into: &sequences[leg, default: []], atMost: Limit.sequencesInLeg)
        Self.bound(&sequences, atMost: Limit.legs)
    }

    private mutating func foldIDs(_ event: CallEvent) {
        for id in [event.callID, event.parentCallID].compactMap({ $0 }) + event.links where id != callID {
            Self.insert(cut(id, Limit.text), into: &links, atMost: Limit.links)
        }
    }

    private mutating func foldExtra(_ event: CallEvent, _ stamp: CallStamp) {
        for (name, value) in event.extra {
            extraSeen[cut(name, Limit.text)].keepLeast(Stamped(stamp: stamp, value: cut(value, Limit.longText)))
        }
        Self.bound(&extraSeen, atMost: Limit.extras)
    }

    /// The PBX counts the events of a leg, and a later one of this leg is known already.
    private func isOvertaken(_ event: CallEvent) -> Bool {
        guard let sequence = event.sequence else { return false }
        return sequences[event.legID ?? event.callID]?.last.map { $0 > sequence } ?? false
    }

    private mutating func press(_ event: CallEvent, _ stamp: CallStamp) {
        guard let digits = event.digits, !digits.isEmpty else { return }
        var press = KeyPress(stamp: stamp, digits: cut(digits, Limit.text), key: Self.hash(event.dedupeKey))
        // The same press again, where the PBX names no time: the earlier arrival stays.
        if let known = presses.firstIndex(where: { $0.key == press.key && $0.digits == press.digits }) {
            press.stamp = min(press.stamp, presses[known].stamp)
            presses.remove(at: known)
        }
        Self.insert(press, into: &presses, atMost: Limit.presses)
    }

    /// Keeps `list` sorted, each element once, the least `bound` of them: which ones stay does not depend on the order either.
    private static func insert<Element: Comparable>(_ element: Element, into list: inout [Element], atMost bound: Int) {
        let place = list.firstIndex { $0 >= element } ?? list.endIndex
        if place < list.endIndex, list[place] == element { return }
        list.insert(element, at: place)
        if list.count > bound { list.removeLast() }
    }

    /// Keeps the entries of the least `count` keys, for the same reason.
    private static func bound<Value>(_ entries: inout [String: Value], atMost count: Int) {
        while entries.count > count, let greatest = entries.keys.max() { entries[greatest] = nil }
    }

    /// FNV-1a, 64 bits: stable over versions, since it is stored.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}

extension Direction {
    /// Inbound is what a dialect says where the PBX says nothing, so that any other word wins.
    var rank: Int { self == .inbound ? 0 : self == .outbound ? 1 : 2 }
}

/// The text, cut to so many characters. Most are shorter in bytes already, and counting characters is slow.
private func cut(_ text: String, _ limit: Int) -> String { text.utf8.count <= limit ? text : String(text.prefix(limit)) }
