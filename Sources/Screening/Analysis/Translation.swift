// SPDX-License-Identifier: Apache-2.0
import CallModel

/// What readers of rule files say, in Russian.
enum Translation {
    static func wording(_ message: String) -> Wording { Wording([.en: message, .ru: message]) }
    static func wording(fix: String) -> Wording { Wording([.en: fix, .ru: fix]) }
}
