// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing

/// Holds one recorded request to its row of the manifest.
struct ManifestCheck {
    let source: SourceProfile

    func check(_ row: Recorded.Row) throws {
        let request = try Recorded.request("pbx/" + row.file, arrivedAt: row.now)
        let authentication = source.dialect.authenticate(request, source)
        switch row.verdict {
        case "valid":
            #expect(authentication == .accepted)
            try decoded(request, row)
        case "malformed":
            #expect(authentication == .accepted)
            guard case .unreadable(let reply, _) = source.dialect.decode(request, source, numbers: Samples.numbers) else {
                throw Samples.Unexpected(what: "not unreadable")
            }
            #expect(String(reply.status) == row.answer)
        default:
            guard case .refused(let reply, let reason) = authentication else { throw Samples.Unexpected(what: "believed") }
            #expect(String(reply.status) == row.answer && reasons(row.verdict).contains(reason))
        }
    }

    private func decoded(_ request: HookRequest, _ row: Recorded.Row) throws {
        if row.kind == "handshake" {
            guard case .handshake = source.dialect.decode(request, source, numbers: Samples.numbers) else {
                throw Samples.Unexpected(what: "no handshake")
            }
            return
        }
        let events = try events(request)
        let event = events[events.count - 1]
        switch row.kind {
        case "decision": #expect(event.kind == .incoming && event.asks)
        // Whether an event comes too late is for the fold to say.
        case "late": #expect(!event.asks)
        default: #expect(event.kind.rawValue == row.kind && !event.asks)
        }
        // A result names only the command that it answers.
        if row.kind != "result", let call = row.call { #expect(event.callID == call) }
        if row.answer == "ack" || event.asks {
            let status = source.dialect.answer(nil, to: event, source).reply.status
            #expect((200...299).contains(status))
        }
    }

    private func events(_ request: HookRequest) throws -> [CallEvent] {
        let decoded = source.dialect.decode(request, source, numbers: Samples.numbers)
        guard case .events(let events) = decoded else { throw Samples.Unexpected(what: "\(decoded)") }
        return events
    }

    private func reasons(_ verdict: String) -> [RefusalReason] {
        switch verdict {
        case "bad-signature": [.badSignature, .missing]
        case "bad-token": [.badToken, .missing]
        case "unknown-key": [.unknownKey]
        case "stale": [.stale]
        case "truncated": [.truncated]
        default: []
        }
    }

    /// Our keys are equal exactly where the manifest's are.
    func checkKeys(_ rows: [Recorded.Row]) throws {
        var ours: [String: String] = [:]
        var theirs: [String: String] = [:]
        for row in rows where row.verdict == "valid" && row.kind != "handshake" {
            guard let key = row.dedupe else { continue }
            let mine = try events(Recorded.request("pbx/" + row.file, arrivedAt: row.now)).map(\.dedupeKey).joined(separator: ",")
            #expect(ours[mine, default: key] == key, "\(row.file)")
            #expect(theirs[key, default: mine] == mine, "\(row.file)")
            ours[mine] = key
            theirs[key] = mine
        }
    }
}
