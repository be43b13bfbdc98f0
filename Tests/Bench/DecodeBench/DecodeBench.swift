// SPDX-License-Identifier: Apache-2.0
import Crypto
import Essentials
import Foundation
import PBX
import PBXSamples
import WireFormats

/// What believing and reading a webhook costs, by dialect: microseconds of processor time a request, over every recorded request that is
/// rightly signed, beside the time of the bare cryptography of its scheme over as many bytes.
///
///     DecodeBench [ROUNDS] [DIALECT]
///
/// One line a dialect: `dialect requests bytes total_us crypto_us budget_us`. The budget is 15 µs + the signature's own cost + 3 µs a kB.
/// With `ROUNDS DIALECT` that dialect alone is read so often and nothing is timed: for counting instructions from outside.
@main
enum DecodeBench {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let rounds = arguments.first.flatMap { Int($0) } ?? 2_000
        let only = arguments.dropFirst().first
        let rows = try Recorded.manifest().filter { $0.verdict == "valid" && $0.kind != "handshake" }
        for name in VendorSources.names where only == nil || only == name {
            let source = try VendorSources.source(name)
            let requests = try rows.filter { $0.provider == name }.map { try Recorded.request("pbx/" + $0.file, arrivedAt: $0.now) }
            guard !requests.isEmpty else { continue }
            let bytes = requests.reduce(0) { $0 + $1.body.count + $1.query.count } / requests.count
            for request in requests { guard work(request, source) else { throw Samples.Unexpected(what: "\(name) refused") } }
            if only != nil {
                for _ in 0..<rounds { for request in requests { _ = work(request, source) } }
                continue
            }
            let total = best(rounds) { for request in requests { _ = work(request, source) } } / Double(requests.count)
            let crypto = best(rounds) { for request in requests { cryptography(name, request) } } / Double(requests.count)
            let budget = 15 + crypto + 3 * Double(bytes) / 1000
            print(
                name, requests.count, bytes, String(format: "%.2f", total), String(format: "%.2f", crypto), String(format: "%.2f", budget))
        }
    }

    private static func work(_ request: HookRequest, _ source: SourceProfile) -> Bool {
        guard source.dialect.authenticate(request, source).isAccepted else { return false }
        if case .unreadable = source.dialect.decode(request, source, numbers: Samples.numbers) { return false }
        return true
    }

    /// Microseconds of one call: the best of ten parts, so that what disturbs the machine disturbs the figure least.
    private static func best(_ rounds: Int, _ body: () -> Void) -> Double {
        var least = Double.infinity
        for _ in 0..<10 {
            let start = processorTime()
            for _ in 0..<max(1, rounds / 10) { body() }
            least = min(least, Double(processorTime() - start) / Double(max(1, rounds / 10)) / 1000)
        }
        return least
    }

    /// Nanoseconds of processor time that this thread had.
    private static func processorTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static let key = SymmetricKey(data: Array("callsieve-bench-key-of-32-bytes!".utf8))
    private static let signer = Curve25519.Signing.PrivateKey()
    private static let signature = (try? signer.signature(for: Array("x".utf8))) ?? Data()

    /// The bare primitive of the dialect's scheme, as often as the scheme needs it for this request.
    private static func cryptography(_ name: String, _ request: HookRequest) {
        let keys = name == "standard-webhooks" ? 2 : 1
        switch name {
        case "twilio", "zadarma", "callrail":
            _ = HMAC<Insecure.SHA1>.isValidAuthenticationCode(Array(repeating: 0, count: 20), authenticating: request.body, using: key)
        case "plivo", "signalwire", "standard-webhooks":
            for _ in 0..<keys {
                _ = HMAC<SHA256>.isValidAuthenticationCode(Array(repeating: 0, count: 32), authenticating: request.body, using: key)
            }
        case "mango": _ = SHA256.hash(data: request.body)
        case "vonage":
            _ = SHA256.hash(data: request.body)
            _ = HMAC<SHA256>.isValidAuthenticationCode(Array(repeating: 0, count: 32), authenticating: request.body, using: key)
        case "telnyx": _ = signer.publicKey.isValidSignature(signature, for: request.body)
        default: break
        }
        if name == "standard-webhooks", request.header("webhook-signature")?.hasPrefix("v1a") ?? false {
            _ = signer.publicKey.isValidSignature(signature, for: request.body)
        }
    }
}
