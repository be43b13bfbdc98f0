// SPDX-License-Identifier: Apache-2.0
public import StrictYAML

/// A CSV file (RFC 4180) as rows of texts, for tables of the company that are no rules.
public enum CSVTable {
    public struct Row: Sendable, Hashable {
        /// From 1: where the row begins in the file.
        public let line: Int
        public let fields: [String]
    }

    /// All rows that are not empty, the header among them.
    /// - Throws: a problem at the place of a quote that is not closed, or when there are too many rows.
    public static func rows(_ text: String, file: String) throws(SourceProblem) -> [Row] {
        do throws(Mistake) {
            return try CSVReader.records(text, file: file).map { fields in
                Row(line: fields.first?.place.line ?? 1, fields: fields.map(\.text))
            }
        } catch {
            throw SourceProblem(file: file, message: error.message, fix: error.fix)
        }
    }
}
