// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import WireFormats

extension FuzzTarget {
    static let hookTargets = [
        // The first byte chooses the PBX, the rest is its request as it comes over the wire: signature, body, events, answer.
        FuzzTarget("hook", sizeBytesMax: 4096) { bytes in
            guard let first = bytes.first, !sources.isEmpty else { return }
            let source = sources[Int(first) % sources.count]
            guard let request = HookRequest(recorded: Array(bytes.dropFirst()), arrivedAt: Samples.now) else { return }
            take(request, source)
        },
        // The same without a head: the first byte chooses the PBX, the second its content type, the rest is the body.
        FuzzTarget("body", sizeBytesMax: 4096) { bytes in
            guard bytes.count > 2, !sources.isEmpty else { return }
            let source = sources[Int(bytes[0]) % sources.count]
            let type = types[Int(bytes[1]) % types.count]
            let body = Array(bytes.dropFirst(2))
            take(HookRequest(method: "POST", headers: [HookHeader("Content-Type", type)], body: body, arrivedAt: Samples.now), source)
            _ = Form(multipart: body, type: types[4])
            if let element = try? XMLElement.parse(body) { _ = element.json }
        },
        // A dialect file; one that is good must read and answer, too.
        FuzzTarget("dialect", sizeBytesMax: 8192) { bytes in
            guard let dialect = try? Dialect.load(String(decoding: bytes, as: UTF8.self), file: "fuzz.yaml") else { return }
            let names = dialect.secretNames + ["token"]
            let source = SourceProfile(
                name: "fuzz", dialect: dialect, secrets: Dictionary(names.map { ($0, [Secret("key")]) }, uniquingKeysWith: { first, _ in first }),
                publicBase: "https://h.example", targets: ["answer": "1"])
            _ = source.problems
            for request in trials { take(request, source) }
        },
    ]

    private static let types = [
        "application/json", "application/x-www-form-urlencoded", "text/xml", "application/cloudevents-batch+json", "multipart/form-data; boundary=x",
        "application/x-www-form-base64-encoded",
    ]

    private static let sources: [SourceProfile] = VendorSources.names.compactMap { try? VendorSources.source($0) }

    private static let trials: [HookRequest] = {
        let body = Array("{\"call\":\"1\",\"id\":\"1\",\"event\":\"ring\",\"from\":\"+74950000202\"}".utf8)
        let form = Array("call=1&id=1&event=ring&from=%2B74950000202".utf8)
        return [
            HookRequest(
                method: "POST", tail: ["key", "decide"], headers: [HookHeader("Content-Type", types[0])], body: body, arrivedAt: Samples.now),
            HookRequest(method: "POST", tail: ["key"], headers: [HookHeader("Content-Type", types[1])], body: form, arrivedAt: Samples.now),
            HookRequest(method: "GET", tail: ["key"], target: "/hooks/fuzz/key?call=1", query: Array("call=1".utf8), arrivedAt: Samples.now),
        ]
    }()

    private static func take(_ request: HookRequest, _ source: SourceProfile) {
        _ = source.dialect.authenticate(request, source)
        // Read it even if it is not believed: readers must hold whatever a secret's holder sends.
        guard case .events(let events) = source.dialect.decode(request, source, numbers: Samples.numbers) else { return }
        var call: Call?
        for event in events {
            for then in Action.allowed(at: .ring) {
                var verdict = Verdict(then: then)
                verdict.to = event.digits ?? event.callID
                _ = source.dialect.answer(verdict, to: event, source)
            }
            _ = source.dialect.goOn(after: event, source)
            guard event.kind.belongsToCall else { continue }
            if call == nil { call = Call(event, arrivedAt: Samples.now) } else { call?.apply(event, arrivedAt: Samples.now) }
        }
        guard let call else { return }
        if Call(stored: call.stored) != call { fatalError("a call is not what was stored of it") }
    }
}
