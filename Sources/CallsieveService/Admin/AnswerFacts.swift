// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import PBX

/// What a source does for each verb of `ring`, in lines for `callsieve check` and `callsieve dialect`.
struct AnswerFacts {
    let lines: [String]

    init(_ source: SourceProfile) {
        let dialect = source.dialect, name = "source \(source.name)"
        guard dialect.asks(source) else {
            lines = ["\(name): reports only; nothing can be answered while a call rings"]
            return
        }
        var lines: [String] = []
        for point in dialect.askingPoints {
            let verbs = Action.allowed(at: .ring).map { verb -> String in
                let done = dialect.carriedOut(verb, at: point, source)
                guard done != verb else { return verb.rawValue }
                return "\(verb.rawValue) → \(done.rawValue) (\(source.substitutes[verb] == nil ? "the dialect's" : "the source's") substitute)"
            }
            lines.append("\(name): answers\(point.map { " at \($0)" } ?? ""): \(verbs.joined(separator: ", "))")
        }
        let texts = dialect.texts.sorted { $0.key < $1.key }.map { text -> String in
            let said = source.texts[text.key] ?? text.value
            return "\(text.key): \(said.isEmpty ? "not used" : "\"\(said)\"")"
        }
        if !texts.isEmpty { lines.append("\(name): texts: \(texts.joined(separator: ", "))") }
        self.lines = lines
    }
}
