// SPDX-License-Identifier: Apache-2.0
import RuleFiles

struct FixFinder {
    let files: [RuleSource]
    let name: String
    let isComplete: Bool

    func fixed(_ findings: [Finding]) -> [Finding] { findings }
}
