// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing
import WireFormats

/// Every recorded request of every vendor yields what the manifest says.
@Suite struct ManifestTests {
    @Test func manifestHasAllItsRowsAndEachVendorADialect() throws {
        let rows = try Recorded.manifest()
        print("requests in the manifest: \(rows.count)")
        #expect(rows.count == 228)
        #expect(Set(rows.map(\.provider)).isSubset(of: Set(Dialect.shipped.keys)))
    }

    @Test(arguments: try Recorded.manifest())
    func requestYieldsWhatTheManifestSays(row: Recorded.Row) throws {
        try ManifestCheck(source: VendorSources.source(row.provider)).check(row)
    }

    @Test(arguments: try Set(Recorded.manifest().map(\.provider)).sorted())
    func keysAreEqualExactlyWhereTheManifestsAre(provider: String) throws {
        let rows = try Recorded.manifest().filter { $0.provider == provider }
        try ManifestCheck(source: VendorSources.source(provider)).checkKeys(rows)
    }

    @Test(arguments: VendorSources.names)
    func vendorSourceHasNoProblems(name: String) throws {
        #expect(try VendorSources.source(name).problems == [])
    }
}
