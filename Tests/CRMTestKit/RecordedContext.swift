// SPDX-License-Identifier: Apache-2.0
public import CRM
import Essentials
public import WireFormats

/// What an operation of a recorded CRM is filled with: the lead of these tests, changed by `profile.json` and its `operations`.
public struct RecordedContext: Sendable {
    public let recipe: Recipe
    /// The operation's name in the recipe.
    public let operation: String
    /// One for each lead of a batch; one otherwise.
    public let contexts: [RecipeContext]
    /// Placeholder of the recorded message → value.
    public let values: [String: String]
    /// The token that a request for one is to renew, or be asked for anew; `nil`: it is no such request.
    public let refreshing: Bool?
    /// The block of `profile.json`.
    public let profile: JSON

    public init(_ operation: RecordedOperation, recipes: (String) -> Recipe?) throws {
        let whole = operation.crm.profile
        let own = whole["operations"]?[operation.name] ?? .object([])
        profile = own
        let name = own["recipe"]?.string ?? whole["recipe"]?.string ?? operation.crm.name
        guard let recipe = recipes(name) else { throw NoRecipe(name: name) }
        self.recipe = recipe
        self.operation = own["operation"]?.string ?? operation.name
        let fields = RecordedContext.merged("account", whole, own).compactMapValues(\.scalarText)
        let since = RecordedContext.merged("poll", whole, own)
        let now = Instant(unixSeconds: 1_778_743_593)
        let base = RecipeContext(
            payload: .object([]), account: fields.mapValues { Secret($0 == "TEST KEY" ? TestKey.privatePEM : $0) },
            mapping: RecordedContext.merged("mapping", whole, own),
            taken: RecordedContext.merged("taken", whole, own),
            session: RecordedContext.merged("session", whole, own).compactMapValues(\.scalarText).mapValues { Secret($0) },
            poll: PollCursor(
                since: since["since"]?.integer.map(Instant.init(unixSeconds:)), after: since["after"]?.scalarText,
                page: since["page"]?.integer.map { Int($0) } ?? 1, ids: since["ids"]?.array?.compactMap(\.scalarText) ?? []),
            stepKey: "cs-01JD0000000000000000000001.\(operation.name)", now: now)
        contexts = (own["items"]?.array ?? [.object([])]).map { item in
            var context = base
            context.payload = RecordedContext.payload([whole["payload"], own["payload"], item])
            return context
        }
        refreshing = own["token"]?.string.map { $0 == "refresh" }
        var values = RecordedContext.values
        for block in [whole["values"], own["values"]] { for member in block?.members ?? [] { values[member.name] = member.value.scalarText } }
        self.values = values
    }

    /// The request as the recipe makes it.
    public func request() throws -> CRMRequest {
        if let refreshing { return try recipe.sessionRequest(contexts[0], refreshing: refreshing) }
        return contexts.count > 1 ? try recipe.request(operation, items: contexts) : try recipe.request(operation, contexts[0])
    }

    /// The answer as the recipe reads it.
    public func read(_ response: CRMResponse, of name: String? = nil) -> CRMAnswer {
        recipe.read(response, to: name ?? operation, items: contexts).whole
    }

    public struct NoRecipe: Error { public var name: String }

    private static func merged(_ key: String, _ whole: JSON, _ own: JSON) -> [String: JSON] {
        var out: [String: JSON] = [:]
        for block in [whole[key], own[key]] {
            for member in block?.members ?? [] { out[member.name] = member.value == .null ? nil : member.value }
        }
        return out
    }

    private static func payload(_ blocks: [JSON?]) -> JSON {
        var members = lead.members ?? []
        for block in blocks {
            for member in block?.members ?? [] {
                members.removeAll { $0.name == member.name }
                if member.value != .null { members.append(member) }
            }
        }
        return .object(members)
    }

    /// The lead of these tests.
    static let lead: JSON = [
        "lead.key": "cs-01JD0000000000000000000001", "lead.title": "Inbound call +79161234567", "lead.phone": "+79161234567",
        "lead.phone_digits": "79161234567", "lead.name": "Ivan Petrov", "lead.first_name": "Ivan", "lead.last_name": "Petrov",
        "lead.amount": "48000.00", "lead.currency": "RUB", "lead.answers_text": "Site & shop, \"budget\" 48 000", "lead.status": "QUALIFIED",
        "lead.reason": "SPAM", "lead.reason_text": "spam", "lead.score": 72, "lead.owner": "Anna", "lead.group": "sales",
        "lead.channel": "site form", "lead.source": "demo", "lead.line": "main", "lead.qualified_at": "2026-05-14T07:26:33.000Z",
        "lead.callback_at": "2026-05-14T15:00:00.000Z", "lead.utm.source": "yandex", "lead.utm.campaign": "spring",
        "call.id": "pbx-1710140185.18441", "call.direction": "inbound", "call.from": "+79161234567", "call.to": "+74950000000",
        "call.started_at": "2026-05-14T07:26:33.000Z", "call.ended_at": "2026-05-14T07:28:08.000Z", "call.talk_s": 95,
        "call.outcome": "ANSWERED", "call.recording_url": "https://pbx.example.org/rec/1.mp3?a=1&b=2", "call.text": "Call 95 s",
    ]

    /// What stands for the placeholders of the recorded messages where no profile says otherwise.
    static let values: [String: String] = [
        "external_id": "cs-01JD0000000000000000000001", "title": "Inbound call +79161234567", "phone_e164": "+79161234567",
        "phone_e164_enc": "+79161234567", "phone_digits": "79161234567", "phone_national": "9161234567", "full_name": "Ivan Petrov",
        "first_name": "Ivan", "last_name": "Petrov", "amount": "48000.00", "currency": "RUB", "comments": "Site & shop, \"budget\" 48 000",
        "reason": "spam", "score": "72", "source": "site form", "source_name": "demo", "source_description": "site form", "utm_source": "yandex",
        "utm_campaign": "spring", "call_id": "pbx-1710140185.18441", "line_number": "+74950000000", "started_at_iso": "2026-05-14T07:26:33Z",
        "started_at_unix": "1778743593", "started_at_utc": "2026-05-14 07:26:33", "ended_at_utc": "2026-05-14 07:28:08", "date": "2026-05-14",
        "duration_s": "95", "duration_ms": "95000", "duration_min": "2", "duration_mmss": "01:35",
        "recording_url": "https://pbx.example.org/rec/1.mp3?a=1&b=2", "comment_text": "Call 95 s", "call_result": "Call 95 s",
        "file_name": "pbx-1710140185.18441", "version": "<any>", "deadline_iso": "2026-05-14T15:00:00Z", "page": "1", "offset": "0", "after": "0",
        "since_unix": "1778743000", "since_ms": "1778743000000", "since_iso": "2026-05-14T07:16:40Z", "since_rfc3339": "2026-05-14T07:16:40Z",
        "since_utc": "2026-05-14 07:16:40", "since_utc_enc": "2026-05-14 07:16:40", "since_enc": "2026-05-14T07:16:40Z",
        "updated_after_iso": "2026-05-14T07:16:40Z",
    ]
}
