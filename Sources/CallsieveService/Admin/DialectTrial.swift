// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
internal import Intake
public import PBX
internal import RuleFiles
internal import Screening
public import StrictYAML
internal import WebServer
public import WireFormats

/// One request through a dialect: believed or not, its events, what the rules say, and the answer. Nothing is stored or sent.
public struct DialectTrial: Sendable {
    private enum Answer {
        case reply(HookReply)
        case commands([CommandRequest])
    }
    private struct Read {
        let event: CallEvent
        var verdict: Verdict?
        var answer: Answer?
    }

    private let authentication: Authentication?
    private var reads: [Read] = []
    private var note: (english: String, russian: String)?
    private var plainReply: HookReply?

    /// Whether the request was believed (or no secret was given to check it) and understood.
    public private(set) var isRead = false

    /// - Parameters:
    ///   - then: the verb to answer with; `nil`: what the rules of the configuration say to the caller and the line alone.
    public init(_ request: HookRequest, profile: SourceProfile, configuration: Configuration, then: Action?, to: String?) {
        let dialect = profile.dialect
        let isChecked = profile.secrets.contains { !$0.value.isEmpty }
        authentication = isChecked ? dialect.authenticate(request, profile) : nil
        if case .refused(let reply, _)? = authentication {
            plainReply = reply
            return
        }
        switch dialect.decode(request, profile, numbers: PhoneNumbers()) {
        case .events(let events):
            isRead = true
            for event in events { reads.append(read(event, profile, configuration, then, to)) }
        case .handshake(let reply):
            isRead = true
            plainReply = reply
            note = ("a test of the address by the PBX", "проверка адреса со стороны АТС")
        case .ignored(let reply, let why):
            isRead = true
            plainReply = reply
            note = ("of no interest: \(why)", "не интересует: \(why)")
        case .unreadable(let reply, let problem):
            plainReply = reply
            note = ("not readable: \(problem)", "не читается: \(problem)")
        }
    }

    private func read(_ event: CallEvent, _ profile: SourceProfile, _ configuration: Configuration, _ then: Action?, _ to: String?) -> Read {
        var read = Read(event: event)
        guard event.awaitsAnswer else { return read }
        var verdict = then.map { Verdict(then: $0) } ?? Self.decide(event, configuration)
        if let to { verdict?.to = to }
        read.verdict = event.asks ? verdict : nil
        let answer = event.asks ? profile.dialect.answer(verdict, to: event, profile) : profile.dialect.goOn(after: event, profile)
        switch answer {
        case .reply(let reply): read.answer = .reply(reply)
        case .commands(let commands, _): read.answer = .commands(commands)
        }
        return read
    }

    /// What the default rule set says to what one event tells.
    private static func decide(_ event: CallEvent, _ configuration: Configuration) -> Verdict? {
        let folders = RuleFolders(root: configuration.rulesFolder)
        let names = folders.names()
        guard let name = configuration.defaultRules ?? names.first, let files = try? folders.files(of: name),
            let rules = try? RuleSet.load(files: files, name: name)
        else { return nil }
        var facts: [String: FactInput] = ["repeats": .integer(0)]
        facts["caller"] = event.caller?.number.map(FactInput.phone)
        if event.caller?.number != nil { facts["caller is"] = .text("stranger") }
        facts["line"] = configuration.lines.first { $0.number == event.line }.map { .text($0.name) }
        facts["digits"] = event.digits.map(FactInput.text)
        let at = event.at ?? SystemTime().now()
        return rules.decide(
            ScreeningInput(moment: .ring, at: at, zone: configuration.zone, closed: true, facts: facts), language: configuration.language)
    }

    /// The source to try with: the secrets given, and for a named source what the configuration says of it.
    public static func profile(
        _ dialect: Dialect, secrets: [String: [Secret]], source name: String?, base: String?, _ configuration: Configuration
    ) throws(SourceProblems) -> SourceProfile {
        guard let name else {
            return SourceProfile(
                name: "try", dialect: dialect, secrets: secrets, publicBase: base ?? "https://hooks.example", region: configuration.country,
                zone: configuration.zone, targets: ["answer": "ADDRESS"])
        }
        guard let source = configuration.sources.first(where: { $0.name == name }) else {
            let known = configuration.sources.map(\.name).joined(separator: ", ")
            throw SourceProblems([
                SourceProblem(file: configuration.file ?? "configuration", message: "there is no source \"\(name)\"", fix: "known: \(known)")
            ])
        }
        let own = try configuration.profile(of: source, adapters: AdapterLibrary(configuration))
        return SourceProfile(
            name: name, dialect: dialect, secrets: secrets.isEmpty ? own.secrets : secrets, publicBase: base ?? own.publicBase, region: own.region,
            lineRegions: own.lineRegions, zone: own.zone, targets: own.targets, tolerance: own.tolerance, substitutes: own.substitutes,
            texts: own.texts, commandBase: own.commandBase, recordingLink: own.recordingLink)
    }

