// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing

/// Secrets are replaced while both are in use, for every vendor; the signed address is the configured one, whatever a request says.
@Suite struct RotationTests {
    private func rows(_ vendor: String) throws -> [Recorded.Row] {
        try Recorded.manifest().filter { $0.provider == vendor && $0.verdict == "valid" && $0.kind != "handshake" }
    }

    private func source(_ vendor: String, base: String = "https://hooks.callsieve.example", _ change: ([Secret]) -> [Secret]) throws -> SourceProfile
    {
        let source = try VendorSources.source(vendor)
        return SourceProfile(
            name: vendor, dialect: source.dialect, secrets: source.secrets.mapValues(change), publicBase: base, region: source.region,
            zone: source.zone, targets: source.targets)
    }

    private let next = Secret("the-next-secret-not-in-use-yet")

    @Test(arguments: VendorSources.names)
    func bothSecretsAreGoodWhileOneIsReplaced(vendor: String) throws {
        for order in [0, 1] {
            let both = try source(vendor) { order == 0 ? $0 + [next] : [next] + $0 }
            for row in try rows(vendor) {
                let request = try Recorded.request("pbx/" + row.file, arrivedAt: row.now)
                #expect(both.dialect.authenticate(request, both) == .accepted, "\(row.file)")
            }
        }
    }

    @Test(arguments: VendorSources.names)
    func theOldSecretAloneIsNoLongerGood(vendor: String) throws {
        let replaced = try source(vendor) { _ in [next] }
        for row in try rows(vendor) {
            let request = try Recorded.request("pbx/" + row.file, arrivedAt: row.now)
            #expect(!replaced.dialect.authenticate(request, replaced).isAccepted, "\(row.file)")
        }
    }

    @Test(arguments: ["twilio", "plivo", "signalwire"])
    func signedAddressIsTheConfiguredOne(vendor: String) throws {
        let ours = try source(vendor) { $0 }
        let others = try source(vendor, base: "https://evil.example") { $0 }
        for row in try rows(vendor) {
            var request = try Recorded.request("pbx/" + row.file, arrivedAt: row.now)
            request.headers =
                request.headers.filter { $0.name.lowercased() != "host" } + [
                    HookHeader("Host", "evil.example"), HookHeader("X-Forwarded-Host", "evil.example"), HookHeader("X-Forwarded-Proto", "http"),
                ]
            #expect(ours.dialect.authenticate(request, ours) == .accepted, "\(row.file)")
            #expect(!others.dialect.authenticate(request, others).isAccepted, "\(row.file)")
        }
    }

    /// Those that sign nothing are found at a secret address only; everywhere else there is nothing.
    @Test(arguments: ["uis", "sipuni", "telphin", "roistat"])
    func secretPathIsTheOnlyAddress(vendor: String) throws {
        let source = try VendorSources.source(vendor)
        let row = try #require(try rows(vendor).first)
        for token in ["", "x", "callsieve-test-\(vendor)-path-tokem"] {
            var request = try Recorded.request("pbx/" + row.file, arrivedAt: row.now)
            request.tail = (token.isEmpty ? [] : [token]) + request.tail.dropFirst()
            guard case .refused(let reply, _) = source.dialect.authenticate(request, source) else { throw Samples.Unexpected(what: token) }
            #expect(reply.status == 404)
        }
    }
}
