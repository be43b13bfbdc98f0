// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing

/// What became of every recorded call: the vendors' samples as the manifest tells them, the captures as their README does.
@Suite struct StoryOutcomeTests {
    /// Outcome, seconds of talk, keys. Calls that are not here are still running when their requests end.
    private static let expected: [String: (CallOutcome, talk: Int64, keys: String?)] = [
        "twilio/answered": (.answered, 37, "1"), "twilio/missed": (.missed, 0, nil),
        // Plivo tells when a dialled leg ended, not when it began: the talk is the call's end less the start, as far as it is known.
        "plivo/answered": (.answered, 52, "1"), "plivo/missed": (.missed, 0, nil),
        "vonage/answered": (.answered, 37, "1"), "vonage/missed": (.missed, 0, nil),
        "telnyx/answered": (.answered, 37, "1"), "telnyx/missed": (.missed, 0, nil),
        "mango/answered": (.answered, 37, "1"), "mango/missed": (.missed, 0, nil),
        "zadarma/answered": (.answered, 37, "1"), "zadarma/missed": (.missed, 0, nil),
        "itoolabs/answered": (.answered, 37, nil), "itoolabs/missed": (.missed, 0, nil),
        "uis/answered": (.answered, 37, nil), "uis/missed": (.missed, 0, nil),
        "sipuni/answered": (.answered, 37, nil), "sipuni/missed": (.missed, 0, nil),
        "telphin/answered": (.answered, 37, nil), "telphin/missed": (.missed, 0, nil),
        "asterisk/answered": (.answered, 37, "1"), "asterisk/missed": (.missed, 0, nil),
        // The second to fourth are the same record in its other encodings, under ids of their own.
        "freeswitch/answered": (.answered, 37, "1"), "freeswitch/answered (2)": (.answered, 37, nil),
        "freeswitch/answered (3)": (.answered, 37, nil), "freeswitch/answered (4)": (.answered, 37, nil), "freeswitch/missed": (.missed, 0, nil),
        "aircall/answered": (.answered, 37, "1"), "aircall/missed": (.missed, 0, nil),
        "callrail/answered": (.answered, 37, nil), "callrail/missed": (.voicemail, 0, nil),
        "bitrix24/answered": (.answered, 37, nil), "bitrix24/missed": (.missed, 0, nil),
        "standard-webhooks/answered": (.answered, 37, "1"), "standard-webhooks/missed": (.missed, 0, nil),
        "cloudevents/answered": (.answered, 37, nil), "cloudevents/missed": (.missed, 0, nil), "ringcentral/answered": (.answered, 37, nil),
        "asterisk queue": (.answered, 4, "1"), "asterisk forwarded-dial": (.answered, 1, nil), "asterisk voicemail-key9": (.voicemail, 0, "9"),
        "asterisk decided-voicemail": (.voicemail, 0, nil), "asterisk no-agent": (.voicemail, 0, "1"), "asterisk rejected": (.missed, 0, nil),
        "asterisk rejected-busy": (.busy, 0, nil), "asterisk decided-play": (.missed, 0, nil), "asterisk unknown-action": (.missed, 0, nil),
        "asterisk gives-up": (.missed, 0, nil), "asterisk anonymous": (.missed, 0, nil), "asterisk latin1-name": (.missed, 0, nil),
        "freeswitch agent": (.answered, 4, "1"), "freeswitch no-agent": (.missed, 0, "1"), "freeswitch rejected": (.missed, 0, nil),
        "freeswitch rejected-busy": (.busy, 0, nil), "freeswitch redirected": (.diverted, 0, nil),
        "freeswitch forwarded-voicemail": (.missed, 0, nil), "freeswitch anonymous": (.missed, 0, nil), "freeswitch latin1": (.missed, 0, nil),
        "freeswitch cdrvalues": (.missed, 0, nil), "freeswitch xmlcdr": (.missed, 0, nil), "freeswitch httapi": (.abandoned, 0, "1"),
        "kamailio answered": (.answered, 1, "5"), "kamailio national": (.answered, 1, "5"), "kamailio forwarded": (.answered, 1, "5"),
        "kamailio signed": (.answered, 1, "5"), "kamailio names": (.answered, 1, "5"), "kamailio latin1": (.answered, 1, "5"),
        "kamailio anonymous": (.answered, 0, "5"), "kamailio cancelled": (.missed, 0, nil), "kamailio busy": (.busy, 0, nil),
        "kamailio noanswer": (.missed, 0, nil), "kamailio rejected": (.missed, 0, nil), "kamailio redirected": (.diverted, 0, nil),
    ]

    @Test(arguments: try RecordedStory.all())
    func callEndsAsItsStoryTells(story: RecordedStory) throws {
        let call = RecordedStory.fold(story.events)
        let expected = StoryOutcomeTests.expected[story.name]
        #expect(call.outcome == expected?.0)
        if let expected {
            #expect(call.talk == .seconds(expected.talk))
            #expect(call.digits == expected.keys)
            // A record that comes after all else has been told, or sent again, corrects nothing.
            var again = call
            for event in story.events { again.apply(event, arrivedAt: call.lastEventAt) }
            #expect(again.outcome == call.outcome && again.talk == call.talk)
        }
    }

    @Test func everyExpectedCallIsThere() throws {
        #expect(Set(StoryOutcomeTests.expected.keys).isSubset(of: Set(try RecordedStory.all().map(\.name))))
    }

    /// Rows of the manifest that are to come too late, folded after what came before them.
    @Test(arguments: ["mango/disorder", "ringcentral/answered"])
    func lateEventIsNamedAndMovesNothingBack(name: String) throws {
        let rows = try Recorded.manifest().filter { $0.file.hasPrefix(name) }
        let story = try #require(try RecordedStory.all().first { $0.name == name })
        try #require(rows.count == story.events.count)
        var call = Call(story.events[0], arrivedAt: Samples.now)
        for (row, event) in zip(rows, story.events).dropFirst() {
            let before = call
            let effect = call.apply(event, arrivedAt: Samples.now)
            #expect(effect.isLate == (row.kind == "late"), "\(row.file)")
            if row.kind == "late" { #expect(effect.after >= before.state) }
        }
    }

    /// Amsterdam, so that neither UTC nor the region's own zone could be what is taken.
    @Test(arguments: [("zadarma", "NOTIFY_START"), ("uis", "")])
    func timeWithoutZoneIsInTheSourcesZone(dialect: String, word: String) throws {
        let row = try #require(try Recorded.manifest().first { $0.provider == dialect && $0.file.contains("answered-01") })
        let request = try Recorded.request("pbx/" + row.file, arrivedAt: row.now)
        let moscow = try VendorSources.source(dialect)
        let amsterdam = SourceProfile(name: dialect, dialect: moscow.dialect, secrets: moscow.secrets, zone: "Europe/Amsterdam")
        let there = try Samples.event(request, moscow), here = try Samples.event(request, amsterdam)
        let time = try #require(there.startedAt ?? there.at)
        #expect((here.startedAt ?? here.at) == time + .seconds(2 * 3600))
    }
}
