// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions
import RuleFiles

extension RuleSet {
    /// What the score may still come to while the form is open (`25 .. 65`): both ends are one number when nothing open can
    /// change it.
    /// - Returns: `nil` where no table of the moment sums or counts a score.
    public func scoreSpan(_ input: ScreeningInput) -> ClosedRange<Int64>? {
        guard let moment = programs[input.moment], let score = moment.score else { return nil }
        let unit = scoreUnit(score)
        return moment.program.span(of: score, load(input, for: moment).facts).map { ($0.lowerBound / unit)...($0.upperBound / unit) }
    }

    /// How many of the score's whole numbers make one point: its type may keep decimals.
    func scoreUnit(_ fact: Int) -> Int64 { (0..<folder.facts[fact].type.places).reduce(1) { unit, _ in unit * 10 } }
}
