// SPDX-License-Identifier: Apache-2.0
internal import CRM
internal import CallModel
public import Delivery
internal import Essentials
internal import Foundation
public import Intake
internal import PBX
public import StrictYAML

extension Configuration {
    /// What intake needs of the configuration.
    /// - Parameter delivery: the accounts, for the recipes that orders are pinned to.
    /// - Throws: everything that keeps a source from working. Blocks on the disk.
    public func intakeSettings(adapters: AdapterLibrary, delivery: [DeliveryAccount]) throws(SourceProblems) -> IntakeSettings {
        var settings = IntakeSettings()
        var problems: [SourceProblem] = []
        for source in sources {
            do throws(SourceProblems) {
                let profile = try profile(of: source, adapters: adapters)
                settings.sources[source.name] = IntakeSettings.Source(
                    profile: profile, watch: source.watch, facts: source.facts, quietAfter: source.quietAfter)
            } catch {
                problems += error.problems
            }
        }
        guard problems.isEmpty else { throw SourceProblems(problems) }
        settings.lines = Lines(
            lines.map { line in
                Intake.Line(
                    number: line.number, name: line.name, source: line.source, zone: line.zone, rules: line.rules, channel: line.channel,
                    group: line.group, watch: line.watch, hours: line.hours)
            })
        settings.agents = agents
        settings.deliver = Set(deliver)
        for account in delivery {
            settings.accounts[account.name] = IntakeSettings.Account(
                name: account.name, recipe: account.recipe.name, recipeHash: account.recipe.hash)
        }
        settings.groups = groups
        settings.defaultAccount = defaultAccount
        settings.allowed = NumberList(try allowed())
        settings.leadWindow = leadWindow
        settings.hangupGrace = hangupGrace
        settings.briefingGrace = briefingGrace
        settings.language = language
        settings.zone = zone
        settings.country = country
        settings.consoleBase = "http://\(loopbackAddress)"
        return settings
    }

    /// The allow list: one number a line, in E.164, a shorter one being a block; what follows a comma or `#` is a note.
    private func allowed() throws(SourceProblems) -> [String] {
        guard let allowList else { return [] }
        guard let text = try? String(contentsOfFile: allowList, encoding: .utf8) else {
            throw SourceProblems([SourceProblem(file: allowList, message: "the allow list can't be read", fix: "is it there, and UTF-8?")])
        }
        var numbers: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let cell = line.prefix { $0 != "," && $0 != "#" }.filter { !$0.isWhitespace && !"-()".contains($0) }
            if cell.isEmpty || (index == 0 && !cell.hasPrefix("+")) { continue }
            guard cell.hasPrefix("+"), cell.count > 1, cell.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }) else {
                let problem = SourceProblem(
                    file: allowList, line: index + 1, message: "\"\(cell)\" is no number", fix: "begin it with + and the country code")
                throw SourceProblems([problem])
            }
            numbers.append(String(cell))
        }
        return numbers
    }
}
