// SPDX-License-Identifier: Apache-2.0
import RuleFiles
import StrictYAML

extension ListLookup {
    /// Zones of the list that do not exist.
    func zoneProblems(_ folder: RuleFolder) -> [SourceProblem] {
        let list = folder.lists[self.list]
        return Set(zones?.places ?? []).map { zones?.texts[Int($0)] ?? "" }.sorted().filter { !$0.isEmpty && !ZoneClock.exists($0) }.map { name in
            SourceProblem(file: list.file, code: "E01", message: "there is no time zone \"\(name)\"", fix: "an IANA name such as Asia/Novosibirsk")
        }
    }
}
