// SPDX-License-Identifier: Apache-2.0
import StrictYAML

extension YAMLNode {
    /// A length of time as people write it: `500 ms`, `2 s`, `5 min`, `24 h`, `30 d`.
    func duration() throws(SourceProblem) -> Duration {
        let text = try text()
        let units: [(String, Int64)] = [("ms", 1), ("s", 1_000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        for (unit, milliseconds) in units where text.hasSuffix(" \(unit)") {
            if let number = Int64(text.dropLast(unit.count + 1)), (0...1_000_000).contains(number) { return .milliseconds(number * milliseconds) }
        }
        throw problem("\"\(text)\" is no length of time", fix: "write it like 500 ms, 2 s, 5 min, 24 h")
    }
}
