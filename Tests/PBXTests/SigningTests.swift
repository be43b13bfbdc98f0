// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing
import WireFormats

/// Recorded requests played again, a year after they were signed: what `callsieve play` sends.
@Suite struct SigningTests {
    private let later = Instant(unixSeconds: 1_772_445_600 + 31_536_000)

    @Test func everyRecordedRequestIsBelievedAgain() throws {
        let rows = try Recorded.manifest().filter { $0.verdict == "valid" && $0.provider != "telnyx" }
        var players: [String: DialectPlayer] = [:]
        var stale = 0
        for row in rows {
            let source = try VendorSources.source(row.provider)
            let player = try players[row.provider] ?? DialectPlayer(source)
            players[row.provider] = player
            var recorded = try Recorded.request("pbx/" + row.file)
            let request = try player.request(recorded, id: "msg_\(row.file.utf8.count)", at: later)
            #expect(source.dialect.authenticate(request, source).isAccepted, "\(row.file)")
            #expect(calls(request, source) == calls(recorded, source), "\(row.file)")
            recorded.arrivedAt = later
            stale += source.dialect.authenticate(recorded, source).isAccepted ? 0 : 1
        }
        print("recorded requests signed anew: \(rows.count) believed; as recorded, \(stale) of them would be stale")
        #expect(rows.count > 150 && stale > 20)
    }

    @Test func anotherSecretIsNotBelieved() throws {
        let (right, wrong) = (try VendorSources.source("zadarma"), try Samples.source("zadarma", ["api_secret": "another"]))
        let recorded = try Recorded.request("pbx/zadarma/answered-01-start.http")
        #expect(right.dialect.authenticate(try DialectPlayer(right).request(recorded, id: "1", at: later), right).isAccepted)
        #expect(!right.dialect.authenticate(try DialectPlayer(wrong).request(recorded, id: "1", at: later), right).isAccepted)
    }

    /// Telnyx alone has the private key.
    @Test func whatOnlyTheVendorCanSignIsSaid() throws {
        let problem = #expect(throws: DialectPlayer.Problem.self) { try DialectPlayer(VendorSources.source("telnyx")) }
        #expect(problem?.description.contains("only the vendor has the private key") ?? false)
    }

    private func calls(_ request: HookRequest, _ source: SourceProfile) -> [String] {
        guard case .events(let events) = source.dialect.decode(request, source, numbers: Samples.numbers) else { return [] }
        return events.map { "\($0.kind) \($0.callID) \($0.caller?.number?.e164 ?? "")" }
    }
}
