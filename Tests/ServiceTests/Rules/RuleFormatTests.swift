// SPDX-License-Identifier: Apache-2.0
import Foundation
import RuleFiles
import Screening
import Testing

@testable import CallsieveService

/// `rules fmt`: layout and spelling change, meaning, order and comments do not.
@Suite struct RuleFormatTests {
    /// Text as a person left it, and as it should be.
    static let layouts: [(String, String, String)] = [
        ("indents", "a:\n    b:\n        c: 1\n    d: 2\n", "a:\n  b:\n    c: 1\n  d: 2\n"),
        ("items under their key", "a:\n- b: 1\n  c: 2\n- b: 3\n", "a:\n  - b: 1\n    c: 2\n  - b: 3\n"),
        ("items set in too far", "a:\n    -   b: 1\n        c:\n            d: 2\ne: 3\n", "a:\n  - b: 1\n    c:\n      d: 2\ne: 3\n"),
        ("spaces behind colon and at the end", "a:    1   \nb:   text with  spaces \n", "a: 1\nb: text with  spaces\n"),
        ("line ends of Windows", "a: 1\r\nb: 2\r\n", "a: 1\nb: 2\n"),
        ("many empty lines", "\n\na: 1\n\n\n\nb: 2\n\n\n", "a: 1\n\nb: 2\n"),
        ("no end of the last line", "a: 1", "a: 1\n"),
        ("comments with what follows", "a:\n    # about b\n    b: 1\n# about c\nc: 2\n", "a:\n  # about b\n  b: 1\n# about c\nc: 2\n"),
        ("a comment at the end of a block", "a:\n    - b: 1\n    # - b: 2\nc: 3\n", "a:\n  - b: 1\n  # - b: 2\nc: 3\n"),
        ("comments behind values", "a: 1 # one\nb:     # two\n    c: 3      # three\n", "a: 1  # one\nb:  # two\n  c: 3  # three\n"),
        ("a hash inside of a text", "a: no#comment\nb: \"x # y\"  # z\n", "a: no#comment\nb: \"x # y\"  # z\n"),
        ("a colon inside of a value", "a: at 09:00 to 18:30\n", "a: at 09:00 to 18:30\n"),
        ("block texts", "a: |\n      one\n        two\nb: 3\n", "a: |\n  one\n    two\nb: 3\n"),
        ("lists of texts", "a:\n    - x\n    - y  # why\n", "a:\n  - x\n  - y  # why\n"),
        ("lists in lists", "a:\n  - - x\n    - y\n", "a:\n  - - x\n    - y\n"),
        ("Russian keys", "правила:\n    имя: да\n", "правила:\n  имя: да\n"),
        ("nothing", "", ""),
    ]

    @Test(arguments: layouts) func aFileIsLaidOutAnew(name: String, text: String, expected: String) {
        #expect(YAMLLayout.format(text) == expected, "\(name)")
        #expect(YAMLLayout.format(expected) == expected, "\(name), a second time")
    }

    @Test(arguments: ["a: {b: 1}\n", "a: [1, 2]\n", "a: \"over\n  two lines\"\n", "a: plain\n  goes on\n", "---\na: 1\n"])
    func whatIsMoreThanBlocksIsLeftAsItIs(text: String) {
        #expect(YAMLLayout.format(text) == nil)
    }

    @Test(arguments: [
        (">= 300000", FactType.money, false, "at least 300 000"), ("<5", .count, false, "under 5"),
        ("> 1500000.50", .money, false, "over 1 500 000.50"),
        ("<= 90", .days, true, "не больше 90"), ("300000 to 1000000", .money, false, "300 000 to 1 000 000"),
        ("site,shop", .choice, false, "site, shop"),
        ("not   site", .choice, false, "not site"), ("-", .money, false, "any"), ("at least 1000", .number, false, "at least 1 000"),
        ("09:00  to 18:00", .time, false, "09:00 to 18:00"), ("contains  1000", .text, false, "contains 1000"),
        ("100, 200", .count, false, "100, 200"),
        ("1000 .. 2000", .count, false, "1 000 .. 2 000"),
    ])
    func aCellIsSpelledInWords(cell: String, type: FactType, isRussian: Bool, expected: String) {
        let spelling = CellSpelling(isRussian: isRussian, type: type)
        #expect(spelling.spelled(cell) == expected)
        #expect(spelling.spelled(expected) == expected)
    }

    static let folder = [
        RuleSource(
            path: "facts.yaml",
            text: "format: 1\nfacts:\n    budget:\n        type: money\n    service:\n        type: choice\n        values: site, shop\n"),
        RuleSource(
            path: "main.yaml",
            text: """
                # The first line.
                format: 1
                rules: Main
                tables:
                - table: brief
                  decides: brief
                  hits: first
                  rules:
                  # why
                  - rule: small
                    if:
                      budget: "< 300000"   # in roubles
                      service: site,shop
                    then: drop
                    reason: BUDGET_LOW
                  otherwise:
                    then: qualify
                """),
        RuleSource(path: "tables/more.csv", text: "rule, service ,then,reason\r\none, \"site, shop\" ,drop,TOO_SMALL\r\n"),
    ]

    @Test func aSetIsFormattedOnceAndForAllWithoutChangingWhatItMeans() throws {
        let files = [Self.folder[0], Self.folder[1]]
        let formatter = try RuleFormatter(files, name: "main")
        let changes = formatter.changes(files)
        #expect(changes.map(\.path) == ["facts.yaml", "main.yaml"])
        let main = try #require(changes.last).text
        #expect(main.contains("      # why\n      - rule: small\n"))
        #expect(main.contains("          budget: under 300 000  # in roubles\n          service: site, shop\n"))
        #expect(try RuleSet.read(files: changes, name: "main").hash == RuleSet.read(files: files, name: "main").hash)
        #expect(try RuleFormatter(changes, name: "main").changes(changes).isEmpty)
    }

    @Test func shippedSetsKeepTheirMeaning() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../rules").standardizedFileURL
        let names = try FileManager.default.contentsOfDirectory(atPath: root.path).filter {
            FileManager.default.fileExists(atPath: root.appending(path: "\($0)/facts.yaml").path)
        }
        #expect(!names.isEmpty)
        for name in names {
            let files = try RuleSet.files(in: root.appending(path: name).path)
            let changes = try RuleFormatter(files, name: name).changes(files)
            let after = files.map { file in changes.first { $0.path == file.path } ?? file }
            #expect(try RuleSet.read(files: after, name: name).hash == RuleSet.read(files: files, name: name).hash)
            #expect(try RuleFormatter(after, name: name).changes(after).isEmpty, "\(name)")
            for (old, new) in zip(files, after) {
                #expect(Self.comments(old.text) == Self.comments(new.text), "\(name)/\(old.path)")
            }
        }
    }

    /// What stands behind `#`, line by line.
    static func comments(_ text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            line.range(of: "(^|\\s)#.*", options: .regularExpression).map { line[$0].trimmingCharacters(in: .whitespaces) }
        }
    }
}
