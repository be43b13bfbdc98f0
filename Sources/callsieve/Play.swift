// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import Essentials
import Foundation
import PBX
import StrictYAML

/// `callsieve play`: stories of calls to a running service (docs/stories.md).
struct Play: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play stories, webhooks and briefing steps, or recorded requests to a running service.",
        discussion: "The exit status is 0 when every expectation held, 1 when one did not, 2 when a file can't be read.")

    @OptionGroup var common: CommonOptions
    @Option(help: "Number of the first repetition.") var first = 1
    @Option(help: "How often each story is played.") var times = 1
    @Option(help: "Stories started a second, whether or not the earlier ones are over; left out: one after the other.") var pace: Double?
    @Option(help: "Waits are divided by it.") var speed = 1.0
    @Option(help: "The source that recorded requests (files ending in .http) are posted to.") var source: String?
    @Argument(help: "Story files; or recorded requests, which make one story in the order given.") var files: [String]

    /// Repetitions of all stories in one command.
    private static let playsMax = 100_000
    /// Stories that are played at the same moment.
    private static let atOnceMax = 500

    func validate() throws {
        guard times >= 1, times * files.count <= Self.playsMax, first >= 0, pace.map({ $0 > 0 }) ?? true, speed > 0 else {
            throw ValidationError("--times from 1, --first from 0, --pace and --speed above 0, at most \(Self.playsMax) plays in all")
        }
        if files.contains(where: Self.isRecorded), source == nil {
            throw ValidationError("say which source recorded requests go to: --source NAME")
        }
    }

    func run() async {
        let configuration = common.load()
        let stories = stories()
        let sources = sources(of: stories, configuration)
        await ServiceAccess.with(configuration) { client in
            let random = SystemRandom()
            let run = String(ULID(at: SystemTime().now(), random: random).description.suffix(8)).lowercased()
            var plays: [(StoryPlayer, Story)] = []
            do {
                for number in first..<(first + times) {
                    for story in stories {
                        guard let source = sources[story.source] else { continue }
                        let player = try StoryPlayer(client: client, source: source, time: SystemTime(), random: random, speed: speed)
                        plays.append((player, story.numbered(number, run: run)))
                    }
                }
            } catch {
                writeError("\(error)")
                quit(2)
            }
            if await play(plays) > 0 { quit(1) }
        }
    }

    /// Plays all; the number of those that failed.
    private func play(_ plays: [(StoryPlayer, Story)]) async -> Int {
        let begun = ContinuousClock.now
        return await withTaskGroup(of: Bool.self) { group in
            var (failed, running) = (0, 0)
            for (index, (player, story)) in plays.enumerated() {
                if let pace { try? await Task.sleep(until: begun + .seconds(Double(index) / pace), clock: .continuous) }
                if running >= (pace == nil ? 1 : Self.atOnceMax), let isPlayed = await group.next() {
                    running -= 1
                    failed += isPlayed ? 0 : 1
                }
                running += 1
                group.addTask {
                    do {
                        print("played: " + (try await player.play(story)))
                        return true
                    } catch {
                        writeError("failed: \(error)")
                        return false
                    }
                }
            }
            for await isPlayed in group where !isPlayed { failed += 1 }
            return failed
        }
    }

    private static func isRecorded(_ file: String) -> Bool { file.hasSuffix(".http") }

    private func stories() -> [Story] {
        let recorded = files.filter(Self.isRecorded).map { file in
            guard let bytes = Self.bytes(file) else {
                writeError("\(file): the recorded request can't be read")
                quit(2)
            }
            return (file: file, bytes: bytes)
        }
        let told = files.filter { !Self.isRecorded($0) }.map(read)
        return told + (recorded.isEmpty ? [] : [Story.of(recorded, source: source ?? "")])
    }

    private static func bytes(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }

    private func read(_ path: String) -> Story {
        do {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw SourceProblem(file: path, message: "the story can't be read", fix: "is it there, and UTF-8?")
            }
            let folder = URL(filePath: path).deletingLastPathComponent()
            return try Story.read(text, file: path) { Self.bytes(folder.appending(path: $0).path) }
        } catch {
            writeError("\(error)")
            quit(2)
        }
    }

    private func sources(of stories: [Story], _ configuration: Configuration) -> [String: SourceProfile] {
        var sources: [String: SourceProfile] = [:]
        let adapters = AdapterLibrary(configuration)
        for name in Set(stories.map(\.source)) {
            guard let source = configuration.sources.first(where: { $0.name == name }) else {
                writeError("there is no source \"\(name)\" in the configuration; known: \(configuration.sources.map(\.name).joined(separator: ", "))")
                quit(2)
            }
            do {
                sources[name] = try configuration.profile(of: source, adapters: adapters)
            } catch {
                writeError("\(error)")
                quit(2)
            }
        }
        return sources
    }
}
