// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
public import Screening
public import WireFormats

extension Screening.Trace {
    /// The tables of RULES.md 4.9: every rule tried, with the cells that held or failed.
    public var json: JSON { .array(tables.map(\.json)) }
}

extension Screening.Trace.Table {
    var json: JSON {
        [
            "table": .string(table), "hits": .string(hits.rawValue), "decides": JSON(decides?.rawValue), "gives": JSON(gives), "value": JSON(value),
            "asked": .bool(isAsked), "hit": JSON(hit), "rows": .array(rows.map(\.json)),
        ]
    }
}

extension Screening.Trace.Row {
    var json: JSON {
        [
            "rule": .string(rule), "row": JSON(number), "fate": .string(fate.rawValue), "gives": JSON(gives),
            "cells": .array(
                cells.map { cell in
                    let holds =
                        switch cell.truth {
                        case .yes: "yes"
                        case .no: "no"
                        case .unknown: "unknown"
                        }
                    return [
                        "fact": .string(cell.fact), "label": .string(cell.label), "value": .string(cell.value), "test": .string(cell.test),
                        "holds": .string(holds),
                    ]
                }),
        ]
    }
}
