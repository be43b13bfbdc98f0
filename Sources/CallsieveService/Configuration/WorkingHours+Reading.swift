// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import StrictYAML

extension WorkingHours {
    private static let weekdayNames = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    /// Reads `hours:` — a text such as `monday..friday 09:00-20:00`, a list of them, or a block with `open:` and `closed:`
    /// (days as `2026-01-02`, or `01-07` for every year).
    init(reading node: YAMLNode) throws(SourceProblem) {
        self.init(spans: [])
        guard node.isMapping else {
            for element in node.oneOrMany() { spans.append(try Self.span(element)) }
            return
        }
        var fields = try node.fields()
        for element in try fields.require("open").oneOrMany() { spans.append(try Self.span(element)) }
        for element in fields.take("closed")?.oneOrMany() ?? [] { closedDays.insert(try Self.day(element)) }
        try fields.finish()
    }

    private static func span(_ node: YAMLNode) throws(SourceProblem) -> Span {
        let text = try node.text()
        let mistake = node.problem("\"\(text)\" are no working hours", fix: "write them as monday..friday 09:00-20:00")
        guard let blank = text.lastIndex(of: " ") else { throw mistake }
        let times = text[text.index(after: blank)...].split(separator: "-").compactMap(minute)
        guard times.count == 2, times[0] < 1440, times[0] != times[1], let weekdays = weekdays(text[..<blank]) else { throw mistake }
        return Span(weekdays: weekdays, from: times[0], until: times[1])
    }

    private static func weekdays(_ text: Substring) -> Set<Int>? {
        var result: Set<Int> = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: " ").joined().split(separator: ".", omittingEmptySubsequences: true)
            let numbers = ends.compactMap { end in weekdayNames.firstIndex(of: end.lowercased()).map { $0 + 1 } }
            guard numbers.count == ends.count, let first = numbers.first, let last = numbers.last, numbers.count <= 2 else { return nil }
            var day = first
            result.insert(day)
            while day != last {
                day = day % 7 + 1
                result.insert(day)
            }
        }
        return result.isEmpty ? nil : result
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = Int(parts[0]), let minute = Int(parts[1]),
            (0...24).contains(hour), (0..<60).contains(minute), hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }

    private static func day(_ node: YAMLNode) throws(SourceProblem) -> Day {
        let text = try node.text()
        let numbers = text.split(separator: "-").compactMap { Int($0) }
        let year = numbers.count == 3 ? numbers[0] : nil
        guard (2...3).contains(numbers.count), (1...12).contains(numbers[numbers.count - 2]), (1...31).contains(numbers[numbers.count - 1]) else {
            throw node.problem("\"\(text)\" is no day", fix: "write 2026-01-02, or 01-07 for every year")
        }
        return Day(year: year, month: numbers[numbers.count - 2], day: numbers[numbers.count - 1])
    }
}
