// SPDX-License-Identifier: Apache-2.0

extension Metrics {
    /// The text form of prometheus.io/docs/instrumenting/exposition_formats (0.0.4); families by name, entries as added.
    public func prometheusText() async -> String {
        var text = ""
        let entries = all
        for name in Set(entries.map(\.name)).sorted() {
            let family = entries.filter { $0.name == name }
            text += "# HELP \(name) \(family[0].help)\n# TYPE \(name) \(family[0].kind.type)\n"
            for entry in family { text += await entry.lines() }
        }
        return text
    }
}

extension Metrics.Kind {
    var type: String {
        switch self {
        case .counter: "counter"
        case .level, .gauges: "gauge"
        case .histogram: "histogram"
        }
    }
}

extension Metrics.Entry {
    func lines() async -> String {
        switch kind {
        case .counter(let counter), .level(let counter): return line(name, labels, "\(counter.value)")
        case .gauges(let read): return await read().map { line(name, $0.labels, number($0.value)) }.joined()
        case .histogram(let histogram):
            var text = ""
            for (bound, bucket) in zip(Histogram.bounds, histogram.buckets) {
                text += line("\(name)_bucket", labels + [("le", number(Double(bound) / 1_000_000))], "\(bucket.value)")
            }
            text += line("\(name)_bucket", labels + [("le", "+Inf")], "\(histogram.count.value)")
            text += line("\(name)_sum", labels, number(Double(histogram.microseconds.value) / 1_000_000))
            return text + line("\(name)_count", labels, "\(histogram.count.value)")
        }
    }

    private func line(_ name: String, _ labels: [(name: String, value: String)], _ value: String) -> String {
        let inner = labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",")
        return inner.isEmpty ? "\(name) \(value)\n" : "\(name){\(inner)} \(value)\n"
    }

    private func escaped(_ text: String) -> String {
        text.reduce(into: "") { out, character in
            switch character {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            default: out.append(character)
            }
        }
    }

    private func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
