// SPDX-License-Identifier: Apache-2.0
import StrictYAML

/// Slips of spelling that a reader can't see or easily makes.
public enum Spelling {
    /// A word with Latin and Cyrillic letters, in the script that most of its letters belong to; `nil` when it is not mixed.
    public static func unmixed(_ text: String) -> String? { RuleFiles.unmixed(text) }

    /// Whether two words differ by one letter, by two that changed places, by case or spaces, or by look-alike letters only.
    public static func isNear(_ left: String, _ right: String) -> Bool {
        guard left != right else { return false }
        if folded(left) == folded(right) || lookAlike(left, among: [right]) != nil { return true }
        return left.count > 3 && abs(left.count - right.count) <= 1 && distanceIsOne(Array(folded(left)), Array(folded(right)))
    }

    private static func distanceIsOne(_ left: [Character], _ right: [Character]) -> Bool {
        let start = zip(left, right).prefix { $0 == $1 }.count
        let end = zip(left.dropFirst(start).reversed(), right.dropFirst(start).reversed()).prefix { $0 == $1 }.count
        let (a, b) = (left.dropFirst(start).dropLast(end), right.dropFirst(start).dropLast(end))
        if max(a.count, b.count) <= 1 { return !(a + b).contains(where: \.isNumber) }
        return a.count == 2 && b.count == 2 && Array(a.reversed()) == Array(b)
    }
}
