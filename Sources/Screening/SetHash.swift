// SPDX-License-Identifier: Apache-2.0
import Crypto
import RuleFiles

/// What a rule set and its lists are identified by.
enum SetHash {
    static func hash(of folder: RuleFolder) -> String { hex(CanonicalForm.text(folder)) }

    /// Eight hex digits a list, over its entries in any order.
    static func listVersions(of folder: RuleFolder) -> [String: String] {
        Dictionary(
            folder.lists.map { list in
                let entries = list.rows.map { "\($0.key)\u{1F}\($0.until)\u{1F}\($0.given.joined(separator: "\u{1F}"))" }.sorted()
                return (list.name, String(hex(entries.joined(separator: "\n")).prefix(8)))
            }, uniquingKeysWith: { first, _ in first })
    }

    private static func hex(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
