// SPDX-License-Identifier: Apache-2.0
import CallsieveService
import Foundation
import StrictYAML
import Testing

@Suite struct StoryTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Stories")

    @Test func everyShippedStoryIsRead() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(names.count >= 8)
        for name in names {
            let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
            let story = try Story.read(text, file: name) { request in
                (try? Data(contentsOf: Self.folder.appending(path: request))).map { Array($0) }
            }
            #expect(!story.steps.isEmpty, "\(name)")
        }
    }

    @Test func numbersAreFilledIn() throws {
        let text = """
            story: t
            call: a-{run}-{n}
            from: "+7495000{n:4}"
            steps:
              - send: {event: decide, name: "n{n}"}
              - expect: {status: "{n}"}
            """
        let story = try Story.read(text, file: "t.yaml").numbered(70_012, run: "r")
        #expect(story.defaults == ["call": "a-r-70012", "from": "+74950000012"])
        #expect(story.steps[0].step == .send(["event": "decide", "name": "n70012"]))
    }

    @Test func recordedRequestsAreNumberedAsWell() throws {
        let story = try Story.read("story: t\nsteps: [{post: a.http}]", file: "t.yaml") { Array("POST /\($0) HTTP/1.1\n\ncall={n}".utf8) }
        #expect(story.numbered(7, run: "r").steps[0].step == .post("a.http", Array("POST /a.http HTTP/1.1\n\ncall=7".utf8)))
    }

    /// Each row: the steps, the line that is named, words of the message or its fix.
    @Test(arguments: [
        ("- sned: {event: decide}", 3, "did you mean \"send\"?"),
        ("- send: {evnt: decide}", 3, "did you mean \"event\"?"),
        ("- expect: {stats: NEW}", 3, "did you mean \"status\"?"),
        ("- wait: 2 hours", 3, "write a number and ms, s, min, h or d"),
        ("- wait: 2 h", 3, "at most 60 s"),
        ("- brief: {}", 3, "say who takes the briefing"),
        ("- post: nowhere.http", 3, "nowhere.http can't be read"),
        ("- {close: yes, wait: 1 s}", 3, "one step is one"),
    ])
    func aMistakeIsNamed(step: String, line: Int, words: String) throws {
        let problem = try #require(throws: SourceProblem.self) {
            try Story.read("story: t\nsteps:\n  \(step)\n", file: "t.yaml")
        }
        #expect(problem.line == line && problem.description.contains(words), "\(problem)")
    }
}
