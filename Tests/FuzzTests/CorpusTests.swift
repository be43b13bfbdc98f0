// SPDX-License-Identifier: Apache-2.0
import Foundation
import FuzzTargets
import Testing

/// Every kept input is read again: those that once broke a reader, and those by which fuzzing got into its corners.
@Suite struct CorpusTests {
    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fuzz/Corpus")

    @Test(arguments: FuzzTarget.all.map(\.name)) func readersOutliveTheCorpus(_ name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let files = try FileManager.default.contentsOfDirectory(at: Self.corpus.appendingPathComponent(name), includingPropertiesForKeys: nil)
        #expect(!files.isEmpty, "Tests/Fuzz/Corpus/\(name) holds no input")
        for file in files.sorted(by: { $0.path < $1.path }) { target.read([UInt8](try Data(contentsOf: file))) }
        print("fuzz: \(name), \(files.count) inputs read")
    }
}
