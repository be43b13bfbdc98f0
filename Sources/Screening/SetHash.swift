// SPDX-License-Identifier: Apache-2.0
import Crypto
import RuleFiles

/// What a rule set and its lists are identified by.
enum SetHash {
    static func hash(of folder: RuleFolder) -> String { hex(CanonicalForm.bytes(folder)) }

    /// Eight hex digits a list, over its entries in any order and spelling.
    static func listVersions(of folder: RuleFolder) -> [String: String] {
        Dictionary(
            folder.lists.map { list in
                let digits = String(list.rows.fingerprint >> 32, radix: 16)
                return (list.name, String(repeating: "0", count: 8 - digits.count) + digits)
            }, uniquingKeysWith: { first, _ in first })
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
