// SPDX-License-Identifier: Apache-2.0
package import CallModel
import Essentials
import Foundation
package import PBX

/// The events of one recorded call, decoded by the vendor's dialect, in the order in which they were recorded.
package struct RecordedStory: Sendable, CustomStringConvertible {
    package let name: String
    package let events: [CallEvent]
    package var description: String { name }

    /// Every call of the manifest and of the captures.
    package static func all() throws -> [RecordedStory] {
        try ofManifest() + ofCaptures("asterisk") + ofCaptures("freeswitch") + ofCaptures("kamailio")
    }

    private static func ofManifest() throws -> [RecordedStory] {
        var stories: [(name: String, events: [CallEvent])] = []
        for row in try Recorded.manifest() where row.verdict == "valid" && row.kind != "handshake" {
            let source = try VendorSources.source(row.provider)
            let story = row.provider + "/" + (row.file.split(separator: "/").last?.split(separator: "-").first.map(String.init) ?? "")
            try add(Recorded.request("pbx/" + row.file, arrivedAt: row.now), source, story, to: &stories)
        }
        return stories.map { RecordedStory(name: $0.name, events: $0.events) }
    }

    private static func ofCaptures(_ pbx: String) throws -> [RecordedStory] {
        let source = try CaptureSources.source(pbx)
        var stories: [(name: String, events: [CallEvent])] = []
        for file in CaptureSources.files(pbx) {
            let parts = file.dropLast(5).split(separator: "-")
            try add(Recorded.request("captures/\(pbx)/\(file)"), source, "\(pbx) \(parts.dropLast(2).joined(separator: "-"))", to: &stories)
        }
        return stories.map { RecordedStory(name: $0.name, events: $0.events) }
    }

    /// One story a call: a folder's file names can hold several calls under one word.
    private static func add(
        _ request: HookRequest, _ source: SourceProfile, _ name: String, to stories: inout [(name: String, events: [CallEvent])]
    ) throws {
        guard case .events(let events) = source.dialect.decode(request, source, numbers: Samples.numbers) else { return }
        for event in events where event.kind.belongsToCall && !event.callID.isEmpty {
            if let index = stories.firstIndex(where: { $0.name.hasPrefix(name) && $0.events[0].callID == event.callID }) {
                stories[index].events.append(event)
            } else {
                let number = stories.count { $0.name.hasPrefix(name) }
                stories.append((number == 0 ? name : "\(name) (\(number + 1))", [event]))
            }
        }
    }

    /// The call when its events come in this order, a second apart.
    package static func fold(_ events: [CallEvent]) -> Call {
        let begin = events.compactMap(\.at).min() ?? Samples.now
        var call = Call(events[0], arrivedAt: begin)
        for (index, event) in events.enumerated().dropFirst() { call.apply(event, arrivedAt: begin + .seconds(index)) }
        return call
    }
}

/// What people see of a call, without the times that only our clock gave.
package struct FinalState: Hashable, Sendable, CustomStringConvertible {
    package let outcome: CallOutcome?
    package let talked: Bool
    package let caller: Caller?
    package let callerName: String?
    package let line: String?
    package let agent: String?
    package let keys: [String]
    package let recording: String?
    package let direction: Direction
    package let isTransferred: Bool
    /// Of a PBX that tells when its events happened; else `nil`.
    package let talk: Duration?

    package init(_ call: Call, hasOwnTimes: Bool) {
        outcome = call.outcome
        talked = call.talked
        caller = call.caller
        callerName = call.callerName
        line = call.line
        agent = call.agent
        keys = (call.digits ?? "").map(String.init).sorted()
        recording = call.recording
        direction = call.direction
        isTransferred = call.isTransferred
        talk = hasOwnTimes ? call.talk : nil
    }

    package var description: String {
        let texts = [caller.map { "\($0)" }, callerName, line, agent, recording, talk.map { "\($0)" }].map { $0 ?? "-" }
        return "\(outcome?.rawValue ?? "running") talked \(talked) \(texts.joined(separator: " ")) keys \(keys) transferred \(isTransferred)"
    }
}

/// Sources for the requests that real PBXs sent (Fixtures/captures).
package enum CaptureSources {
    package static func files(_ pbx: String) -> [String] {
        let folder = Recorded.folder.appending(path: "captures/\(pbx)")
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".http") }.sorted()
    }

    package static func source(_ pbx: String) throws -> SourceProfile {
        switch pbx {
        case "asterisk":
            SourceProfile(name: "asterisk", dialect: try Samples.dialect("asterisk"), secrets: ["bearer": [Secret("test-token")]], region: "US")
        case "freeswitch":
            SourceProfile(
                name: "freeswitch", dialect: try Samples.dialect("freeswitch"),
                secrets: ["user": [Secret("freeswitch")], "password": [Secret("test-token")], "bare_token": [Secret("test-token")]], region: "US",
                targets: ["answer": "user/agent"])
        default: try Samples.kamailio()
        }
    }
}
