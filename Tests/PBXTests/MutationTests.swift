// SPDX-License-Identifier: Apache-2.0
import Essentials
import PBX
import PBXSamples
import Testing

/// Recorded requests with bytes changed, cut off or doubled: nothing may trap, and what was changed must not be believed where it is signed.
@Suite struct MutationTests {
    private static let signedWhole: Set<String> = ["mango", "twilio", "plivo", "vonage", "telnyx", "signalwire", "callrail", "standard-webhooks"]

    @Test(arguments: try Recorded.manifest().filter { $0.kind != "handshake" })
    func changedRequest(row: Recorded.Row) throws {
        let source = try VendorSources.source(row.provider)
        let original = try Recorded.request("pbx/" + row.file, arrivedAt: row.now)
        let random = SeededRandom(seed: UInt64(row.file.utf8.reduce(7) { ($0 &* 31) &+ Int($1) } & 0xFFFF))
        for _ in 0..<40 {
            var request = original
            request.headers.removeAll { $0.name == "Content-Length" }
            let dice = random.bytes(8)
            change(&request, dice)
            let authentication = source.dialect.authenticate(request, source)
            if request.body != original.body, MutationTests.signedWhole.contains(row.provider), row.verdict == "valid", row.provider != "mango" {
                #expect(!authentication.isAccepted)
            }
            _ = source.dialect.decode(request, source, numbers: Samples.numbers)
        }
    }

    private func change(_ request: inout HookRequest, _ dice: [UInt8]) {
        let place = Int(dice[0]) << 8 | Int(dice[1])
        if !request.body.isEmpty, dice[2] < 150 {
            request.body[place % request.body.count] ^= dice[3] | 1
        } else if !request.body.isEmpty, dice[2] < 180 {
            request.body.removeLast(1 + place % request.body.count)
        } else if !request.headers.isEmpty {
            let index = place % request.headers.count
            var value = Array(request.headers[index].value.utf8)
            if !value.isEmpty { value[Int(dice[4]) % value.count] ^= dice[5] | 1 }
            if dice[6] < 40 { value += value }
            request.headers[index].value = String(decoding: value, as: UTF8.self)
        }
        if dice[7] < 30 { request.query = Array(request.query.prefix(place % 40)) }
    }
}
