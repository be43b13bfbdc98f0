// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
public import RuleFiles
internal import SQLEngine
internal import Store
public import StrictYAML

/// The company's own list of callers: `lists/callers.csv` of a rule set, with `number`, `caller is` and optionally `name`,
/// `company`, `manager`. It feeds the caller directory, from which `caller is` comes when it rings (DECISIONS.md).
public struct CallerList: Sendable {
    /// Where it lies inside a rule set's folder.
    public static let path = "lists/callers.csv"
    private static let columns = ["number", "caller is", "name", "company", "manager"]
    /// Entries written in one transaction, so that webhooks pass between two.
    private static let batch = 200

    let entries: [DirectoryEntry]

    /// Reads the list from the files of a set; `nil` when it has none.
    /// - Throws: the first mistake, with its line.
    public init?(in files: [RuleSource], set: String) throws(SourceProblem) {
        guard let file = files.first(where: { $0.path == Self.path }) else { return nil }
        let rows = try CSVTable.rows(file.text, file: file.path)
        guard let header = rows.first?.fields.map({ $0.lowercased() }), header.starts(with: ["number", "caller is"]) else {
            throw SourceProblem(file: file.path, line: 1, message: "the first line names the columns", fix: "number,caller is,name,company,manager")
        }
        if let unknown = header.first(where: { !Self.columns.contains($0) }) {
            throw SourceProblem(
                file: file.path, line: 1, message: "unknown column \"\(unknown)\"", fix: "known: \(Self.columns.joined(separator: ", "))")
        }
        var entries: [DirectoryEntry] = []
        for row in rows.dropFirst() {
            func value(_ column: String) -> String? {
                guard let index = header.firstIndex(of: column), index < row.fields.count, !row.fields[index].isEmpty else { return nil }
                return row.fields[index]
            }
            let digits = value("number") ?? ""
            // No region: only numbers with their country code are read.
            guard digits.hasPrefix("+"), let number = PhoneNumbers().number(digits, region: "ZZ") else {
                throw SourceProblem(
                    file: file.path, line: row.line, message: "\"\(digits)\" is no number", fix: "begin it with + and the country code")
            }
            entries.append(
                DirectoryEntry(
                    number: number, source: "list \(set)", who: value("caller is"), name: value("name"), company: value("company"),
                    manager: value("manager"), asOf: Instant(unixMilliseconds: 0)))
        }
        self.entries = entries
    }

    /// Puts the list into the directory and drops what it no longer names. Safe to repeat.
    func store(in store: Store, set: String, at now: Instant) async throws {
        for start in stride(from: 0, to: entries.count, by: Self.batch) {
            let part = entries[start..<min(start + Self.batch, entries.count)]
            try await store.write(.housekeeping) { tx in
                for var entry in part {
                    entry.asOf = now
                    try tx.save(entry)
                }
            }
        }
        var dropped = 0
        repeat {
            dropped = try await store.write(.housekeeping) { tx in try tx.dropDirectory(source: "list \(set)", before: now, limit: 1000) }
        } while dropped == 1000
    }
}
