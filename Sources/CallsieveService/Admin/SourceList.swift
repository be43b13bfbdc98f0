// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Intake
internal import WebServer
internal import WireFormats

/// Sources as the administrator's API shows them.
enum SourceList {
    static func json(_ sources: [SourceStatus]) -> JSON {
        let items = sources.map { source -> JSON in
            let sentences = Language.allCases.map { JSON.Member($0.rawValue, .string(source.sentence($0))) }
            return [
                "name": .string(source.name), "dialect": .string(source.title), "hook": .string(source.hook), "state": .string(source.state.rawValue),
                "seen_at": JSON(source.seenAt?.rfc3339), "seen_kind": JSON(source.seenKind), "refused_at": JSON(source.refusedAt?.rfc3339),
                "refused_reason": JSON(source.refusedReason), "say": .object(sentences),
            ]
        }
        return ["items": .array(items)]
    }
}
