// SPDX-License-Identifier: Apache-2.0
internal import CallModel
public import Essentials
internal import HTTPTransfer
public import PBX
internal import WireFormats

/// Plays one story to a running service: signs and posts its webhooks, briefs over the JSON API, compares what is expected.
public struct StoryPlayer: Sendable {
    /// What did not hold, with the story's file and line.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// How often and how long `expect` looks again for what comes by itself.
    private static let looksMax = 50
    private static let lookEvery = Duration.milliseconds(100)

    let client: ServiceClient
    let source: SourceProfile
    let player: DialectPlayer
    let time: any TimeSource
    let random: any RandomSource
    /// Waits are divided by it.
    let speed: Double

    /// - Throws: when the source's requests can't be signed here (`DialectPlayer`).
    public init(
        client: ServiceClient, source: SourceProfile, time: any TimeSource, random: any RandomSource, speed: Double
    ) throws(DialectPlayer.Problem) {
        self.client = client
        self.source = source
        player = try DialectPlayer(source)
        self.time = time
        self.random = random
        self.speed = speed
    }

    /// Plays every step in order; stops at the first that fails.
    /// - Returns: the sentence for the terminal.
    public func play(_ story: Story) async throws(Failure) -> String {
        var run = Run()
        for (step, line) in story.steps {
            do {
                try await perform(step, of: story, in: &run)
            } catch let failure as Failure {
                throw Failure(description: "\(story.file):\(line): \(failure.description)")
            } catch {
                throw Failure(description: "\(story.file):\(line): \(error)")
            }
        }
        return story.title
    }

    /// What the steps so far have left behind.
    private struct Run {
        var sourceCall = ""
        var person = ""
        var answer: JSON = .null
        var lead: String?
        var briefing: JSON = .null
    }

    private func perform(_ step: Story.Step, of story: Story, in run: inout Run) async throws {
        switch step {
        case .send(let fields): try await send(fields, of: story, in: &run)
        case .post(let file, let bytes): try await post(file, bytes, in: &run)
        case .take(let name, let over): try await take(as: name, over: over, of: story, in: &run)
        case .answer(let answers): try await give(answers, in: &run)
        case .close: run.briefing = try await client.api("POST", try briefingPath(run) + "/close", [:], person: run.person)
        case .wait(let duration): try await Task.sleep(for: duration / max(speed, 0.001))
        case .expect(let rows): try await expect(rows, of: story, in: &run)
        }
    }

    private func send(_ fields: [String: String], of story: Story, in run: inout Run) async throws {
        let all = story.defaults.merging(fields) { $1 }
        guard source.dialect.name == "callsieve" else {
            throw Failure(description: "send speaks the dialect callsieve, not \(source.dialect.name); post recorded requests to \(source.name)")
        }
        let now = time.now()
        let response = try await deliver(try player.request(event(all), id: deliveryID(now), at: now))
        run.sourceCall = all["call"] ?? ""
        if all["event"] == "decide" { run.answer = (try? JSON.parse(response.body)) ?? .null }
    }

    private func post(_ file: String, _ bytes: [UInt8], in run: inout Run) async throws {
        let now = time.now()
        guard let recorded = HookRequest(recorded: bytes, arrivedAt: now) else {
            throw Failure(description: "\(file) is no recorded request: it needs a request line, headers, an empty line and the body")
        }
        let request = try player.request(recorded, id: deliveryID(now), at: now)
        let response = try await deliver(request)
        guard case .events(let events) = source.dialect.decode(request, source, numbers: PhoneNumbers()), let event = events.first else { return }
        run.sourceCall = event.callID
        if event.asks { run.answer = (try? JSON.parse(response.body)) ?? .null }
    }

    private func deliveryID(_ now: Instant) -> String { "msg_\(ULID(at: now, random: random))" }

    private func deliver(_ request: HookRequest) async throws -> TransferResponse {
        let headers = request.headers.map { TransferHeader($0.name, $0.value) }
        let body = request.method == "GET" && request.body.isEmpty ? nil : request.body
        let response = try await client.send(request.method, request.target, headers: headers, body: body)
        guard (200..<300).contains(response.status) else { throw Failure(description: "the hook answered \(response.status)") }
        return response
    }

