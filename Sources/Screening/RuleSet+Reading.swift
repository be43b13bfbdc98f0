// SPDX-License-Identifier: Apache-2.0
public import RuleFiles
public import StrictYAML

extension RuleSet {
    /// Reads a set that need not be fit to go live: what can't be read is an error, but rules that can't win, examples that fail and
    /// promises that can be broken are not looked for. For versions that were live once, and for tools that show what is wrong.
    /// - Throws: everything that can't be read (E01, E02, E05).
    public static func read(files: [RuleSource], name: String) throws(SourceProblems) -> RuleSet {
        RuleSet(try RuleFolder.read(files, name: name))
    }

    /// The files of a rule folder on the disk, in the order of their paths. Blocks on the disk.
    /// - Throws: when the folder is not there, or a file is no UTF-8 text.
    public static func files(in folder: String) throws(SourceProblems) -> [RuleSource] { try FolderFiles.read(folder) }

    /// The name that a set in this folder has.
    public static func name(of folder: String) -> String { FolderFiles.name(of: folder) }
}
