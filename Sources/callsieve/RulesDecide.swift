// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallModel
import CallsieveService
import Foundation
import Screening
import StrictYAML
import WireFormats

/// `callsieve rules decide`: facts in, decisions out, without a service.
struct RulesDecide: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide", abstract: "Decide calls: facts as JSON lines on standard input, decisions as JSON lines on standard output.",
        discussion: """
            A line: {"id", "at", "when", "line", "closed", "facts": {…}}; all but facts may be left out. Each line gets one line of answer, in \
            order; one that can't be read gets {"id", "line", "error"} and goes on. Exit status 1: some line had an error; 2: the rules are \
            not fit to decide.
            """)
    @OptionGroup var language: LanguageOption
    @Option(help: "The moment of lines that name none: ring, brief or hangup.") var at: Moment?
    @Flag(help: "Decide even if examples fail or promises can be broken; mistakes that keep rules from being read still end it.") var unchecked =
        false
    @Argument(help: "The folder of the set.") var folder: String

    /// Undeclared facts that are warned of; more are passed over in silence.
    private static let warningsMax = 20

    func run() {
        let source = RulesFolder(folder)
        let lines: DecideLines
        do throws(SourceProblems) {
            lines = DecideLines(try unchecked ? source.set() : source.checkedSet(), moment: at, language: language.language)
        } catch {
            writeError(error.description)
            quit(2)
        }
        var (number, failed, warned) = (0, 0, Set<String>())
        while let line = readLine() {
            number += 1
            guard let answer = lines.answer(line, number: number) else { continue }
            if let problem = answer.problem {
                failed += 1
                writeError(problem)
            }
            for name in answer.undeclared where warned.count < Self.warningsMax && warned.insert(name).inserted {
                writeError("line \(number): the rules have no fact \"\(name)\"; it is passed over")
            }
            guard FileHandle.standardOutput.writeLine(answer.json.text) else { quit(2) }
        }
        if failed > 0 { quit(1) }
    }
}

extension FileHandle {
    /// - Returns: false when the reader is gone.
    fileprivate func writeLine(_ text: String) -> Bool {
        do {
            try write(contentsOf: Data((text + "\n").utf8))
            return true
        } catch {
            return false
        }
    }
}
