// SPDX-License-Identifier: Apache-2.0
import CRM
public import Essentials
import Store
public import WireFormats

extension OutboxEntry {
    /// The next thing to do under a claim, with the entry moved on to it. Store the entry before acting.
    ///
    /// - Parameter remotes: what earlier orders of the lead learned from this account.
    public mutating func proceed(now: Instant, account: [String: Secret], mapping: [String: JSON], remotes: [String: JSON]) -> Action {
        if order.steps.isEmpty { layOut() }
        guard order.steps.map(\.name) == plan.map(\.name) else {
            return stop(.dead, "its steps are not those of the recipe \(recipe.name) it is pinned to", now: now)
        }
        for index in order.steps.indices {
            switch order.steps[index].state {
            case .done, .skipped: continue
            case .open:
                let context = context(step: index, account: account, mapping: mapping, remotes: remotes, now: now)
                guard recipe.conditionsHold(plan[index], context) else {
                    order.steps[index].state = .skipped
                    continue
                }
                if let missing = plan[index].needs.first(where: { context.taken[$0] == nil }) {
                    return stop(.dead, "step \(plan[index].name) needs \(missing), which the CRM has not given", now: now)
                }
                return .send(open(index))
            case .sending:
                enterUnknown(index, "the service ended while it was being sent")
                if let action = leaveUnknown(index, now: now) { return action }
            case .unknown:
                if let action = leaveUnknown(index, now: now) { return action }
            }
        }
        return stop(.delivered, nil, now: now)
    }

    /// Steps as the recipe plans them.
    private mutating func layOut() {
        order.steps = plan.enumerated().map { StepRecord(ordinal: Int64($0.offset), name: $0.element.name) }
    }

    private mutating func open(_ index: Int) -> Intent {
        if let first = plan[index].first, order.steps[index].operation == nil {
            return Intent(step: index, operation: first, purpose: .firstLook)
        }
        return send(index)
    }

    private mutating func send(_ index: Int) -> Intent {
        order.steps[index].state = .sending
        order.steps[index].operation = plan[index].operation
        order.isBegun = true
        return Intent(step: index, operation: plan[index].operation, purpose: .effect)
    }

    /// `nil`: the step is behind us, go on with the next.
    private mutating func leaveUnknown(_ index: Int, now: Instant) -> Action? {
        switch onUnknown(index) ?? .hold {
        case .repeat: return .send(send(index))
        case .lookUp(let look): return .send(Intent(step: index, operation: look.operation, purpose: .look))
        case .skip:
            order.steps[index].state = .skipped
            return nil
        case .hold: return stop(.held, "step \(plan[index].name) may or may not have been done: \(order.steps[index].lastResult ?? "")", now: now)
        }
    }

    private mutating func enterUnknown(_ index: Int, _ why: String) {
        order.steps[index].state = .unknown
        order.steps[index].looks = 0
        order.steps[index].lastResult = why
    }

    private mutating func stop(_ state: OrderState, _ why: String?, now: Instant) -> Action {
        order.state = state
        order.lastError = why
        order.updatedAt = now
        return .rest
    }

    // MARK: Endings

    /// Takes in how a request ended. Afterwards the order is either still claimed (call `proceed` again) or at rest.
    ///
    /// - Parameters:
    ///   - counts: `false` while the whole account is down or stopped: the order is not to blame (R15).
    ///   - jitter: 0..<1.
    public mutating func finish(_ intent: Intent, _ ending: Ending, now: Instant, jitter: Double, counts: Bool) {
        order.updatedAt = now
        switch intent.purpose {
        case .effect: finishEffect(intent.step, ending, now: now, jitter: jitter, counts: counts)
        case .firstLook: finishFirstLook(intent.step, ending, now: now, jitter: jitter, counts: counts)
        case .look: finishLook(intent.step, ending, now: now, jitter: jitter, counts: counts)
        }
        order.isBegun = order.steps.contains { $0.state != .open && !($0.state == .skipped && $0.operation == nil) }
    }

    private mutating func finishEffect(_ index: Int, _ ending: Ending, now: Instant, jitter: Double, counts: Bool) {
        switch ending {
        case .notTried:
            order.steps[index].state = .open
            wait(now, nil, now: now)
        case .failedBeforeSend(let why):
            order.steps[index].state = .open
            wait(now, why, now: now)
        case .unknown(let why):
            becameUnknown(index, why, asked: nil, now: now, jitter: jitter, counts: counts)
        case .answered(let answer):
            order.steps[index].lastResult = answer.class.rawValue
            finishEffect(index, answer, now: now, jitter: jitter, counts: counts)
        }
    }

    private mutating func finishEffect(_ index: Int, _ answer: CRMAnswer, now: Instant, jitter: Double, counts: Bool) {
        let why = describe(answer)
        switch answer.class {
        case .ok, .okCreated, .okExisting, .okEmpty, .okPartial: done(index, answer)
        case .duplicate: adopt(index, answer, why)
        case .serverError: becameUnknown(index, why, asked: answer.wait, now: now, jitter: jitter, counts: counts)
        case .invalid, .notFound:
            order.steps[index].state = .open
            _ = stop(.dead, why, now: now)
        case .retry:
            order.steps[index].state = .open
            retryLater(why, asked: answer.wait, now: now, jitter: jitter, counts: counts, exhausted: .dead)
        case .throttled, .quota, .blocked, .authExpired, .authInvalid, .disabled:
            order.steps[index].state = .open
            wait(now + (answer.wait ?? .zero), why, now: now)
        }
    }

