// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import RuleFiles
import Screening
import StrictYAML
import Testing

/// The shipped rules of the agency (EXAMPLE-RULESETS 8.1). Their examples run while they are loaded.
@Suite struct AgencyTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("rules/agency").path

    @Test func loadsWithAllItsExamples() throws {
        let set = try RuleSet.load(folder: Self.folder)
        #expect(set.name == "agency")
        #expect(set.folder.examples.count >= 30)
        #expect(set.hash.count == 64)
        #expect(set.zone == "Europe/Moscow")
        #expect(set.targets == ["account manager", "owner"])
        #expect(set.groups == ["sales", "key clients", "sites", "promotion", "support"])
    }
}
