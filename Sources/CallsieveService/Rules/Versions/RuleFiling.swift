// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import RuleFiles
internal import StrictYAML

/// Brings a set's folder up to what was published.
public enum RuleFiling {
    /// Writes the files that differ and deletes rule files that the draft does not have; everything else in the folder stays. Blocks.
    /// - Returns: paths that changed, sorted; empty when the folder holds these files already.
    public static func replace(_ files: [RuleSource], set: String, in root: String) throws -> [String] {
        let folders = RuleFolders(root: root)
        let folder = folders.folder(of: set)
        let present = (try? folders.files(of: set)) ?? []
        var changed: [String] = []
        for file in files where present.first(where: { $0.path == file.path })?.text != file.text {
            let url = URL(fileURLWithPath: folder + "/" + file.path)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: url, options: .atomic)
            changed.append(file.path)
        }
        for path in folders.paths(in: folder) where !files.contains(where: { $0.path == path }) {
            try FileManager.default.removeItem(atPath: folder + "/" + path)
            changed.append(path)
        }
        return changed.sorted()
    }
}
