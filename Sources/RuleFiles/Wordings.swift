// SPDX-License-Identifier: Apache-2.0
import CallModel
import StrictYAML

/// Reads texts that are given once, or for each language (`en:`, `ru:`).
struct WordingReader {
    let findings: Findings

    func read(_ node: YAMLNode) -> Wording? {
        if node.isScalar { return findings.note { () throws(SourceProblem) in try node.text() }.map { Wording($0) } }
        guard let block = Block(node, findings) else { return nil }
        var texts: [Language: String] = [:]
        for language in Language.allCases {
            if let text = block.text(language.rawValue) { texts[language] = text }
        }
        block.finish()
        if texts.isEmpty {
            findings.add("a text is missing", fix: "write it behind the colon, or as en: and ru:", at: node.sourcePlace)
            return nil
        }
        return Wording(texts)
    }
}
