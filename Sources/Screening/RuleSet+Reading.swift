// SPDX-License-Identifier: Apache-2.0
public import RuleFiles
public import StrictYAML

extension RuleSet {
    /// The files of a rule folder on the disk, in the order of their paths. Blocks on the disk.
    /// - Throws: when the folder is not there, or a file is no UTF-8 text.
    public static func files(in folder: String) throws(SourceProblems) -> [RuleSource] { try FolderFiles.read(folder) }

    /// The name that a set in this folder has.
    public static func name(of folder: String) -> String { FolderFiles.name(of: folder) }
}
