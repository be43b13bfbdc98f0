// SPDX-License-Identifier: Apache-2.0
import Essentials
import Foundation
import PBX
import Testing

/// Every shipped dialect has a page for people (docs/pbx), and what it says of secrets and hooks is so.
@Suite struct ProviderPageTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/pbx")

    @Test(arguments: Dialect.shipped.keys.sorted())
    func pageNamesHookSecretsAndWhatIsSupported(name: String) throws {
        let page = try String(contentsOf: ProviderPageTests.folder.appending(path: "\(name).md"), encoding: .utf8)
        let dialect = try Dialect.load(try #require(Dialect.shipped[name]), file: "\(name).yaml")
        #expect(page.contains("Dialect `\(name)`") && page.contains("dialect: \(name)") && page.contains("## What is supported"))
        #expect(page.contains(name == "callsieve" ? "/hooks/NAME" : "/hooks/\(name)"))
        let schemes = dialect.secretNames.isEmpty ? ["token"] : dialect.secretNames
        #expect(schemes.contains { page.contains("\($0): {file:") }, "none of \(schemes)")
        if dialect.capabilities.needsPublicBase { #expect(page.contains("base url:")) }
        if dialect.capabilities.needsAnswerTarget { #expect(page.contains("answer: {\(name):")) }
        let index = try String(contentsOf: ProviderPageTests.folder.appending(path: "README.md"), encoding: .utf8)
        #expect(index.contains("(\(name).md)"))
    }
}
