// SPDX-License-Identifier: Apache-2.0

/// What a giving table may still come to.
struct PossibleResults {
    /// Single results that are possible; `nil` among them: the fact stays unknown.
    private var candidates: [Int64?] = []
    /// For numbers that add up: the least and the greatest.
    private var span: ClosedRange<Int64>?
    /// For sets of tags: those that are certain, and those that are possible.
    private var tags: (certain: Int64, possible: Int64)?
    private let program: Program

    init(table index: Int, remainder: Remainder, running: Collected, program: Program) {
        self.program = program
        let source = program.tables[index]
        let rows = remainder.rows(of: index, in: program)
        let numbers = rows.compactMap { row in
            program.rows[row].flatMap { $0.rule < source.rules.count ? $0.outcome.number : nil }
        }
        switch source.policy {
        case .sum, .count: span = Self.clamped(Self.span(from: running.number ?? 0, adding: numbers), to: source.limits)
        case .all: tags = (running.number ?? 0, numbers.reduce(running.number ?? 0) { $0 | $1 })
        case .min, .max:
            let last = running.isEmpty ? source.otherwise?.number : running.number
            candidates =
                ([last] + numbers.map { running.isEmpty ? $0 : source.policy == .min ? min($0, running.number ?? $0) : max($0, running.number ?? $0) })
                .map { number in number.map { Self.clamped($0...$0, to: source.limits).lowerBound } }
        case .first, .onlyOne, .agree, .best:
            var isCertain = false
            for row in rows where !isCertain {
                candidates.append(program.rows[row]?.outcome.number)
                isCertain = !remainder.isUndecided(row)
            }
            if !isCertain { candidates.append(nil) }
        }
    }

    private static func span(from start: Int64, adding numbers: [Int64]) -> ClosedRange<Int64> {
        var (low, high) = (start, start)
        for number in numbers {
            if number < 0 { low = low.addingReportingOverflow(number).partialValue } else { high = high.addingReportingOverflow(number).partialValue }
        }
        return min(low, high)...max(low, high)
    }

    private static func clamped(_ span: ClosedRange<Int64>, to limits: ClosedRange<Int64>?) -> ClosedRange<Int64> {
        guard let limits else { return span }
        return span.clamped(to: limits)
    }

    /// Where the bitmap begins that all possible results share in a column; `nil` when they differ.
    func commonBitmap(of column: Int) -> Int? {
        let place = program.columns[column]
        let classes: Set<Int>
        if let span {
            let low = place.valueClass(span.lowerBound)
            classes = place.piece(of: span.lowerBound) == place.piece(of: span.upperBound) ? [low] : Self.classes(of: span, in: place)
        } else if let tags {
            classes = Set([tags.certain, tags.possible].map { testClass($0, place) })
        } else {
            classes = Set(candidates.map { $0.map { place.test == nil ? place.valueClass($0) : testClass($0, place) } ?? Column.unknownClass })
        }
        guard classes.count == 1, let only = classes.first else { return nil }
        return place.firstBit + only * program.wordCount
    }

    private static func classes(of span: ClosedRange<Int64>, in column: Column) -> Set<Int> {
        Set((column.piece(of: span.lowerBound)...column.piece(of: span.upperBound)).map { Int(column.classOfPiece[$0]) })
    }

    /// Of a set of tags, or of a choice whose words a list may hold.
    private func testClass(_ value: Int64, _ column: Column) -> Int {
        guard let test = column.test else { return Column.firstValueClass }
        var listed: [Int: Bool] = [:]
        for case .list(let index, _) in test.atoms {
            guard case .words(let ends) = program.lists[index], ends.indices.contains(Int(value)) else { continue }
            listed[index] = ends[Int(value)] != .min
        }
        return test.holds(value: value, text: "", listed: listed) ? Column.holdsClass : Column.failsClass
    }
}
