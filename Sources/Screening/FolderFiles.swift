// SPDX-License-Identifier: Apache-2.0
import Foundation
import RuleFiles
import StrictYAML

/// The files of a rule folder on disk.
enum FolderFiles {
    /// Bytes of one file at the most: a list of 10 million numbers has about 200 MB.
    static let fileSizeBytesMax = 512 * 1024 * 1024

    static func name(of folder: String) -> String { URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent }

    /// - Throws: a problem when the folder is not there or a file is no UTF-8 text.
    static func read(_ folder: String) throws(SourceProblems) -> [RuleSource] {
        let root = URL(fileURLWithPath: folder).standardizedFileURL
        guard let found = FileManager.default.subpaths(atPath: root.path) else {
            throw SourceProblems([
                SourceProblem(file: folder, code: "E01", message: "there is no folder of rules here", fix: "create it, with facts.yaml in it")
            ])
        }
        var sources: [RuleSource] = []
        var problems: [SourceProblem] = []
        for path in found.sorted() where isRuleFile(path) {
            do throws(SourceProblem) { sources.append(RuleSource(path: path, text: try text(root.appendingPathComponent(path), path))) } catch {
                problems.append(error)
            }
        }
        guard problems.isEmpty else { throw SourceProblems(problems) }
        return sources
    }

    private static func isRuleFile(_ path: String) -> Bool {
        let hidden = path.split(separator: "/").contains { $0.hasPrefix(".") }
        return !hidden && [".yaml", ".yml", ".csv"].contains { path.hasSuffix($0) }
    }

    private static func text(_ url: URL, _ path: String) throws(SourceProblem) -> String {
        let data: Data
        do { data = try Data(contentsOf: url) } catch {
            throw SourceProblem(file: path, code: "E01", message: "can't be read: \(error.localizedDescription)", fix: "check its permissions")
        }
        guard data.count <= fileSizeBytesMax else {
            throw SourceProblem(file: path, code: "E01", message: "has more than \(fileSizeBytesMax) bytes", fix: "split it")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw SourceProblem(file: path, code: "E01", message: "is no UTF-8 text", fix: "save it as UTF-8")
        }
        return text
    }
}
