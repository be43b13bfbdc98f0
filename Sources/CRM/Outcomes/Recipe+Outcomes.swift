// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import WireFormats

extension Recipe {
    /// The operation that reads one record of a kind, and the name in `taken` under which it wants the id; `nil`: there is none.
    public func readOperation(kind: String) -> (operation: String, idName: String)? {
        outcomes.records[kind].flatMap { reader in reader.operation.map { ($0, reader.idName) } }
    }

    /// Reads the answer of `readOperation`. A record that the CRM says is not there comes back as gone.
    ///
    /// - Parameter id: the id that was asked for.
    /// - Returns: the answer with its class; no record when it is no success, or holds none.
    public func readRecord(_ response: CRMResponse, kind: String, id: String, _ context: RecipeContext) -> (CRMAnswer, OutcomeRecord?) {
        guard let reader = outcomes.records[kind], let operation = reader.operation else {
            return (CRMAnswer(class: .invalid, message: "the recipe reads no \(kind)"), nil)
        }
        let answer = read(response, to: operation, context)
        if answer.class == .notFound {
            var gone = OutcomeRecord(kind: kind, id: id)
            gone.isGone = true
            return (answer, gone)
        }
        guard answer.class.isSuccess, let json = Recipe.json(response), let tree = reader.from.value(in: json) else { return (answer, nil) }
        let scope = TemplateScope(context: context, recipe: self)
        // Where the answer is a list of parts (payments), the id is the one that was asked for.
        return (answer, reader.record(in: tree, scope) ?? reader.part(in: tree, id: id, scope))
    }

    /// Reads the answer to a poll's request, which was made with `context.poll`.
    public func readPoll(_ response: CRMResponse, _ poll: Poll, _ context: RecipeContext) -> PollReading {
        let answer = read(response, to: poll.operation, context)
        var reading = PollReading(answer: answer, records: [], next: context.poll, hasMore: false)
        guard answer.class.isSuccess, let reader = outcomes.records[poll.kind] else { return reading }
        let json = Recipe.json(response) ?? .null
        let found = poll.from.value(in: json)
        let rows = found?.array ?? found?.members.map { $0.isEmpty ? [] : [found ?? .null] } ?? []
        let scope = TemplateScope(context: context, recipe: self)
        reading.records = rows.compactMap { reader.record(in: $0, scope) }
        let token = poll.next?.value(in: json)?.scalarText
        reading.hasMore = token != nil || poll.fullAt.map { rows.count >= $0 } ?? false
        reading.next = poll.advanced(context.poll, rows, token: token, hasMore: reading.hasMore)
        return reading
    }

    /// Which of our statuses a record stands for: by the account's mapping, else by the recipe, else by won or lost. `nil`: it says nothing.
    ///
    /// - Parameter mapping: the account's (`RecipeMapping`).
    public func status(of record: OutcomeRecord, mapping: [String: JSON]) -> String? {
        if let stage = record.stage {
            if let status = mapping["statuses"]?[stage]?.string ?? outcomes.statuses[stage] { return status }
        }
        switch record.state {
        case .won: return "WON"
        case .lost: return "LOST"
        case .open, nil: return nil
        }
    }

    /// Reads a message that the CRM sent to us, after checking that it did.
    ///
    /// - Parameter account: the account's fields; what a message is verified with is among them.
    public func readHook(_ message: HookMessage, account: [String: Secret]) -> HookReading {
        guard let hook = outcomes.hook else { return .refused("the recipe \(name) knows no messages of the CRM") }
        let context = RecipeContext(payload: .object([]), account: account, stepKey: "", now: message.receivedAt)
        let scope = TemplateScope(context: context, recipe: self)
        if let why = hook.verification.refusal(of: message, hook.tree(message), scope) { return .refused(why) }
        guard let tree = hook.tree(message) else { return .unreadable("the body is no \(hook.body.rawValue)") }
        return .hints(hook.hints(in: tree, records: outcomes.records, scope))
    }
}

extension RecordReader {
    /// A record whose answer does not repeat its id.
    func part(in json: JSON, id: String, _ scope: TemplateScope) -> OutcomeRecord? {
        guard !money.isEmpty || !values.isEmpty else { return nil }
        var record = OutcomeRecord(kind: kind, id: id)
        record.expected = money["expected"]?.money(in: json, scope)
        record.invoiced = money["invoiced"]?.money(in: json, scope)
        record.paid = money["paid"]?.money(in: json, scope)
        return record
    }
}

extension Poll {
    /// Where the next request goes on.
    func advanced(_ cursor: PollCursor, _ rows: [JSON], token: String?, hasMore: Bool) -> PollCursor {
        var next = cursor
        switch self.cursor {
        case .known: return cursor
        case .id(let path):
            if let last = rows.last.flatMap({ path.value(in: $0)?.scalarText }) { next.after = last }
        case .time(let path, let overlap):
            let newest = rows.compactMap { path.value(in: $0).flatMap(RecordReader.instant) }.max()
            next.newest = [cursor.newest, newest].compactMap(\.self).max()
            if hasMore {
                next.page += 1
                next.after = token
            } else {
                // Never backwards: an overlap larger than the step would look at the same changes for ever.
                if let seen = next.newest { next.since = max(cursor.since ?? seen - overlap, seen - overlap) }
                next.newest = nil
                next.page = 1
                next.after = nil
            }
        }
        return next
    }
}