    /// RFC 3339.
    public static func instant(_ text: String) -> Instant? { Instant(rfc3339: text) }

    // MARK: What is shown

    public func lines(_ language: Language) -> [String] {
        let isEnglish = language == .en
        var lines: [String] = []
        switch authentication {
        case nil: lines.append(isEnglish ? "believed: not checked, no secret was given" : "доверие: не проверялось, секрет не задан")
        case .accepted?: lines.append(isEnglish ? "believed: yes" : "доверие: да")
        case .refused(_, let reason)?: lines.append((isEnglish ? "believed: no, " : "доверие: нет, ") + reason.rawValue)
        }
        if let note { lines.append(isEnglish ? note.english : note.russian) }
        for read in reads {
            lines.append((isEnglish ? "event: " : "событие: ") + read.event.kind.rawValue)
            lines += Self.fields(read.event).map { "    \($0.name): \($0.value.scalarText ?? $0.value.text)" }
            if let verdict = read.verdict {
                let words = [
                    verdict.then?.rawValue, verdict.to.map { "to \($0)" }, verdict.reason?.code, verdict.rule.map { "rule \($0)" }, verdict.say,
                ]
                lines.append((isEnglish ? "verdict: " : "решение: ") + words.compactMap { $0 }.joined(separator: ", "))
            }
            switch read.answer {
            case .reply(let reply)?: lines += shown(reply, isEnglish)
            case .commands(let commands)?:
                lines += commands.flatMap { ["\(isEnglish ? "command" : "команда"): \($0.method) \($0.url)"] + Self.body($0.body) }
            case nil: break
            }
        }
        if let plainReply { lines += shown(plainReply, isEnglish) }
        return lines
    }

    private func shown(_ reply: HookReply, _ isEnglish: Bool) -> [String] {
        ["\(isEnglish ? "answer" : "ответ"): \(reply.status)"] + reply.headers.map { "    \($0.name): \($0.value)" } + Self.body(reply.body)
    }

    private static func body(_ bytes: [UInt8]) -> [String] {
        bytes.isEmpty ? [] : String(decoding: bytes.prefix(4_000), as: UTF8.self).split(whereSeparator: \.isNewline).map { "    \($0)" }
    }

    /// What an event says, without what it leaves out.
    private static func fields(_ event: CallEvent) -> [JSON.Member] {
        let caller: String? =
            switch event.caller {
            case .number(let number)?: number.e164
            case .withheld?: "withheld"
            case .unreadable(let text)?: "\"\(text)\""
            case nil: nil
            }
        let texts: [(String, String?)] = [
            ("call", event.callID), ("leg", event.legID), ("key", event.dedupeKey), ("asks", event.asks ? event.askingPoint ?? "yes" : nil),
            ("continues", event.continues ? "yes" : nil), ("caller", caller), ("name", event.callerName), ("line", event.line),
            ("agent", event.agent), ("digits", event.digits), ("direction", event.direction.rawValue), ("cause", event.cause?.rawValue),
            ("at", event.at?.rfc3339), ("start", event.startedAt?.rfc3339), ("answer", event.answeredAt?.rfc3339),
            ("end", event.endedAt?.rfc3339), ("wait", event.wait.map { "\($0)" }), ("talk", event.talk.map { "\($0)" }),
            ("recording", event.recording), ("sequence", event.sequence.map(String.init)), ("command", event.commandID),
        ]
        let extra = event.extra.sorted { $0.key < $1.key }.map { ("extra \($0.key)", Optional($0.value)) }
        return (texts + extra).compactMap { name, value in value.map { JSON.Member(name, .string($0)) } }
    }

    public var json: JSON {
        let believed: JSON =
            switch authentication {
            case nil: .null
            case .accepted?: true
            case .refused?: false
            }
        let events = reads.map { read -> JSON in
            var members = [JSON.Member("kind", .string(read.event.kind.rawValue)), JSON.Member("fields", .object(Self.fields(read.event)))]
            if let then = read.verdict?.then { members.append(JSON.Member("then", .string(then.rawValue))) }
            if case .reply(let reply)? = read.answer { members.append(JSON.Member("answer", Self.json(reply))) }
            if case .commands(let commands)? = read.answer {
                members.append(JSON.Member("commands", .array(commands.map { ["method": .string($0.method), "url": .string($0.url)] })))
            }
            return .object(members)
        }
        return [
            "believed": believed, "read": .bool(isRead), "note": JSON(note?.english), "events": .array(events),
            "answer": plainReply.map(Self.json) ?? .null,
        ]
    }

    private static func json(_ reply: HookReply) -> JSON {
        let headers = reply.headers.map { JSON.Member($0.name, .string($0.value)) }
        return ["status": JSON(reply.status), "headers": .object(headers), "body": .string(String(decoding: reply.body, as: UTF8.self))]
    }
}
