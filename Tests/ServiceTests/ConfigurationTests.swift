// SPDX-License-Identifier: Apache-2.0
import CallModel
import CallsieveService
import StrictYAML
import Testing

@Suite struct ConfigurationTests {
    @Test func aFullFileIsRead() throws {
        let text = """
            format: 1
            listen: 127.0.0.1:9000
            zone: Europe/Moscow
            country: RU
            sources:
              office:
                dialect: mango
                secrets:
                  api_key: {file: mango.key}
                  salt: [{file: salt.new}, {env: OLD_SALT}]
                substitutes:
                  answer first: answer
            lines:
              "+74950000101":
                name: main
                hours: monday..friday 09:00-20:00
            accounts:
              sink:
                recipe: generic-webhook
                url: http://127.0.0.1:9001/hook
                secret: {file: sink.secret}
                allow address: 127.0.0.1:9001
            groups:
              tenders: sink
            lead window: 14 d
            """
        let configuration = try Configuration.read(text, file: "callsieve.yaml", folder: "/etc/callsieve")
        #expect(configuration.listener.port == 9000)
        #expect(configuration.sources[0].secrets["salt"] == [.file("/etc/callsieve/salt.new"), .environment("OLD_SALT")])
        #expect(configuration.sources[0].substitutes == [.answerFirst: .answer])
        #expect(configuration.lines[0].hours?.spans == [.init(weekdays: [1, 2, 3, 4, 5], from: 540, until: 1200)])
        #expect(configuration.accounts[0].fields["url"] == "http://127.0.0.1:9001/hook")
        #expect(configuration.defaultAccount == "sink")
        #expect(configuration.leadWindow == .seconds(14 * 86_400))
        #expect(configuration.dataFolder == "/etc/callsieve/data")
    }

    /// Each row: what is put into the file after `format: 1`, the line that must be named, words of the message or its fix.
    @Test(arguments: [
        ("lisen: 127.0.0.1:1", 2, "did you mean \"listen\"?"),
        ("listen: 8480", 2, "write it as 127.0.0.1:8480"),
        ("zone: Moscow", 2, "Europe/Moscow"),
        ("country: ru", 2, "ISO 3166"),
        ("sources:\n  a b:\n    dialect: mango", 3, "can't be the name of a source"),
        ("sources:\n  a:\n    secrets: {x: {file: y}}", 4, "\"dialect:\" is missing"),
        ("sources:\n  a:\n    dialect: mango\n    secrets: {salt: abc}", 5, "write {file: path} or {env: NAME}"),
        ("sources:\n  a:\n    dialect: mango\n    watch: maybe", 5, "neither yes nor no"),
        ("sources:\n  a:\n    dialect: mango\n    substitutes: {sing: answer}", 5, "no call-time answer"),
        ("lines:\n  \"84950000101\": {name: main}", 3, "no called number"),
        ("lines:\n  \"+7495\": {name: m, hours: 9-18}", 3, "monday..friday 09:00-20:00"),
        ("deliver: [DONE]", 2, "QUALIFIED"),
        ("lead window: 30", 2, "30 d"),
        ("accounts:\n  book: {recipe: salesbook}\ndefault account: sink", 4, "known accounts: book"),
        ("groups: {tenders: sink}", 2, "known accounts: book"),
        ("log level: loud", 2, "warning"),
        ("\tlisten: x", 2, "two spaces"),
        ("listen: [", 3, "not readable as YAML"),
        ("zone: UTC\nzone: UTC", 2, "stands twice"),
    ])
    func aMistakeIsNamedWithLineAndFix(text: String, line: Int, words: String) throws {
        let problem = try #require(throws: SourceProblem.self) {
            try Configuration.read("format: 1\n" + text + "\n", file: "callsieve.yaml", folder: ".")
        }
        #expect(problem.description.contains(words), "\(problem)")
        #expect(problem.line == line, "\(problem)")
    }

    @Test func anotherFormatIsRefused() throws {
        let problem = try #require(throws: SourceProblem.self) { try Configuration.read("format: 2\n", file: "c.yaml", folder: ".") }
        #expect(problem.fix == "format: 1")
    }
}
