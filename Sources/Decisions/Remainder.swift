// SPDX-License-Identifier: Apache-2.0

/// What is left of a program when some facts are fixed: the rows that may still hold and what giving tables have so far.
struct Remainder: Hashable {
    var possible: [UInt64]
    /// By place in `Program.giving`; `nil`: the table's fact is settled, and its columns have been applied.
    private(set) var collected: [Collected?]
    /// Rows that are neither certain nor impossible; filled by `settle`.
    private(set) var undecided: [UInt64] = []

    /// - Parameters:
    ///   - facts: what is fixed; open facts are left to the walk.
    init(_ program: Program, facts: FactVector) {
        possible = program.everyRow
        let given = Set(program.giving.compactMap { program.givenFact($0) })
        collected = program.giving.map { index in
            let table = program.compiled[index]
            return program.givenFact(index).map { facts.states[$0] == .known || facts.states[$0] == .declined } == true
                ? nil : Collected(policy: table.policy, start: table.start)
        }
        for (number, column) in program.columns.enumerated() {
            let isFixed: Bool
            if column.fact == program.facts.count {
                isFixed = true
            } else {
                let state = facts.states[column.fact]
                isFixed = given.contains(column.fact) ? state == .known || state == .declined : state != .open
            }
            if isFixed { apply(program.bitmap(of: number, in: facts), in: program) }
        }
        for (place, index) in program.giving.enumerated() {
            guard let days = program.compiled[index].inForce, !days.contains(facts.day), collected[place] != nil else { continue }
            for column in program.columns(givenBy: index) { apply(program.columns[column].firstBit, in: program) }
            settle(place, in: program)
        }
    }

    /// With every fact free; tables with a date count as in force.
    init(_ program: Program) {
        possible = program.everyRow
        collected = program.giving.map { Collected(policy: program.compiled[$0].policy, start: program.compiled[$0].start) }
    }

    private mutating func apply(_ firstBit: Int, in program: Program) {
        let bits = program.bits
        for word in possible.indices { possible[word] &= bits[firstBit + word] }
    }

    /// Draws all conclusions from the facts fixed so far: settles giving tables whose result is certain as far as any cell
    /// can tell, and drops the rows that have no say any more.
    /// - Parameter asked: rows that ask a fact that is still free.
    mutating func settle(asked: [UInt64], in program: Program) {
        for place in program.giving.indices where collected[place] != nil {
            undecided = possible
            undecided.formIntersection(open(beside: asked, in: program))
            collect(place, in: program)
        }
        undecided = possible
        undecided.formIntersection(open(beside: asked, in: program))
        for chain in program.chains { trim(chain, in: program) }
        for place in program.giving.indices.reversed() where collected[place] != nil { dropUnlessNeeded(place, in: program) }
        undecided.formIntersection(possible)
    }

    /// Rows that ask a fact that is still free, or one that a table has yet to give.
    private func open(beside asked: [UInt64], in program: Program) -> [UInt64] {
        var all = asked
        for place in program.giving.indices where collected[place] != nil {
            for column in program.columns(givenBy: program.giving[place]) { all.formUnion(program.uses[column]) }
        }
        return all
    }

    /// Moves certain rows of a giving table into its running result, and settles its fact when no undecided row can change
    /// the class of the result.
    private mutating func collect(_ place: Int, in program: Program) {
        let index = program.giving[place]
        guard var running = collected[place] else { return }
        let source = program.tables[index]
        if !source.policy.isSingleHit {
            for row in rows(of: index, in: program) where !isUndecided(row) {
                if let planned = program.rows[row], planned.rule < source.rules.count {
                    running.take(planned.outcome)
                    possible[row >> 6] &= ~(1 << UInt64(row & 63))
                }
            }
            collected[place] = running
        }
        let results = PossibleResults(table: index, remainder: self, running: running, program: program)
        var bitmaps: [Int] = []
        for column in program.columns(givenBy: index) {
            guard let bitmap = results.commonBitmap(of: column) else { return }
            bitmaps.append(bitmap)
        }
        for bitmap in bitmaps { apply(bitmap, in: program) }
        settle(place, in: program)
    }

    private mutating func settle(_ place: Int, in program: Program) {
        collected[place] = nil
        for word in program.compiled[program.giving[place]].words { possible[word] = 0 }
    }

    /// Clears the rows behind the first row that certainly holds, in this table and in those asked after it.
    private mutating func trim(_ chain: [Int], in program: Program) {
        var isDecided = false
        for index in chain {
            for word in program.compiled[index].words {
                if isDecided {
                    possible[word] = 0
                } else {
                    let certain = possible[word] & ~undecided[word]
                    guard certain != 0 else { continue }
                    isDecided = true
                    let first = UInt64(certain.trailingZeroBitCount)
                    possible[word] &= first == 63 ? ~0 : (1 << (first + 1)) - 1
                }
            }
        }
    }

    private mutating func dropUnlessNeeded(_ place: Int, in program: Program) {
        let isNeeded = program.columns(givenBy: program.giving[place]).contains { program.uses[$0].intersects(possible) }
        if !isNeeded { settle(place, in: program) }
    }

    /// The rows of a table that may hold, in order.
    func rows(of table: Int, in program: Program) -> [Int] {
        program.compiled[table].words.flatMap { word -> [Int] in
            var bits = possible[word]
            var rows: [Int] = []
            while bits != 0 {
                rows.append(word << 6 + bits.trailingZeroBitCount)
                bits &= bits - 1
            }
            return rows
        }
    }

    /// Every table that gives a fact is settled: only rows are left.
    var isSettled: Bool { collected.allSatisfy { $0 == nil } }

    /// Whether the fact that a giving table gives is still to be settled.
    func isCollecting(_ place: Int) -> Bool { collected[place] != nil }

    func isUndecided(_ row: Int) -> Bool { undecided[row >> 6] & 1 << UInt64(row & 63) != 0 }

    /// The row that each chain takes (`nil`: none holds), once nothing can change it.
    func hits(in program: Program) -> [Int?]? {
        var hits: [Int?] = []
        for chain in program.chains {
            let first = chain.lazy.compactMap { rows(of: $0, in: program).first }.first
            if let first, isUndecided(first) { return nil }
            hits.append(first)
        }
        return hits
    }

    /// Equal for remainders that go on alike.
    func key(level: Int) -> [UInt64] {
        [UInt64(level)] + possible
            + collected.map { running in
                running.map { UInt64(bitPattern: $0.number ?? 0) &* 4 &+ ($0.number == nil ? 1 : 0) &+ ($0.isEmpty ? 2 : 0) } ?? ~0
            }
    }
}

extension Program {
    func givenFact(_ table: Int) -> Int? { if case .gives(let fact) = compiled[table].role { fact } else { nil } }

    func columns(givenBy table: Int) -> [Int] { givenFact(table).map { columnsOfFact[$0] } ?? [] }
}