    /// The event as JSON: numbers as numbers, the time filled in, `-90 s` taken back from now.
    private func event(_ fields: [String: String]) -> JSON {
        let numeric = ["wait_s", "talk_s", "sequence"]
        var members = fields.filter { $0.key != "at" }.sorted { $0.key < $1.key }.map { name, value in
            JSON.Member(name, numeric.contains(name) && Int64(value) != nil ? .number(value) : .string(value))
        }
        var at = time.now()
        if let text = fields["at"] {
            guard text.hasPrefix("-"), let seconds = Int64(text.dropFirst().prefix { $0.isNumber }) else {
                members.append(JSON.Member("at", .string(text)))
                return .object(members)
            }
            at = at - .seconds(seconds)
        }
        members.append(JSON.Member("at", .number("\(at.unixSeconds)")))
        return .object(members)
    }

    private func take(as name: String, over: Bool, of story: Story, in run: inout Run) async throws {
        let call = try await call(run, of: story)
        run.person = name
        run.briefing = try await client.api("POST", "/calls/\(try text(call, "id"))/briefing", over ? ["take_over": true] : [:], person: name)
        run.lead = run.briefing["lead"]?.string
    }

    private func give(_ answers: [Story.Answer], in run: inout Run) async throws {
        for answer in answers {
            let (fact, json): (String, JSON) =
                switch answer {
                case .value(let fact, let text): (fact, ["value": .string(text)])
                case .declined(let fact): (fact, ["declined": true])
                case .other(let fact, let text): (fact, ["other": .string(text)])
                }
            run.briefing = try await client.api("PUT", try briefingPath(run) + "/answers/\(percentEncoded(fact))", json, person: run.person)
        }
    }

    private func briefingPath(_ run: Run) throws -> String {
        guard let lead = run.lead else { throw Failure(description: "no briefing has been taken yet") }
        return "/leads/\(lead)/briefing"
    }

    private func expect(_ rows: [Story.Expectation], of story: Story, in run: inout Run) async throws {
        var mismatch = ""
        for look in 0..<Self.looksMax {
            if look > 0 { try await Task.sleep(for: Self.lookEvery) }
            mismatch = ""
            // Beside an `action`, a reason is the answer's; else the lead's.
            let isAboutAnswer = rows.contains { $0.key == "action" }
            for row in rows {
                let isAnswers = isAboutAnswer && row.key == "reason"
                let found = isAnswers ? run.answer["reason"]?.scalarText ?? "" : try await value(of: row.key, of: story, in: &run)
                if found != row.value { mismatch = "expected \(row.key) \"\(row.value)\", found \"\(found)\"" }
            }
            if mismatch.isEmpty { return }
        }
        throw Failure(description: mismatch)
    }

    private func value(of key: String, of story: Story, in run: inout Run) async throws -> String {
        switch key {
        case "action", "target": return run.answer[key]?.scalarText ?? ""
        case "decided", "next":
            let holder = key == "next" ? run.briefing : run.briefing["preview"] ?? .null
            return holder[key]?.bool.map { $0 ? "yes" : "no" } ?? holder[key]?.scalarText ?? ""
        case "outcome", "agent": return try await call(run, of: story)[key]?.scalarText ?? ""
        case "lead": return try await call(run, of: story)["lead"]?.string == nil ? "none" : "some"
        default: return try await leadValue(of: key, of: story, in: &run)
        }
    }

    private func leadValue(of key: String, of story: Story, in run: inout Run) async throws -> String {
        let preview = run.briefing["preview"] ?? .null
        if run.briefing["state"]?.string == "open", ["then", "reason", "rule", "group"].contains(key) { return preview[key]?.scalarText ?? "" }
        guard let id = try await call(run, of: story)["lead"]?.string else { return run.answer[key]?.scalarText ?? "" }
        run.lead = id
        return try await client.api("GET", "/leads/\(id)")[key]?.scalarText ?? ""
    }

    /// The call that the last webhook was about.
    private func call(_ run: Run, of story: Story) async throws -> JSON {
        let path = "/calls?source=\(percentEncoded(story.source))&call_id=\(percentEncoded(run.sourceCall))"
        guard let call = try await client.all(path, limit: 1).first else { throw Failure(description: "the service knows no call \(run.sourceCall)") }
        return call
    }

    private func text(_ json: JSON, _ name: String) throws -> String {
        guard let text = json[name]?.string else { throw Failure(description: "the service's answer lacks \"\(name)\"") }
        return text
    }
}
