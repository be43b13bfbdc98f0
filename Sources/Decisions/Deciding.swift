// SPDX-License-Identifier: Apache-2.0

/// Working memory of one decision: where each column's fact is. Lives on the stack of whoever decides.
struct Deciding {
    /// By column: the slot of its fact's value.
    let slots: UnsafeMutablePointer<Int32>
    /// By column: the number of its class's block of bitmaps; filled only when some table reads bitmaps.
    let blocks: UnsafeMutablePointer<Int32>
    let bits: UnsafeBufferPointer<UInt64>
    /// Numbers of tags of the rules that hold in the tables run so far.
    var tags: [Int64] = []
    var conflict = false
}

extension Program {
    /// Finds the slots of all facts, works out the facts that tables give, and lends the result.
    func withDeciding<R>(_ facts: inout FactVector, _ body: (inout Deciding, inout FactVector) -> R) -> R {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: max(1, columns.count * 2)) { memory in
            plainBits.withUnsafeBufferPointer { bits in
                // The capacity is at least one, so that there is a base.
                guard let base = memory.baseAddress else { fatalError("a temporary allocation of at least one element has an address") }
                var deciding = Deciding(slots: base, blocks: base + columns.count, bits: bits)
                for column in columns.indices { place(column, facts, deciding) }
                for table in giving { give(table, &facts, &deciding) }
                return body(&deciding, &facts)
            }
        }
    }

    /// Notes where the fact of a column is.
    @inline(__always)
    func place(_ column: Int, _ facts: FactVector, _ deciding: Deciding) {
        let lookup = index.lookups[column]
        let slot = slot(lookup, column, facts)
        deciding.slots[column] = Int32(truncatingIfNeeded: slot)
        if index.needsBitmaps { deciding.blocks[column] = Int32(lookup.firstBit / wordCount) + lookup.classes[slot] }
    }

    @inline(__always)
    private func slot(_ lookup: DecisionIndex.Lookup, _ column: Int, _ facts: FactVector) -> Int {
        if lookup.kind == .day { return Column.firstValueClass + piece(of: facts.day, lookup) }
        switch facts.states[lookup.fact] {
        case .unknown, .open: return Column.unknownClass
        case .declined: return Column.declinedClass
        case .known: break
        }
        switch lookup.kind {
        case .scale, .day: return Column.firstValueClass + piece(of: facts.values[lookup.fact], lookup)
        case .single: return Column.firstValueClass
        case .test: return columns[column].test?.holds(for: lookup.fact, in: facts, lists: lists) == true ? Column.holdsClass : Column.failsClass
        }
    }

    @inline(__always)
    private func piece(of value: Int64, _ lookup: DecisionIndex.Lookup) -> Int {
        guard lookup.direct.isEmpty else {
            return Int(lookup.direct[Int(Swift.max(0, Swift.min(Int64(lookup.direct.count - 1), value &- lookup.offset)))])
        }
        return Column.piece(of: value, in: lookup.starts)
    }

    // MARK: - Rows that hold

    /// The first row of a table that holds; -1: none does.
    @inline(__always)
    func firstHolding(_ table: Int, _ deciding: Deciding) -> Int {
        let place = index.tables[table]
        if !place.usesBitmaps { return firstListed(place, deciding) }
        let words = compiled[table].words
        if words.count <= DecisionIndex.plainWordsMax {
            for word in words {
                let holding = holding(word, place, deciding)
                if holding != 0 { return word << 6 + holding.trailingZeroBitCount }
            }
            return -1
        }
        for summary in (words.lowerBound >> 6)...((words.upperBound - 1) >> 6) {
            var candidates = candidates(summary, words, place, deciding)
            while candidates != 0 {
                let word = summary << 6 + candidates.trailingZeroBitCount
                candidates &= candidates - 1
                let holding = holding(word, place, deciding)
                if holding != 0 { return word << 6 + holding.trailingZeroBitCount }
            }
        }
        return -1
    }

    private func firstListed(_ place: DecisionIndex.TableIndex, _ deciding: Deciding) -> Int {
        var first = Int.max
        for pivot in place.pivots {
            let slot = Int(deciding.slots[pivot.column])
            for entry in pivot.starts[slot]..<pivot.starts[slot + 1] {
                let row = Int(pivot.rows[Int(entry)])
                if row >= first { break }
                if index.holds(row, deciding.slots) { first = row }
            }
        }
        for row in place.free where Int(row) < first {
            if index.holds(Int(row), deciding.slots) { first = Int(row) }
        }
        return first == .max ? -1 : first
    }

    /// Calls for every row of a table that holds, ascending.
    func eachHolding(_ table: Int, _ deciding: Deciding, _ body: (Int) -> Void) {
        let place = index.tables[table]
        guard place.usesBitmaps else { return eachListed(place, deciding, body) }
        let words = compiled[table].words
        for summary in (words.lowerBound >> 6)...((words.upperBound - 1) >> 6) {
            var candidates = candidates(summary, words, place, deciding)
            while candidates != 0 {
                let word = summary << 6 + candidates.trailingZeroBitCount
                candidates &= candidates - 1
                var holding = holding(word, place, deciding)
                while holding != 0 {
                    body(word << 6 + holding.trailingZeroBitCount)
                    holding &= holding - 1
                }
            }
        }
    }

    private func eachListed(_ place: DecisionIndex.TableIndex, _ deciding: Deciding, _ body: (Int) -> Void) {
        var rows = place.free.filter { index.holds(Int($0), deciding.slots) }
        for pivot in place.pivots {
            let slot = Int(deciding.slots[pivot.column])
            for entry in pivot.starts[slot]..<pivot.starts[slot + 1] where index.holds(Int(pivot.rows[Int(entry)]), deciding.slots) {
                rows.append(pivot.rows[Int(entry)])
            }
        }
        for row in rows.sorted() { body(Int(row)) }
    }

    /// The rows of one word of a table that hold.
    @inline(__always)
    private func holding(_ word: Int, _ place: DecisionIndex.TableIndex, _ deciding: Deciding) -> UInt64 {
        var rows = everyRow[word]
        for column in place.columns { rows &= deciding.bits[Int(deciding.blocks[column]) * wordCount + word] }
        return rows
    }

    /// The words of a table, among the 64 of one summary, that may have a row that holds.
    @inline(__always)
    private func candidates(_ summary: Int, _ words: Range<Int>, _ place: DecisionIndex.TableIndex, _ deciding: Deciding) -> UInt64 {
        let low = max(words.lowerBound, summary << 6) & 63
        let high = (min(words.upperBound, (summary + 1) << 6) - 1) & 63
        var candidates = (~0 as UInt64) >> UInt64(63 - high) & ~0 << UInt64(low)
        guard !index.summaries.isEmpty else { return candidates }
        for column in place.columns { candidates &= index.summaries[Int(deciding.blocks[column]) * index.summaryWords + summary] }
        return candidates
    }
}
