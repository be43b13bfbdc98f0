// SPDX-License-Identifier: Apache-2.0

/// Rows of text in columns for a terminal; the last column is as long as it likes.
struct Table {
    private var rows: [[String]]

    init(_ header: [String]) { rows = [header] }

    mutating func add(_ cells: [String]) { rows.append(cells.map(Table.printable)) }

    var isEmpty: Bool { rows.count == 1 }

    /// Each row as one line, columns padded to their widest cell.
    func lines() -> [String] {
        let columns = rows[0].indices
        let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            columns.map { column in
                column == columns.last ? row[column] : row[column] + String(repeating: " ", count: widths[column] - row[column].count)
            }.joined(separator: "  ")
        }
    }

    func printOut() { lines().forEach { print($0) } }

    /// Text without control characters, so that what a caller sent can't steer a terminal (SECURITY.md row 24).
    private static func printable(_ text: String) -> String {
        String(text.map { $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "�" : $0 })
    }
}
