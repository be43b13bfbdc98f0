// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Essentials

/// Calls with the facts that they were decided on, kept column by column: what a replay runs over.
///
/// A fact's different values are stored once and each call holds their numbers, so that a rule set reads a value once and not
/// once a call. One million calls with ten facts take about 60 MB. Append from one thread; afterwards it is a value that any
/// number of threads may read.
public struct RecordedCalls: Sendable {
    /// One fact over all calls.
    struct Column: Sendable {
        /// By call: 0 when the fact was not stated, else its place in `values` plus one. Shorter than the calls when the last ones
        /// did not state it.
        var codes: [UInt32] = []
        var values: [FactInput] = []
        var numbers: [FactInput: UInt32] = [:]

        mutating func append(_ value: FactInput, at row: Int) {
            let number: UInt32
            if let known = numbers[value] {
                number = known
            } else {
                values.append(value)
                number = UInt32(values.count)
                numbers[value] = number
            }
            append(number: number, at: row)
        }

        /// - Parameter number: a place in `values` plus one.
        mutating func append(number: UInt32, at row: Int) {
            while codes.count < row { codes.append(0) }
            if codes.count == row { codes.append(number) } else { codes[row] = number }
        }

        func code(_ row: Int) -> Int { row < codes.count ? Int(codes[row]) : 0 }
    }

    /// What is the same kind of number for every call.
    struct Head: Sendable {
        let id: Int64
        let at: Instant
        let moment: Moment
        let closed: Bool
        /// Place in `zones`.
        let zone: UInt16
    }

    private(set) var heads: [Head] = []
    /// Names of zones that calls came with; `nil`: the rule set's own.
    private(set) var zones: [String?] = []
    private(set) var names: [String] = []
    private(set) var columns: [Column] = []
    private var places: [String: Int] = [:]

    public init() {}

    public var count: Int { heads.count }
    public var isEmpty: Bool { heads.isEmpty }

    /// Adds one call.
    /// - Parameters:
    ///   - input: exactly what the rules were asked.
    ///   - id: the caller's own number for it, such as the decision's row; need not be unique.
    public mutating func append(_ input: ScreeningInput, id: Int64) {
        let row = add(id: id, moment: input.moment, at: input.at, zone: input.zone, closed: input.closed)
        for (name, value) in input.facts { columns[column(name)].append(value, at: row) }
    }

    /// Room for as many calls.
    public mutating func reserve(_ count: Int) { heads.reserveCapacity(count) }

    mutating func add(id: Int64, moment: Moment, at: Instant, zone: String?, closed: Bool) -> Int {
        var place = zones.firstIndex(of: zone)
        if place == nil {
            zones.append(zone)
            place = zones.count - 1
        }
        heads.append(Head(id: id, at: at, moment: moment, closed: closed, zone: UInt16(clamping: place ?? 0)))
        return heads.count - 1
    }

    /// The column of a fact, made when it is first named.
    mutating func column(_ name: String) -> Int {
        if let known = places[name] { return known }
        names.append(name)
        columns.append(Column())
        places[name] = columns.count - 1
        return columns.count - 1
    }

    /// The number under which the call was added.
    public func id(_ row: Int) -> Int64 { heads[row].id }

    public func moment(_ row: Int) -> Moment { heads[row].moment }

    /// The call without its facts.
    func input(_ row: Int, _ head: Head) -> ScreeningInput {
        ScreeningInput(moment: head.moment, at: head.at, zone: zones[Int(head.zone)], closed: head.closed)
    }

    /// The call as it was added.
    public subscript(row: Int) -> ScreeningInput {
        var input = input(row, heads[row])
        for (name, column) in zip(names, columns) {
            let code = column.code(row)
            if code > 0 { input.facts[name] = column.values[code - 1] }
        }
        return input
    }
}