    private mutating func done(_ index: Int, _ answer: CRMAnswer) {
        order.steps[index].state = .done
        let taken = answer.taken.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
        order.steps[index].taken = .object(taken)
        order.steps[index].lastResult = answer.class.rawValue
        order.lastError = nil
    }

    /// The CRM says it has it already: with its id it is ours, without one a look must find it.
    private mutating func adopt(_ index: Int, _ answer: CRMAnswer, _ why: String) {
        if case .lookUp? = onUnknown(index), answer.taken.isEmpty { return enterUnknown(index, why) }
        done(index, answer)
    }

    private mutating func becameUnknown(_ index: Int, _ why: String, asked: Duration?, now: Instant, jitter: Double, counts: Bool) {
        enterUnknown(index, why)
        switch onUnknown(index) ?? .hold {
        case .skip, .hold: order.lastError = why
        case .repeat: retryLater(why, asked: asked, now: now, jitter: jitter, counts: counts, exhausted: .dead)
        case .lookUp(let look):
            // Counted like a failed try, so that a create that always ends like this is given up in the end.
            if counts { order.attempts += 1 }
            wait(now + max(look.after, asked ?? .zero), why, now: now)
        }
    }

    private mutating func finishFirstLook(_ index: Int, _ ending: Ending, now: Instant, jitter: Double, counts: Bool) {
        switch lookResult(ending) {
        case .found(let answer): done(index, answer)
        case .nothing:
            order.steps[index].operation = plan[index].operation
        case .failed(let why, let asked, let blames):
            retryLater(why, asked: asked, now: now, jitter: jitter, counts: counts && blames, exhausted: .dead)
        case .refused(let why): _ = stop(.dead, why, now: now)
        }
    }

    private mutating func finishLook(_ index: Int, _ ending: Ending, now: Instant, jitter: Double, counts: Bool) {
        guard case .lookUp(let look)? = onUnknown(index) else { return }
        switch lookResult(ending) {
        case .found(let answer): done(index, answer)
        case .nothing:
            order.steps[index].looks += 1
            if order.steps[index].looks == 1, let again = look.again { return wait(now + again, order.lastError, now: now) }
            foundNowhere(index, look, now: now)
        case .failed(let why, let asked, let blames):
            retryLater(why, asked: asked, now: now, jitter: jitter, counts: counts && blames, exhausted: .held)
        case .refused(let why): _ = stop(.held, "the look-up was refused: \(why)", now: now)
        }
    }

    private mutating func foundNowhere(_ index: Int, _ look: LookUp, now: Instant) {
        switch look.then {
        case .repeat where order.attempts < backoff.attemptsMax: order.steps[index].state = .open
        case .repeat: _ = stop(.dead, order.lastError, now: now)
        case .skip: order.steps[index].state = .skipped
        case .hold: _ = stop(.held, "step \(plan[index].name) was sent, and no look found it", now: now)
        }
    }

    private enum LookResult {
        case found(CRMAnswer)
        case nothing
        /// `blames`: the order itself, not the account.
        case failed(String, asked: Duration?, blames: Bool)
        case refused(String)
    }

    private func lookResult(_ ending: Ending) -> LookResult {
        switch ending {
        case .notTried: .failed("the service was stopping", asked: .zero, blames: false)
        case .failedBeforeSend(let why): .failed(why, asked: .zero, blames: false)
        case .unknown(let why): .failed(why, asked: nil, blames: true)
        case .answered(let answer):
            switch answer.class {
            case .okEmpty, .notFound: .nothing
            case .ok, .okCreated, .okExisting, .okPartial, .duplicate: .found(answer)
            case .serverError, .retry: .failed(describe(answer), asked: answer.wait, blames: true)
            case .throttled, .quota, .blocked, .authExpired, .authInvalid, .disabled:
                .failed(describe(answer), asked: answer.wait ?? .zero, blames: false)
            case .invalid: .refused(describe(answer))
            }
        }
    }

    // MARK: Waits

    private mutating func retryLater(
        _ why: String, asked: Duration?, now: Instant, jitter: Double, counts: Bool, exhausted: OrderState
    ) {
        if counts { order.attempts += 1 }
        guard order.attempts < backoff.attemptsMax else { return _ = stop(exhausted, "tried \(order.attempts) times: \(why)", now: now) }
        let own = counts ? backoff.wait(attempt: order.attempts, jitter: jitter) : .zero
        wait(now + max(own, asked ?? .zero), why, now: now)
    }

    private mutating func wait(_ due: Instant, _ why: String?, now: Instant) {
        order.state = .waiting
        order.dueAt = due
        if let why { order.lastError = why }
    }

    private func describe(_ answer: CRMAnswer) -> String {
        answer.class.rawValue.replacing("_", with: " ") + (answer.message.map { ": \($0)" } ?? "")
    }
}
