// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Essentials
public import WireFormats

extension Verdict {
    /// All outputs for programs, as `rules decide` prints them (RULES.md 4.14): `within` in seconds, nothing left out.
    public var outputs: [JSON.Member] {
        [
            JSON.Member("then", JSON(then?.rawValue)), JSON.Member("rule", JSON(rule)), JSON.Member("table", JSON(table)),
            JSON.Member("reason", JSON(reason?.code)), JSON.Member("group", JSON(group)), JSON.Member("to", JSON(to)),
            JSON.Member("within", within.map { .number(Self.seconds($0)) } ?? .null), JSON.Member("priority", JSON(priority)),
            JSON.Member("tags", .array(tags.map { .string($0) })), JSON.Member("score", score.map { JSON($0) } ?? .null),
            JSON.Member("say", JSON(say)), JSON.Member("decided", .bool(decided)), JSON.Member("need", .array(need.map { .string($0) })),
            JSON.Member("conflict", .bool(conflict)), JSON.Member("unreadable", .array(unreadable.map { .string($0) })),
        ]
    }

    private static func seconds(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        guard milliseconds % 1000 != 0 else { return String(milliseconds / 1000) }
        let fraction = String(1000 + abs(milliseconds % 1000)).dropFirst()
        return "\(milliseconds / 1000).\(fraction)"
    }
}
