// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import Essentials
import Foundation
import StrictYAML
import WireFormats

/// `callsieve play`: stories of calls to a running service (docs/stories.md).
struct Play: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play recorded stories, webhooks and briefing steps, to a running service.",
        discussion: "The exit status is 0 when every expectation held, 1 when one did not, 2 when a file can't be read.")

    @OptionGroup var common: CommonOptions
    @Option(help: "Number of the first repetition.") var first = 1
    @Option(help: "How often each story is played.") var times = 1
    @Option(help: "Stories started a second; waits are divided by it.") var pace = 1.0
    @Argument(help: "Story files.") var files: [String]

    /// Repetitions of all stories in one command.
    private static let playsMax = 100_000

    func validate() throws {
        guard times >= 1, times * files.count <= Self.playsMax, first >= 0, pace > 0 else {
            throw ValidationError("--times from 1, --first from 0, --pace above 0, at most \(Self.playsMax) plays in all")
        }
    }

    func run() async {
        let configuration = common.load()
        let stories = files.map(read)
        let keys = keys(of: stories, configuration)
        await ServiceAccess.with(configuration) { client in
            let random = SystemRandom()
            let run = String(ULID(at: SystemTime().now(), random: random).description.suffix(8)).lowercased()
            var failed = 0
            for number in first..<(first + times) {
                for story in stories {
                    guard let key = keys[story.source] else { continue }
                    let player = StoryPlayer(client: client, key: key, time: SystemTime(), random: random, pace: pace)
                    do {
                        print("played: " + (try await player.play(story.numbered(number, run: run))))
                    } catch {
                        failed += 1
                        writeError("failed: \(error)")
                    }
                }
            }
            if failed > 0 { quit(1) }
        }
    }

    private func read(_ path: String) -> Story {
        do {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw SourceProblem(file: path, message: "the story can't be read", fix: "is it there, and UTF-8?")
            }
            return try Story.read(text, file: path)
        } catch {
            writeError("\(error)")
            quit(2)
        }
    }

    private func keys(of stories: [Story], _ configuration: Configuration) -> [String: StandardWebhookKey] {
        var keys: [String: StandardWebhookKey] = [:]
        for name in Set(stories.map(\.source)) {
            guard let source = configuration.sources.first(where: { $0.name == name }), let reference = source.secrets["signing"]?.first else {
                writeError("there is no source \"\(name)\" with a signing secret in the configuration")
                quit(2)
            }
            do {
                guard let key = StandardWebhookKey(try reference.read(dataFolder: configuration.dataFolder)) else {
                    throw SourceProblem(file: name, message: "the signing secret is no whsec_ secret")
                }
                keys[name] = key
            } catch {
                writeError("\(error)")
                quit(2)
            }
        }
        return keys
    }
}
