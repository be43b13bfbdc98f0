// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import RuleFiles
internal import StrictYAML

/// The rule folders on the disk: which sets there are, what their files hold, and whether anything changed.
struct RuleFolders: Sendable {
    /// What tells a changed file from an unchanged one without reading it.
    struct Stamp: Hashable, Sendable {
        var size: Int64
        var modifiedNanoseconds: Int64
        var inode: UInt64
    }

    let root: String

    /// Names of the sets in alphabetical order: the sub-folders that hold a `facts.yaml`, or the folder itself if it holds one.
    func names() -> [String] {
        if FileManager.default.fileExists(atPath: root + "/facts.yaml") { return [(root as NSString).lastPathComponent] }
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return entries.filter { FileManager.default.fileExists(atPath: "\(root)/\($0)/facts.yaml") }.sorted()
    }

    func folder(of name: String) -> String {
        FileManager.default.fileExists(atPath: root + "/facts.yaml") ? root : "\(root)/\(name)"
    }

    /// The stamps of all rule files of a set, by path inside its folder. Blocks on the disk.
    func stamps(of name: String) -> [String: Stamp] {
        let folder = folder(of: name)
        var result: [String: Stamp] = [:]
        for path in paths(in: folder) {
            var status = stat()
            guard stat("\(folder)/\(path)", &status) == 0 else { continue }
            let modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
            result[path] = Stamp(size: Int64(status.st_size), modifiedNanoseconds: modified, inode: UInt64(status.st_ino))
        }
        return result
    }

    /// The texts of all rule files of a set in the order of their paths. Blocks on the disk.
    /// - Throws: a problem for a file that is not UTF-8 or can't be read.
    func files(of name: String) throws(SourceProblem) -> [RuleSource] {
        let folder = folder(of: name)
        var result: [RuleSource] = []
        for path in paths(in: folder) {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(path)") else {
                throw SourceProblem(file: path, message: "the file can't be read", fix: "check who may read it")
            }
            guard let text = String(data: data, encoding: .utf8) else {
                throw SourceProblem(file: path, message: "the file is not UTF-8", fix: "save it as UTF-8")
            }
            result.append(RuleSource(path: path, text: text))
        }
        return result
    }

    func paths(in folder: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return all.filter { path in
            let name = (path as NSString).lastPathComponent
            return !name.hasPrefix(".") && (name.hasSuffix(".yaml") || name.hasSuffix(".csv"))
        }.sorted()
    }
}
