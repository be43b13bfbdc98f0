// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// `callsieve rules`: everything a sales lead does with rules, from the first edit to live and back (docs/rules.md).
struct Rules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Rules: check, try on the past, publish, roll back, explain.",
        discussion: """
            Exit status 0: all well. 1: the rules have mistakes, an example fails, a line could not be decided, or the service refused. \
            2: wrong use, or files or the service can't be reached. docs/rules-cli.md has the shapes that --json prints.
            """,
        subcommands: [
            RulesLint.self, RulesTest.self, RulesFormat.self, RulesQuestions.self, RulesNewExamples.self, RulesDecide.self, RulesDiff.self,
            RulesReplay.self, RulesHits.self, RulesExplain.self, RulesVersions.self, RulesShadow.self, RulesPublish.self, RulesRetire.self,
            RulesRollback.self,
        ])
}
