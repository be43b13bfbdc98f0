// SPDX-License-Identifier: Apache-2.0

/// One line of a `when`: a place and what must hold there.
struct Condition: Hashable, Sendable {
    indirect enum Test: Hashable, Sendable {
        case oneOf([String])
        /// There, and neither null nor empty.
        case present
        case absent
        /// Greater than a number.
        case over(Double)
        case startsWith(String)
        case endsWith(String)
        case not(Test)
    }

    let expression: PathExpression
    let test: Test

    func holds(in document: Document) -> Bool {
        switch test {
        case .present, .absent, .not(.present), .not(.absent):
            Condition.holds(test, for: document.isPresent(expression) ? "." : nil)
        default: Condition.holds(test, for: document.text(expression))
        }
    }

    static func holds(_ test: Test, for text: String?) -> Bool {
        switch test {
        case .oneOf(let texts): text.map(texts.contains) ?? false
        case .present: text.map { !$0.isEmpty } ?? false
        case .absent: text.map { $0.isEmpty } ?? true
        case .over(let bound): text.flatMap(Double.init).map { $0 > bound } ?? false
        case .startsWith(let prefix): text?.hasPrefix(prefix) ?? false
        case .endsWith(let suffix): text?.hasSuffix(suffix) ?? false
        case .not(let test): !holds(test, for: text)
        }
    }

    /// Whether every request that passes `self` passes `other` as well, as far as can be said from the file.
    func implies(_ other: Condition) -> Bool {
        guard expression == other.expression else { return false }
        switch (test, other.test) {
        case (.oneOf(let mine), .oneOf(let theirs)): return mine.allSatisfy(theirs.contains)
        case (.oneOf(let mine), let wider): return mine.allSatisfy { Condition.holds(wider, for: $0) }
        case (.over(let mine), .over(let theirs)): return mine >= theirs
        case (.over, .present): return true
        case (.startsWith(let mine), .startsWith(let theirs)): return mine.hasPrefix(theirs)
        case (.endsWith(let mine), .endsWith(let theirs)): return mine.hasSuffix(theirs)
        case (let mine, let theirs): return mine == theirs
        }
    }
}
